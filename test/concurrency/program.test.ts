/** A program that uses the toolbox, from the outside: unlifted, and lifted by the compiler. */
import { spawnSync } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, beforeAll, describe, it } from "vitest"

const root = fileURLToPath(new URL("../..", import.meta.url))
const folder = mkdtempSync(join(tmpdir(), "greenlift-toolbox-"))

beforeAll(() => {
  cpSync(join(root, "test/concurrency/program"), folder, { recursive: true })
  mkdirSync(join(folder, "node_modules"))
  symlinkSync(root, join(folder, "node_modules/greenlift"))
})

afterAll(() => rmSync(folder, { recursive: true }))

const node = (...args: ReadonlyArray<string>) => {
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" })
  assert.strictEqual(status, 0, stderr)
  return { stdout, peaks: JSON.parse(stderr) }
}

describe("a program with the toolbox", () => {
  it("prints the same unlifted, one thing at a time, and lifted, ten at a time", () => {
    const unlifted = node("toolbox.mjs")
    const lifted = node("--import", join(root, "dist/loader/register.js"), "toolbox.mjs")
    assert.strictEqual(lifted.stdout, unlifted.stdout)
    assert.deepStrictEqual(unlifted.peaks, [1, 1])
    assert.deepStrictEqual(lifted.peaks, [10, 4])
    assert.match(unlifted.stdout, /waitall: account 13 is unlucky\n6 6 .* 0 6 .* 6 1\nimap 2/)
  })
})
