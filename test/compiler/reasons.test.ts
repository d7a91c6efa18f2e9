import { assert, describe, it } from "@effect/vitest"
import {
  analyze,
  type Chain,
  type Parsed,
  type ProgramModule,
  parse,
  Reasons,
  surroundingsOf
} from "../../src/compiler/index.js"

type Sources = Readonly<Record<string, string>>

/** Why a function is grey that the first file has, in a program of these files; imports name files. */
const why = (name: string, sources: Sources) => {
  const modules = new Map<string, ProgramModule>()
  for (const [file, source] of Object.entries(sources)) {
    const parsed = parse(file, source, "module") as Parsed
    modules.set(file, { parsed, resolved: new Map(Object.keys(sources).map((each) => [each, each])) })
  }
  const surroundings = surroundingsOf(modules, { ordered: false })
  const analyses = new Map(
    [...modules].map(([file, { parsed }]) => [file, analyze(parsed, { surroundings: surroundings.get(file)! })])
  )
  const [analysis] = analyses.values()
  const fn = analysis!.functions.all.find((each) => each.name === name)!
  assert.isTrue(fn.grey, name)
  return told(new Reasons(analyses, modules).of(fn))
}

const told = ({ steps, known }: Chain): ReadonlyArray<string> => [
  ...steps.map(({ name, does, text, file, line }) => `${name} ${does} ${text} at ${file.replace(/.*\//, "")}:${line}`),
  known ? "which blocks" : "which cannot be told"
]

const main = "/p/main.js"
const other = "/p/other.js"
const library = "/p/node_modules/lib/index.js"
const sleep = `import { sleep } from "greenlift/blocking"\n`

describe("why a function is grey", () => {
  it("is told from call to call, across files, to what blocks", () => {
    const found = why("all", {
      [main]: `import { Account } from "${other}"\nconst all = (accounts) => {\n  for (const each of accounts) each.update()\n}`,
      [other]: `${sleep}export class Account {\n  update() { this.fetch() }\n  fetch() { wait() }\n}\nconst wait = () => sleep(1)`
    })
    assert.deepStrictEqual(found, [
      "all calls each.update at main.js:3",
      "Account.update calls this.fetch at other.js:3",
      "Account.fetch calls wait at other.js:4",
      "wait calls sleep at other.js:6",
      "which blocks"
    ])
  })

  it("is the shortest of several ways", () => {
    const found = why("all", {
      [main]: `${sleep}const all = () => {\n  far()\n  sleep(1)\n}\nconst far = () => near()\nconst near = () => sleep(1)`
    })
    assert.deepStrictEqual(found, ["all calls sleep at main.js:4", "which blocks"])
  })

  it("ends for functions that call each other", () => {
    const found = why("even", {
      [main]: `${sleep}const even = (n) => n === 0 || odd(n - 1)\nconst odd = (n) => {\n  if (n === 0) sleep(1)\n  return even(n - 1)\n}`
    })
    assert.deepStrictEqual(found, ["even calls odd at main.js:2", "odd calls sleep at main.js:4", "which blocks"])
  })

  it("goes through parameters to what is handed over, and handed on", () => {
    const found = why("retry", {
      [main]: `${sleep}const retry = (f) => f()\nconst twice = (f) => retry(f)\nconst work = () => sleep(1)\ntwice(work)`
    })
    assert.deepStrictEqual(found, [
      "retry calls f at main.js:2",
      "retry is handed f at main.js:3",
      "twice is handed work at main.js:5",
      "work calls sleep at main.js:4",
      "which blocks"
    ])
  })

  it("is told of a package by what it is handed", () => {
    const found = why("each", {
      [library]: "export function each(xs, f) { for (const x of xs) f(x) }",
      [main]: `${sleep}import { each } from "${library}"\neach([1], (x) => sleep(x))`
    })
    assert.deepStrictEqual(found, [
      "each calls f at index.js:1",
      "each is handed (x) => sleep(x) at main.js:3",
      "<anonymous> calls sleep at main.js:3",
      "which blocks"
    ])
  })

  it("goes through accessors, generators and awaits", () => {
    const source = `${sleep}class Lazy {\n  get text() { return sleep(1) }\n}
function* pages() { sleep(1) }
const read = (lazy) => lazy.text
const walk = () => {\n  for (const page of pages()) ;\n}
const later = async () => {\n  await Promise.resolve()\n}`
    assert.deepStrictEqual(why("read", { [main]: source }), [
      "read reads text at main.js:6",
      "Lazy.text calls sleep at main.js:3",
      "which blocks"
    ])
    assert.deepStrictEqual(why("walk", { [main]: source }), [
      "walk goes through pages() at main.js:8",
      "pages calls sleep at main.js:5",
      "which blocks"
    ])
    assert.deepStrictEqual(why("later", { [main]: source }), [
      "later awaits Promise.resolve() at main.js:11",
      "which blocks"
    ])
  })

  it("says where it cannot be told what is called", () => {
    const found = why("run", { [main]: `${sleep}const wait = () => sleep(1)\nconst run = (table, x) => table[x]()` })
    assert.deepStrictEqual(found, ["run calls table[x] at main.js:3", "which cannot be told"])
  })
})
