import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, assert, describe, it } from "vitest"
import { greenlift, greenliftDoctor } from "../support/child.js"

const folder = mkdtempSync(join(tmpdir(), "greenlift-run-"))
afterAll(() => rmSync(folder, { recursive: true }))

const run = (name: string, ...options: ReadonlyArray<string>) =>
  greenlift([`test/cli/programs/${name}`, ...options], process.env)

describe("choosing the loop", () => {
  it("lists the loops, and asks which, where several could be concurrent", async () => {
    const { code, stderr, stdout } = await run("two-loops.cjs", "--concurrency", "2")
    assert.strictEqual(code, 2)
    assert.strictEqual(stdout, "")
    assert.include(stderr, "test/cli/programs/two-loops.cjs:4  for (const x of [1, 2, 3])  (in first)")
    assert.include(stderr, "test/cli/programs/two-loops.cjs:10")
    assert.include(stderr, "say which, by FILE:LINE or by name (--loop")
  })

  for (const [loop, peak] of [
    ["first", 2],
    ["second", 2],
    ["test/cli/programs/two-loops.cjs:10", 2],
    ["two-loops.cjs:4", 2]
  ] as const) {
    it(`takes --loop ${loop}`, async () => {
      const json = join(folder, "loop.json")
      const { code, stdout } = await run("two-loops.cjs", "--concurrency", "2", "--loop", loop, "--json", json)
      assert.strictEqual(code, 0)
      assert.strictEqual(
        stdout,
        [..."123"].map((x) => `second ${x}\n`).join("") + [..."123"].map((x) => `first ${x}\n`).join("")
      )
      const summary = JSON.parse(readFileSync(json, "utf8"))
      assert.strictEqual(summary.items, 3)
      assert.strictEqual(summary.peakInFlight, peak)
    })
  }

  it("says which loops there are where none has the name", async () => {
    const { code, stderr } = await run("two-loops.cjs", "--concurrency", "2", "--loop", "third")
    assert.strictEqual(code, 2)
    assert.include(stderr, `no blocking loop is called "third"`)
    assert.include(stderr, "two-loops.cjs:4")
  })

  it("says why, with file and line, where none can be concurrent", async () => {
    const { code, stderr, stdout } = await run("dependent.mjs", "--concurrency", "2")
    assert.strictEqual(code, 2)
    assert.strictEqual(stdout, "")
    assert.include(stderr, "test/cli/programs/dependent.mjs:6: GL3102 `last` is written by one turn and read by others")
  })

  for (const options of [["--collect"], ["--order", "completion"]]) {
    it(`says so where ${options[0]} has no concurrent loop to go with, and runs nothing`, async () => {
      const { code, stderr, stdout } = await run("two-loops.cjs", ...options)
      assert.deepStrictEqual([code, stdout], [2, ""])
      assert.include(stderr, `${options[0]} goes with a concurrent loop: add --concurrency N`)
    })
  }

  it("says so where nothing blocks, or there is no file", async () => {
    assert.include((await run("white.mjs", "--concurrency", "2")).stderr, "no loop of the program blocks")
    const missing = await run("missing.mjs")
    assert.strictEqual(missing.code, 2)
    assert.include(missing.stderr, "there is no file")
  })
})

describe("doctor", () => {
  it("tells what blocks and which loops can be concurrent, and runs nothing", async () => {
    const { code, stdout } = await greenliftDoctor("test/cli/programs/dependent.mjs")
    assert.strictEqual(code, 0)
    assert.include(stdout, "<top level>  because of sleep at test/cli/programs/dependent.mjs:5")
    assert.include(stdout, "dependent.mjs:4  for (const x of [1, 2, 3])  (in <top level>): one turn after another")
    assert.include(stdout, "dependent.mjs:6: GL3102 `last` is written by one turn and read by others")
  })

  it("follows imports, and says where nothing blocks", async () => {
    const { stdout } = await greenliftDoctor("legacy/accounts/update.ts")
    assert.include(
      stdout,
      "legacy/accounts/update.ts:6  for (const account of FacebookAccount.query())  (in <top level>): can be concurrent"
    )
    assert.include(stdout, "FacebookAccount.save  because of db.query at legacy/accounts/facebook-account.ts:51")
    assert.include((await greenliftDoctor("test/cli/programs/white.mjs")).stdout, "nothing in it blocks")
  })
})

describe("a run", () => {
  it("makes the loops concurrent that comments ask for", async () => {
    const json = join(folder, "asked.json")
    const { stdout } = await run("asked.mjs", "--json", json)
    assert.strictEqual(stdout, "1\n2\n3\n4\n")
    assert.include(JSON.parse(readFileSync(json, "utf8")), { items: 4, peakInFlight: 3 })
  })

  it("writes its summary as JSON", async () => {
    const json = join(folder, "summary.json")
    await run("awaits.mjs", "--concurrency", "3", "--json", json)
    const { wallMs, sequentialMs, speedup, sites, heldUp, ...rest } = JSON.parse(readFileSync(json, "utf8"))
    assert.deepStrictEqual(rest, {
      ...{ items: 4, failed: 0, interrupted: 0, peakInFlight: 3, concurrency: 3, retries: 0, blocked: [] }
    })
    assert.isArray(heldUp)
    assert.isAbove(wallMs, 0)
    assert.isAbove(sequentialMs, 0)
    assert.closeTo(speedup, sequentialMs / wallMs, 0.02)
    const [site] = sites.filter(({ line }: { line: number }) => line === 3)
    assert.include(site, { calls: 4, peakOverlap: 3, line: 3 })
    assert.isAtLeast(site.p99Ms, site.p50Ms)
  })

  it("makes a loop that awaits concurrent, its output in order", async () => {
    const alone = await run("awaits.mjs", "--plain")
    const { stdout } = await run("awaits.mjs", "--concurrency", "4")
    assert.strictEqual(stdout, alone.stdout)
  })

  it("reports what blocked, through which frame, and what to do", async () => {
    const json = join(folder, "blocked.json")
    const { code, stdout, stderr } = await run("blocked.mjs", "--concurrency", "2", "--json", json)
    assert.strictEqual(code, 0)
    assert.strictEqual(stdout, "1 -1 1\n2 -1 2\n")
    const { blocked } = JSON.parse(readFileSync(json, "utf8"))
    assert.isAbove(blocked.length, 0)
    for (const { site, advice, calls, ms, frame } of blocked) {
      assert.match(site, /blocked\.mjs:4$/)
      assert.isAbove(ms, 0)
      assert.isAtLeast(calls, 1)
      assert.isNotEmpty(advice)
      assert.isNotEmpty(frame)
    }
    assert.include(stderr, "blocked")
  })

  it("ends with the program's own exit code where the program exits, and still says what it did", async () => {
    const { code, stderr } = await run("exits.mjs", "--concurrency", "1")
    assert.strictEqual(code, 7)
    assert.include(stderr, "at most 1 in flight")
  })

  it("stops at the first failure: every finally runs, and the error names the user's lines", async () => {
    const { code, stderr } = await run("fails.ts", "--concurrency", "4", "--order", "completion")
    assert.strictEqual(code, 1)
    for (const id of [1, 2, 3, 4]) assert.include(stderr, `finally ${id}`)
    assert.include(
      stderr,
      "the run failed on item 2 (Object 2): TypeError: Cannot read properties of undefined (reading 'value')"
    )
    assert.include(stderr, "at Service.name (test/cli/programs/fails.ts:10:")
    assert.include(stderr, "at Service.update (test/cli/programs/fails.ts:15:")
    assert.include(stderr, "(test/cli/programs/fails.ts:24:")
    assert.notInclude(stderr, "node:internal")
    assert.notInclude(stderr, "/dist/")
    assert.notInclude(stderr, ".next")
  })

  it("leaves behind what the sequential program would have, in the order of the input", async () => {
    const alone = await run("fails.ts")
    const { stdout, stderr } = await run("fails.ts", "--concurrency", "4")
    assert.strictEqual(stdout, alone.stdout)
    assert.include(stderr, "finally 2")
    assert.notInclude(stderr, "finally 3")
  })

  it.each([
    ["drains.mjs", "pending timers"],
    ["handles.mjs", "exit codes and handlers"],
    ["exits-early.mjs", "what was written before process.exit"],
    ["catches.mjs", "errors that are caught"]
  ])("exits as the program does: %s, %s", async (name) => {
    const alone = await run(name, "--plain")
    const { code, stdout } = await run(name, "--concurrency", "3")
    assert.deepStrictEqual([code, stdout], [alone.code, alone.stdout])
  })

  it("goes on after failures with --collect, and lists them all", async () => {
    const { code, stdout, stderr } = await run("fails.ts", "--concurrency", "4", "--collect")
    assert.strictEqual(code, 1)
    assert.strictEqual(stdout, "A\nC\n")
    assert.include(stderr, "4 items, 2 failed, 0 interrupted")
    assert.include(stderr, "item 2 (Object 2) failed: TypeError")
    assert.include(stderr, "item 4 (Object 4) failed: TypeError")
  })

  it("fails as the program does without a loop", async () => {
    const { code, stderr } = await run("fails.ts")
    assert.strictEqual(code, 1)
    assert.include(stderr, "the run failed: TypeError")
    assert.include(stderr, "fails.ts:10:")
  })
})
