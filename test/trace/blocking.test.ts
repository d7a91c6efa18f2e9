import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, assert, describe, it } from "vitest"
import { greenlift, start } from "../support/child.js"

const folder = mkdtempSync(join(tmpdir(), "greenlift-blocking-"))
afterAll(() => rmSync(folder, { recursive: true }))

const busy = "test/trace/programs/busy.ts"

describe("H-13 and H-14 what holds up the event loop", () => {
  it("is found from outside: a computation, JSON.parse, execSync of code that is not lifted", async () => {
    const json = join(folder, "busy.json")
    const { code, stdout, stderr } = await greenlift([busy, "--json", json], process.env)
    assert.deepStrictEqual([code, stdout], [0, "done\n"])
    const { heldUp } = JSON.parse(readFileSync(json, "utf8"))
    const of = (pattern: RegExp) => heldUp.find(({ at }: { at: string | null }) => pattern.test(at ?? ""))
    const compute = of(/^compute \(test\/trace\/programs\/busy\.ts:(?:9|10):\d+\)$/)
    assert.isAtLeast(compute?.longestMs, 100)
    assert.isAtLeast(of(/^parse \(test\/trace\/programs\/busy\.ts:1[45]:\d+\)$/)?.longestMs, 100)
    assert.isAtLeast(of(/^shell \(test\/trace\/programs\/busy\.ts:21:\d+\)$/)?.longestMs, 100)
    assert.match(stderr, /the event loop was held up once, .* by compute \(test\/trace\/programs\/busy\.ts:/)
  })

  it("is not looked for where that is not wanted", async () => {
    const json = join(folder, "unwatched.json")
    await greenlift([busy, "--blocking", "0", "--json", json], process.env)
    assert.deepStrictEqual(JSON.parse(readFileSync(json, "utf8")).heldUp, [])
  })

  it("nothing, where a program waits and holds up nobody", async () => {
    const json = join(folder, "waits.json")
    await greenlift(["test/trace/programs/late.mjs", "--blocking", "2000", "--json", json], process.env)
    assert.deepStrictEqual(JSON.parse(readFileSync(json, "utf8")).heldUp, [])
  })

  for (const lifting of [[], ["--import", "./dist/loader/register.js"]]) {
    it(`is told to a function, ${lifting.length === 0 ? "in plain Node" : "lifted"}, until it is told to stop`, async () => {
      const { code, stdout, stderr } = await start([...lifting, "test/trace/programs/detects.mjs"], process.env)
        .finished
      assert.strictEqual(code, 0, stderr)
      const seen: Array<any> = JSON.parse(stdout)
      assert.lengthOf(seen, 1)
      assert.match(seen[0].at, /^compute \(test\/trace\/programs\/detects\.mjs:7:\d+\)$/)
      assert.isAtLeast(seen[0].ms, 50)
      assert.isAtLeast(seen[0].frames.length, 2)
    })
  }
})
