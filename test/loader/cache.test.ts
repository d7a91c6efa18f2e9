import { execFile } from "node:child_process"
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, beforeEach, describe, it } from "vitest"

const root = fileURLToPath(new URL("../..", import.meta.url))
const temporary = mkdtempSync(join(tmpdir(), "greenlift-cache-"))
const folder = join(temporary, "program")
const cache = join(temporary, "cache")
mkdirSync(join(folder, "node_modules"), { recursive: true })
symlinkSync(root, join(folder, "node_modules/greenlift"))

beforeEach(() => {
  rmSync(cache, { recursive: true, force: true })
  write(
    "main.cjs",
    `const { items } = require("./items.cjs")
const { sleep } = require("greenlift/blocking")
for (const item of items) {
  sleep(20 - item)
  console.log(item)
}
`
  )
  write("items.cjs", "exports.items = [1, 10, 19]\n")
})

afterAll(() => rmSync(temporary, { recursive: true }))

const write = (name: string, content: string): void => writeFileSync(join(folder, name), content)

const run = (args: ReadonlyArray<string>, where = cache) =>
  new Promise<{ readonly stdout: string; readonly stderr: string }>((resolve) => {
    const all = [join(root, "dist/cli/main.js"), "run", "main.cjs", ...args]
    execFile(
      process.execPath,
      all,
      { cwd: folder, env: { ...process.env, GREENLIFT_CACHE: where } },
      (_, stdout, stderr) => resolve({ stdout, stderr })
    )
  })

const files = (): Array<string> =>
  readdirSync(cache, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name))
    .sort()

const expected = "1\n10\n19\n"

describe("the transform cache", { timeout: 60_000 }, () => {
  it("holds a file once for all settings that lift it alike, and again for those that do not", async () => {
    await run([])
    const alone = files()
    await run(["--rate", "1000/s"])
    assert.deepStrictEqual(files(), alone)
    const { stdout, stderr } = await run(["--concurrency", "3"])
    assert.strictEqual(stdout, expected)
    assert.match(stderr, /at most 3 in flight/)
    assert.isAbove(files().length, alone.length)
    assert.match((await run([])).stderr, /ran one thing at a time|at most 1 in flight/)
  })

  it("goes by the content of a file, not by its name", async () => {
    await run([])
    const before = files()
    write("items.cjs", "exports.items = [7]\n")
    assert.strictEqual((await run([])).stdout, "7\n")
    assert.isAbove(files().length, before.length)
  })

  it("lifts a loop again where a module that it leads to has changed", async () => {
    assert.match((await run(["--concurrency", "3"])).stderr, /at most 3 in flight/)
    write(
      "main.cjs",
      `const { next } = require("./items.cjs")
const { sleep } = require("greenlift/blocking")
for (const item of [3, 2, 1]) {
  sleep(item)
  console.log(item, next(item))
}
`
    )
    write("items.cjs", "exports.next = (item) => item + 1\n")
    assert.match((await run(["--concurrency", "3"])).stderr, /at most 3 in flight/)
    write("items.cjs", "let sum = 0\nexports.next = (item) => { sum = sum * 2 + item; return sum }\n")
    assert.strictEqual((await run(["--concurrency", "3"])).stdout, "3 3\n2 8\n1 17\n")
  })

  it("is made by many processes at once, and nothing half made is left", async () => {
    const all = await Promise.all([1, 2, 3, 4].map(() => run(["--concurrency", "3"])))
    assert.deepStrictEqual(
      all.map(({ stdout }) => stdout),
      all.map(() => expected)
    )
    for (const file of files()) assert.match(file, /[0-9a-f]{62}\.js$/)
  })

  it("is mended where a file in it was cut short", async () => {
    await run([])
    const before = files().map((file) => [file, readFileSync(file, "utf8")] as const)
    assert.isNotEmpty(before)
    for (const [file, text] of before) writeFileSync(file, text.slice(0, text.length / 2))
    assert.strictEqual((await run([])).stdout, expected)
    for (const [file, text] of before) assert.strictEqual(readFileSync(file, "utf8"), text)
  })

  it("is done without where it cannot be written", async () => {
    const { stdout, stderr } = await run(["--concurrency", "3"], join(folder, "main.cjs", "cache"))
    assert.strictEqual(stdout, expected)
    assert.match(stderr, /at most 3 in flight/)
  })

  it("says each time that a file cannot be lifted", async () => {
    write("main.cjs", `try { require("./items.cjs") } catch (error) { console.log(error.name) }\n`)
    write("items.cjs", "const = 1\n")
    for (let time = 0; time < 2; time++) {
      const { stdout, stderr } = await run([])
      assert.strictEqual(stdout, "SyntaxError\n")
      assert.match(stderr, /items\.cjs:1:7 GL1001 /)
    }
  })
})
