import { execFile } from "node:child_process"
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, beforeAll, describe, it } from "vitest"

const root = fileURLToPath(new URL("../..", import.meta.url))
const folder = realpathSync(mkdtempSync(join(tmpdir(), "greenlift-suspects-")))

beforeAll(() => {
  mkdirSync(join(folder, "node_modules/fetcher"), { recursive: true })
  symlinkSync(root, join(folder, "node_modules/greenlift"))
  const manifest = { name: "fetcher", version: "1.0.0", dependencies: { greenlift: "*" } }
  writeFileSync(join(folder, "node_modules/fetcher/package.json"), JSON.stringify(manifest))
  writeFileSync(
    join(folder, "node_modules/fetcher/index.js"),
    `const { sleep } = require("greenlift/blocking")
exports.get = (id) => { sleep(10 - id); return id }
`
  )
  writeFileSync(
    join(folder, "main.cjs"),
    `const { get } = require("fetcher")
for (const id of [1, 2, 3]) {
  console.log(get(id))
}
`
  )
})

afterAll(() => rmSync(folder, { recursive: true }))

const greenlift = (...args: ReadonlyArray<string>) =>
  new Promise<{ readonly stdout: string; readonly stderr: string }>((resolve) => {
    const all = [join(root, "dist/cli/main.js"), ...args]
    execFile(process.execPath, all, { cwd: folder }, (_, stdout, stderr) => resolve({ stdout, stderr }))
  })

const remedy = /GL4008 the package fetcher is not lifted and depends on greenlift.*--lift fetcher/

describe("a package that is not lifted, and depends on one that blocks", { timeout: 60_000 }, () => {
  it("is named by doctor, with what to do", async () => {
    const { stdout } = await greenlift("doctor", "main.cjs")
    assert.match(stdout, /nothing in it blocks/)
    assert.match(stdout, remedy)
  })

  it("is named by a run, be it that no loop is found to block", async () => {
    const alone = await greenlift("run", "main.cjs")
    assert.strictEqual(alone.stdout, "1\n2\n3\n")
    assert.match(alone.stderr, remedy)
    const { stderr, stdout } = await greenlift("run", "main.cjs", "--concurrency", "3")
    assert.strictEqual(stdout, "")
    assert.match(stderr, /no loop of the program blocks/)
    assert.match(stderr, remedy)
  })

  it("is told where a package that was to be lifted is not there", async () => {
    const { stdout, stderr } = await greenlift("run", "main.cjs", "--lift", "fecther")
    assert.strictEqual(stdout, "1\n2\n3\n")
    assert.match(stderr, /GL4009 the program imports nothing by name of the package fecther/)
  })

  it("is named no more once it is lifted", async () => {
    const { stderr, stdout } = await greenlift("run", "main.cjs", "--concurrency", "3", "--lift", "fetcher")
    assert.strictEqual(stdout, "1\n2\n3\n")
    assert.match(stderr, /at most 3 in flight of 3/)
    assert.notMatch(stderr, /GL4008/)
  })
})

describe("a program in which nothing is lifted", () => {
  it("is told what held up the event loop", async () => {
    writeFileSync(
      join(folder, "busy.mjs"),
      "const end = Date.now() + 1500\nwhile (Date.now() < end);\nconsole.log(1)\n"
    )
    const { stderr, stdout } = await greenlift("run", "busy.mjs", "--blocking", "50")
    assert.strictEqual(stdout, "1\n")
    assert.match(stderr, /the event loop was held up/)
    assert.notInclude(stderr, "debugger")
  })
})
