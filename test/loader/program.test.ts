import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, relative } from "node:path"
import { afterAll, assert, describe, it } from "vitest"
import { readProgram } from "../../src/loader/program.js"

const folder = realpathSync(mkdtempSync(join(tmpdir(), "greenlift-program-")))
afterAll(() => rmSync(folder, { recursive: true }))

const write = (files: Readonly<Record<string, string>>): void => {
  for (const [name, source] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), source)
  }
}

const filesOf = (entry: string): ReadonlyArray<string> =>
  [...readProgram(join(folder, entry), ["both"]).modules.keys()].map((file) => relative(folder, file)).sort()

describe("the modules of a program", () => {
  write({
    "node_modules/both/package.json": JSON.stringify({
      name: "both",
      exports: { ".": { import: "./index.mjs", require: "./index.cjs" }, "./part": { import: "./part.mjs" } }
    }),
    "node_modules/both/index.mjs": `export * from "./part.mjs"`,
    "node_modules/both/index.cjs": "exports.f = () => 1",
    "node_modules/both/part.mjs": "export const f = () => 1",
    "node_modules/other/index.js": "exports.g = () => 1",
    "imports.mjs": `import { readFileSync } from "node:fs"; import { f } from "both"; import "other"; import "./missing.mjs"`,
    "requires.cjs": `const { f } = require("both"); const fs = require("fs")`,
    "later.cjs": `exports.later = () => import("both/part")`,
    "both.cjs": `const { f } = require("both"); const again = () => import("./imports.mjs")`
  })

  it("are those that Node loads where a package has one for `import` and one for `require`", () => {
    assert.deepStrictEqual(filesOf("imports.mjs"), [
      "imports.mjs",
      "node_modules/both/index.mjs",
      "node_modules/both/part.mjs"
    ])
    assert.deepStrictEqual(filesOf("requires.cjs"), ["node_modules/both/index.cjs", "requires.cjs"])
    assert.deepStrictEqual(filesOf("later.cjs"), ["later.cjs", "node_modules/both/part.mjs"])
  })

  it("are each looked at as they are loaded, in one program", () => {
    assert.deepStrictEqual(filesOf("both.cjs"), [
      "both.cjs",
      "imports.mjs",
      "node_modules/both/index.cjs",
      "node_modules/both/index.mjs",
      "node_modules/both/part.mjs"
    ])
  })
})
