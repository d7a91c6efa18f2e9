import { execFile } from "node:child_process"
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, describe, it } from "vitest"
import { moduleCases } from "./modules.cases.js"

const root = fileURLToPath(new URL("../..", import.meta.url))
const temporary = realpathSync(mkdtempSync(join(tmpdir(), "greenlift-modules-")))
mkdirSync(join(temporary, "node_modules"))
symlinkSync(root, join(temporary, "node_modules/greenlift"))

afterAll(() => rmSync(temporary, { recursive: true }))

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number)

const write = (folder: string, files: Readonly<Record<string, string>>): void => {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    if (content.startsWith("-> ")) symlinkSync(content.slice(3), path)
    else writeFileSync(path, content)
  }
}

const run = (folder: string, ...args: ReadonlyArray<string>) =>
  new Promise<{ readonly stdout: string; readonly stderr: string; readonly status: number }>((resolve) => {
    const env = { ...process.env, GREENLIFT_CACHE: join(temporary, "cache") }
    const child = execFile(process.execPath, args, { cwd: folder, env }, (_, stdout, stderr) =>
      resolve({ stdout, stderr, status: child.exitCode ?? -1 })
    )
  })

const register = ["--import", join(root, "dist/loader/register.js")]
const cli = [join(root, "dist/cli/main.js"), "run"]

describe("a lifted program of several modules does what it does unlifted", () => {
  for (const [name, { entry, files, needs }] of Object.entries(moduleCases)) {
    it.skipIf(needs?.([major, minor]) === false)(name, async () => {
      const folder = join(temporary, name.replace(/\W+/g, "-"))
      write(folder, files)
      const plain = await run(folder, entry)
      assert.isNotEmpty(plain.stdout)
      for (const way of [register, cli]) {
        const lifted = await run(folder, ...way, entry)
        assert.deepStrictEqual(
          { stdout: lifted.stdout, status: lifted.status },
          { stdout: plain.stdout, status: plain.status },
          lifted.stderr
        )
      }
    })
  }
})

/** Starts a program of these files both ways, and gives what it logged: the fibers' turns, in their order. */
const logged = async (name: string, files: Readonly<Record<string, string>>): Promise<ReadonlyArray<string>> => {
  const folder = join(temporary, name)
  write(folder, files)
  const { stdout, stderr, status } = await run(folder, ...cli, "main.cjs")
  assert.strictEqual(status, 0, stderr)
  return stdout.trim().split("\n")
}

const main = (work: string) => `const { GreenPool } = require("greenlift/green")
const { sleep } = require("greenlift/blocking")
const pool = new GreenPool()
${work}
pool.waitall()
`
const blocks = (ms: number) => `require("greenlift/blocking").sleep(${ms})`

describe("a module whose top level blocks", () => {
  it("suspends the fiber that requires it, and not the process", async () => {
    const log = await logged("one", {
      "main.cjs": main(`pool.spawn(() => { console.log("a loads"); console.log("a has", require("./part.cjs").value) })
pool.spawn(() => { console.log("b"); sleep(1); console.log("b ends") })`),
      "part.cjs": `console.log("begins"); ${blocks(50)}; exports.value = 1; console.log("ends")`
    })
    assert.deepStrictEqual(log, ["a loads", "begins", "b", "b ends", "ends", "a has 1"])
  })

  it("is waited for by another fiber that requires it meanwhile", async () => {
    const log = await logged("two", {
      "main.cjs": main(`const load = (name) => () => console.log(name, "has", require("./part.cjs"))
pool.spawn(load("a"))
pool.spawn(load("b"))`),
      "part.cjs": `exports.early = 1; console.log("begins"); ${blocks(20)}; exports.late = 2`
    })
    assert.deepStrictEqual(log, ["begins", "a has { early: 1, late: 2 }", "b has { early: 1, late: 2 }"])
  })

  it("is loaded again by the other fiber where it fails for the first", async () => {
    const log = await logged("failing", {
      "main.cjs": main(`const load = (name) => () => {
  try { console.log(name, "has", require("./part.cjs").value) } catch (error) { console.log(name, error.message) }
}
pool.spawn(load("a"))
pool.spawn(load("b"))`),
      "part.cjs": `${blocks(10)}; globalThis.times = (globalThis.times ?? 0) + 1
if (times === 1) throw new Error("the first time")
exports.value = times`
    })
    assert.deepStrictEqual(log, ["a the first time", "b has 2"])
  })

  it("is had as far as it is loaded where two fibers wait for each other, as in a circle", async () => {
    const log = await logged("circle", {
      "main.cjs": main(`pool.spawn(() => console.log("a", require("./a.cjs").done))
pool.spawn(() => console.log("b", require("./b.cjs").done))`),
      "a.cjs": `exports.done = false; ${blocks(10)}; exports.other = require("./b.cjs").done; exports.done = true`,
      "b.cjs": `exports.done = false; ${blocks(20)}; exports.other = require("./a.cjs").done; exports.done = true`
    })
    assert.sameMembers([...log], ["a true", "b true"])
  })

  it("is had as far as it is loaded by a fiber that it waits for itself", async () => {
    const log = await logged("child", {
      "main.cjs": `require("./part.cjs")`,
      "part.cjs": `exports.early = 1
${main(`pool.spawn(() => { sleep(1); console.log(Object.keys(require("./part.cjs"))) })`)}
exports.late = 2
console.log(Object.keys(require("./part.cjs")))`
    })
    assert.deepStrictEqual(log, ["[ 'early' ]", "[ 'early', 'late' ]"])
  })

  it("suspends the fiber that imports it, where nothing else does", async () => {
    const log = await logged("imported", {
      "main.cjs":
        main(`pool.spawn(async () => { console.log("a loads"); console.log("a has", (await import("./part.mjs")).value) })
pool.spawn(() => { while (!globalThis.begun) sleep(1); console.log("b"); globalThis.seen = true })`),
      "part.mjs": `import { sleep } from "greenlift/blocking"
globalThis.begun = true
while (!globalThis.seen) sleep(1)
export const value = 1
console.log("ends")`
    })
    assert.deepStrictEqual(log, ["a loads", "b", "ends", "a has 1"])
  })

  it("leaves no trace of it in what the program sees of its modules", async () => {
    const log = await logged("seen", {
      "main.cjs": main(`require("./part.cjs")
console.log(module.children.map(({ filename }) => filename).filter((name) => !name.includes("greenlift")).length)
console.log(Object.keys(require.cache).filter((file) => file.includes("prelude")).length)`),
      "part.cjs": `${blocks(1)}; console.log(module.children.some(({ filename }) => filename.includes("prelude")))`
    })
    assert.deepStrictEqual(log.slice(0, 1), ["false"])
    assert.strictEqual(log[2], "0")
  })
})
