import { spawnSync } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, beforeAll, describe, it } from "vitest"

const root = fileURLToPath(new URL("../..", import.meta.url))
const dist = (file: string) => fileURLToPath(new URL(`../../dist/${file}`, import.meta.url))
const temporary = mkdtempSync(join(tmpdir(), "greenlift-loader-"))
const cache = join(temporary, "cache")
const folder = join(temporary, "program")

beforeAll(() => {
  cpSync(join(root, "test/loader/program"), folder, { recursive: true })
  mkdirSync(join(folder, "node_modules"))
  symlinkSync(root, join(folder, "node_modules/greenlift"))
})

afterAll(() => rmSync(temporary, { recursive: true }))

const node = (...args: ReadonlyArray<string>) => {
  const { stdout, stderr, status } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, GREENLIFT_CACHE: cache }
  })
  return { stdout, stderr, status }
}

const register = ["--import", dist("loader/register.js")]
const cli = dist("cli/main.js")

/** What a program prints that spawns one task a module kind: all begin before any ends, if all were lifted. */
const overlapping = (stdout: string, kinds: ReadonlyArray<string>) => {
  const lines = stdout.trim().split("\n")
  assert.deepStrictEqual(
    lines.slice(0, kinds.length),
    kinds.map((kind) => `begin ${kind}`)
  )
  assert.deepStrictEqual([...lines.slice(kinds.length)].sort(), kinds.map((kind) => `end ${kind}`).sort())
}

const fromModule = ["esm", "cjs", "js", "typed", "required", "dynamic"]
const fromCommonJs = ["cjs", "js", "esm", "required"]

describe("the loader lifts a program's files", () => {
  it("of every kind, loaded from an ES module, under --import greenlift/register", () => {
    const { stdout, stderr, status } = node(...register, "entry.mjs")
    assert.strictEqual(stderr, "")
    overlapping(stdout, fromModule)
    assert.strictEqual(status, 0)
  })

  it("of every kind, loaded from an ES module, under greenlift run", () => {
    overlapping(node(cli, "run", "entry.mjs").stdout, fromModule)
  })

  it("of every kind, required from CommonJS", () => {
    overlapping(node(...register, "entry.cjs").stdout, fromCommonJs)
    overlapping(node(cli, "run", "entry.cjs").stdout, fromCommonJs)
  })

  it("and runs the same program one thing at a time where it is plain", () => {
    const { stdout } = node(cli, "run", "--plain", "entry.mjs")
    assert.strictEqual(stdout, fromModule.map((kind) => `begin ${kind}\nend ${kind}\n`).join(""))
  })

  it("once, although a source passes two hooks", () => {
    const { stdout, status } = node(...register, ...register, "entry.mjs")
    overlapping(stdout, fromModule)
    assert.strictEqual(status, 0)
  })

  it("from the cache, when it has been there before", () => {
    node(...register, "entry.cjs")
    const before = readdirSync(cache, { recursive: true }).length
    assert.isAbove(before, 0)
    overlapping(node(...register, "entry.cjs").stdout, fromCommonJs)
    assert.strictEqual(readdirSync(cache, { recursive: true }).length, before)
  })

  it("and leaves what it cannot compile to Node, saying so", () => {
    const { stderr, status } = node(...register, "broken.cjs")
    assert.match(stderr, /GL1001/)
    assert.match(stderr, /broken\.cjs:2/)
    assert.match(stderr, /SyntaxError/)
    assert.strictEqual(status, 1)
  })

  it("and lets what a CommonJS entry throws end the process, with its stack", () => {
    const { stderr, status } = node(...register, "throws.cjs")
    assert.match(stderr, /Error: thrown at the top/)
    assert.match(stderr, /throws\.cjs:2/)
    assert.strictEqual(status, 1)
  })

  it("that are TypeScript as tsconfig.json has it: decorators, enums, namespaces, parameter properties, JSX", () => {
    const main = "typescript/main.mts"
    const plain = node(cli, "run", "--plain", main)
    assert.match(plain.stdout, /this is 2 person column name first last/)
    assert.match(plain.stdout, /"title":"text"/)
    assert.strictEqual(node(cli, "run", main).stdout, plain.stdout)
    assert.strictEqual(node(...register, main).stdout, plain.stdout)
  })

  it("and leaves calls inside `with` as they are", () => {
    assert.strictEqual(node(...register, "sloppy.cjs").stdout, "ran\n")
  })
})
