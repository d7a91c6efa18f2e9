import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, assert, describe, it } from "vitest"
import { greenlift } from "../support/child.js"

const folder = mkdtempSync(join(tmpdir(), "greenlift-packages-"))
afterAll(() => rmSync(folder, { recursive: true }))

const run = async (name: string, ...options: ReadonlyArray<string>) => {
  const json = join(folder, "summary.json")
  const finished = await greenlift([`test/cli/programs/${name}`, "--json", json, ...options], process.env)
  return { ...finished, summary: JSON.parse(readFileSync(json, "utf8")) }
}

const packageOf = ({ advice }: { advice: string }): string | undefined => /--lift (\S+)/.exec(advice)?.[1]

describe("a package of node_modules that calls back into the program", { timeout: 120_000 }, () => {
  it("blocks where it is not lifted, and is named with the remedy", async () => {
    const alone = await greenlift(["test/cli/programs/packages.mjs", "--plain"], process.env)
    const { code, stdout, summary } = await run("packages.mjs")
    assert.strictEqual(code, 0)
    assert.strictEqual(stdout, alone.stdout)
    assert.deepStrictEqual([...new Set<string>(summary.blocked.map(packageOf))].sort(), ["cheerio", "lodash"])
  })

  it("is green where it is lifted: CommonJS, ES modules and sub-paths", async () => {
    const alone = await greenlift(["test/cli/programs/packages.mjs", "--plain"], process.env)
    const { code, stdout, summary } = await run("packages.mjs", "--lift", "lodash", "--lift", "cheerio")
    assert.strictEqual(code, 0)
    assert.strictEqual(stdout, alone.stdout)
    assert.deepStrictEqual(summary.blocked, [])
  })

  it("lets turns overlap where it is lifted", async () => {
    const { stdout, summary } = await run("handing.mjs", "--lift", "lodash", "--concurrency", "4")
    assert.strictEqual(stdout, [1, 2, 3, 4].flatMap((id) => [`${id} 1\n`, `${id} 2\n`]).join(""))
    assert.strictEqual(summary.peakInFlight, 4)
    assert.deepStrictEqual(summary.blocked, [])
    assert.isAbove(summary.sites.find(({ calls }: { calls: number }) => calls === 8).peakOverlap, 1)
  })
})
