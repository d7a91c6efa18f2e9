import { assert, describe, it } from "@effect/vitest"
import { analyze, type Parsed, type ProgramModule, parse, surroundingsOf } from "../../src/compiler/index.js"

/** The names of the functions of each file that are grey, in a program of these files; imports name files, or packages. */
const greyIn = (sources: Readonly<Record<string, string>>, open = false): Record<string, ReadonlyArray<string>> => {
  const modules = new Map<string, ProgramModule>()
  const resolved = new Map(
    Object.keys(sources).flatMap((each) => [
      [each, each],
      [/node_modules\/(\w+)/.exec(each)?.[1] ?? each, each]
    ])
  )
  for (const [file, source] of Object.entries(sources)) {
    const parsed = parse(file, source, file.endsWith(".cjs") ? "commonjs" : "module") as Parsed
    modules.set(file, { parsed, resolved })
  }
  const surroundings = surroundingsOf(modules, { ordered: false, open })
  return Object.fromEntries(
    [...modules].map(([file, { parsed }]) => [
      file,
      analyze(parsed, { surroundings: surroundings.get(file)! })
        .functions.all.filter((fn) => fn.grey)
        .map((fn) => fn.name)
    ])
  )
}

const library = "/p/node_modules/lib/index.js"
const compiled = "/p/node_modules/lib/index.cjs"
const sleep = `import { sleep } from "greenlift/blocking";`

describe("what is grey", () => {
  it("is nothing where nothing blocks, whatever is called back", () => {
    const found = greyIn({
      "/p/main.js": `import { each } from "${library}"; export const sum = (xs, f) => { let n = 0; each(xs, (x) => { n += f(x) }); return n }; const by = { a: () => 1 }; by[Math.random()]()`,
      [library]: "export function each(xs, f) { for (const x of xs) f(x) }"
    })
    assert.deepStrictEqual(found, { "/p/main.js": [], [library]: [] })
  })

  it("is what a package's function calls back, only where it is handed something grey", () => {
    const lib = `export function each(xs, f) { walk(xs, f) } function walk(xs, f) { for (const x of xs) f(x) }
      export function other(xs, f) { return xs.map((x) => f(x)) }`
    const found = greyIn({
      "/p/main.js": `${sleep} import { each, other } from "${library}"; each([1], (x) => sleep(x)); other([1], (x) => x)`,
      [library]: lib
    })
    assert.deepStrictEqual(found[library], ["each", "walk"])
  })

  it("is what takes apart what a green iterable gives, but not every pattern", () => {
    const found = greyIn({
      "/p/main.js": `${sleep} function* pages() { sleep(1); yield [1] } const parameter = ([a], { b: [c] }) => a + c
        const caught = () => { try { parameter([1], {}) } catch ([e]) { return e } }; const nested = () => { const [[a]] = pages(); return a }`
    })
    assert.deepStrictEqual(found["/p/main.js"], ["pages", "nested"])
  })

  it("is what a package kept, however it is called", () => {
    const found = greyIn({
      "/p/main.js": `${sleep} import { Emitter } from "${library}"; const e = new Emitter((x) => sleep(x)); e.fire(1); e.count()`,
      [library]: "export class Emitter { constructor(f) { this.f = f } fire(x) { this.f(x) } count() { return 1 } }"
    })
    assert.deepStrictEqual(found[library], ["Emitter.fire"])
  })

  it("is what is called by the name that a function made of it is kept under", () => {
    const found = greyIn({
      "/p/main.cjs": `const table = {}; const { sleep } = require("greenlift/blocking"); const named = (f) => f
        table.touch = named(function (id) { sleep(id) }, "touch"); table.count = named(() => 1)
        function main() { table.touch(1) } function other() { table.count() }`
    })
    assert.deepStrictEqual(found["/p/main.cjs"], ["<anonymous>", "main"])
  })

  it("is found behind what compilers to CommonJS write", () => {
    const found = greyIn({
      "/p/main.cjs": `const lib_1 = __importStar(require("${compiled}")); const { sleep } = require("greenlift/blocking"); function main() { (0, lib_1.each)([1], (x) => sleep(x)) }`,
      [compiled]: "exports.each = each; function each(xs, f) { for (const x of xs) f(x) }"
    })
    assert.include(found["/p/main.cjs"]!, "main")
    assert.deepStrictEqual(found[compiled], ["each"])
  })

  it("is a method by its name in the program, not in a package that has one of the same name", () => {
    const found = greyIn({
      "/p/main.js": `${sleep} import { Stack } from "${library}"; class Queue { push(x) { sleep(x) } } const add = (q) => q.push(1)`,
      [library]: "export class Stack { push(x) { this.x = x } twice(x) { this.push(x); this.push(x) } }"
    })
    assert.deepStrictEqual(found, { "/p/main.js": ["Queue.push", "add"], [library]: [] })
  })

  it("is a call of a name that is not known, in the program, where direct eval hides what it stands for", () => {
    const found = greyIn({
      "/p/main.cjs": `const { sleep } = require("greenlift/blocking"); function pause() { sleep(1) } function odd() { eval("1"); pause() }`,
      [compiled]: "exports.run = function run() { something() }"
    })
    assert.deepStrictEqual(found, { "/p/main.cjs": ["pause"], [compiled]: [] })
  })

  it("is not what comes out of a package or of Node, unless something grey was handed there", () => {
    const main = (use: string) =>
      `${sleep} import { load } from "lib"; import { createHash } from "node:crypto"; import { HttpSession } from "greenlift/blocking"
      const session = new HttpSession(); const page = () => session.get("/").text
      class Account { update() { sleep(1) } }
      const select = load("<p>"); const texts = () => select("p").map((each) => select(each).text()).get(0)
      const first = () => load("<p>")("p").children.get(0)
      const hash = (text) => createHash("sha256").update(text).digest("hex")
      ${use}`
    const lib = `export const load = (text) => (what) => new Found(); class Found { get() {} map(f) { return f() } each(f) { f() } }`
    const grey = (use: string) => greyIn({ "/p/main.js": main(use), [library]: lib })["/p/main.js"]!
    const always = ["page", "Account.update"]
    assert.deepStrictEqual(grey(""), always)
    const handed = grey("const later = () => select('p').each(() => page())")
    assert.includeMembers([...handed], [...always, "texts", "first", "later"])
    assert.notInclude(handed, "hash")
  })

  it("is what comes out of a package that was handed an object with something grey in it", () => {
    const main = (value: string) =>
      `${sleep} import { get } from "lib"; const table = { work: () => ${value} }; const work = get(table, "work"); const run = () => work()`
    assert.deepStrictEqual(greyIn({ "/p/main.js": `${main("sleep(1)")}` })["/p/main.js"], ["work", "run"])
    assert.deepStrictEqual(greyIn({ "/p/main.js": `${main("1")}; const wait = () => sleep(1)` })["/p/main.js"], [
      "wait"
    ])
  })

  it("is a method that objects of greenlift have, on what a package gives that has no such method of its own", () => {
    const found = greyIn({
      "/p/main.js": `import { Postgres } from "greenlift/blocking"; import _ from "lib"; const dbs = [new Postgres({})]; const ask = () => _.sample(dbs).query("")`
    })
    assert.deepStrictEqual(found["/p/main.js"], ["ask"])
  })

  it("is what comes out of a file of the program itself", () => {
    const found = greyIn({
      "/p/main.js": `import { make } from "/p/make.js"; const work = make(); export const run = () => work()`,
      "/p/make.js": `${sleep} export const make = () => () => sleep(1)`
    })
    assert.deepStrictEqual(found["/p/main.js"], ["run"])
  })

  it("is not a method that only objects of greenlift have, in a program that holds none of them", () => {
    const get = (imports: string) =>
      greyIn({ "/p/main.js": `${imports}; const read = (cache) => cache.get(1).query(2); const wait = () => sleep(1)` })
    assert.deepStrictEqual(get(sleep)["/p/main.js"], ["wait"])
    const holding = `import { sleep, Postgres } from "greenlift/blocking"; const db = new Postgres({})`
    assert.deepStrictEqual(get(holding)["/p/main.js"], ["read", "wait"])
    assert.deepStrictEqual(get(`import * as all from "greenlift/blocking"; const { sleep } = all`)["/p/main.js"], [
      "read",
      "wait"
    ])
  })

  it("is a call of a parameter, only where the function is handed something grey", () => {
    const main = (use: string) =>
      `${sleep} const order = (xs, f) => f(xs); const retry = (f) => f(); const run = () => { ${use} }; const work = () => sleep(1)`
    assert.deepStrictEqual(greyIn({ "/p/main.js": main("retry(work); order([1], String)") })["/p/main.js"], [
      "retry",
      "run",
      "work"
    ])
    assert.deepStrictEqual(greyIn({ "/p/main.js": main("order([1], String)") })["/p/main.js"], ["work"])
    assert.include(greyIn({ "/p/main.js": main("handlers[order](work)") })["/p/main.js"]!, "order")
    assert.include(greyIn({ "/p/main.js": main("") }, true)["/p/main.js"]!, "order")
  })
})
