import { assert, describe, it } from "vitest"
import { catalogue as blame } from "../../src/cli/messages.js"
import { alone, compile } from "../../src/compiler/index.js"
import { type Code, catalogue } from "../../src/compiler/messages.js"

/** What each message is about: a source, and the line that the message names. */
const causes: Readonly<Record<Exclude<Code, "GL1003">, readonly [source: string, line: number, file?: string]>> = {
  GL1001: ["const a = 1\nconst b = {", 2],
  GL1002: ["const a: number = 1\nconst b: = 2", 2, "/broken.mts"],
  GL2001: ["async function all(xs) {\n  for await (using x of xs) sleep(xs)\n}", 1],
  GL2003: ["class A extends Object { constructor() { const f = () => super.x ??= 1; super(sleep(1)) } }", 1],
  GL2005: ["\nfunction evaluates(code) { sleep(1); return eval(code) }", 2],
  GL2007: ["function f() {\n  sleep(arguments.callee.length)\n}", 1],
  GL2008: ["const C = class {\n  #secret() { super.toString(); sleep(1) }\n  m() { this.#secret() } }", 2],
  GL2009: ["function f(o) {\n  with (o) sleep(1)\n}", 2],
  GL3001: ["let last = 0\n// @green concurrency 5\nwhile (last < 3) { sleep(1); last++ }", 3],
  GL3002: ["// @green concurrently\nfor (const x of [1, 2]) sleep(x)", 1]
}

const messagesFor = (source: string, file: string) =>
  compile(
    source.includes("sleep(") ? source.replace(/^/, 'const { sleep } = require("greenlift/blocking"); ') : source,
    {
      file,
      kind: file.endsWith(".mts") ? "module" : "commonjs",
      helpers: "helpers",
      surroundings: { ...alone, imported: new Set(["greenlift/blocking"]) }
    }
  ).messages

describe("each message of the compiler", () => {
  for (const [code, [source, line, file = "/program.cjs"]] of Object.entries(causes)) {
    it(`${code} is said where it is meant, with its place`, () => {
      const found = messagesFor(source, file).find((each) => each.code === code)
      assert.isDefined(found, JSON.stringify(messagesFor(source, file)))
      assert.strictEqual(found!.file, file)
      assert.strictEqual(found!.line, line)
      assert.isAtLeast(found!.column, 1)
      assert.notMatch(found!.text, /\{\w+\}/)
    })
  }

  it("ends with what to do", () => {
    for (const [code, text] of Object.entries({ ...catalogue, ...blame })) {
      assert.match(text, /\. [A-Z`][^.]*$|: \{detail\}\. [A-Z].*$|The README lists what is green$/, code)
    }
  })

  it("has a code of its own, in order", () => {
    const codes = [...Object.keys(catalogue), ...Object.keys(blame)]
    assert.strictEqual(new Set(codes).size, codes.length)
    for (const code of codes) assert.match(code, /^GL[1-4]\d{3}$/)
  })
})
