/**
 * Random programs that always end: nested control flow with calls, throws, `finally`, labels and closures; generators,
 * delegated to and closed half-way; classes with fields, accessors, private methods and parents; async functions.
 */
import * as fc from "effect/FastCheck"

/** What the parts of a program are called in the recursion. */
interface Ties {
  expression: string
  statement: string
  loopStatement: string
  block: string
  loopBlock: string
}

/** What a body may do beside what all do: a generator's `yield`, an async function's `await`. */
type Kind = "plain" | "generator" | "async"

const names = ["a", "b", "c"]
const callees = [
  "f",
  "g",
  "h",
  "k.m",
  "k.s",
  "k?.m",
  "k.none?.",
  "new K(2).twice",
  "K.make",
  "new L(1).m",
  "l.open",
  "L.sum",
  "o[key]"
]
const properties = ["k.lazy", "k.count", "l.lazy", "l.total", "K.all", "L.all", "k?.lazy", "o.got", "o.v"]

const expressions = (e: fc.Arbitrary<string>, block: fc.Arbitrary<string>, list: List): Array<fc.Arbitrary<string>> => [
  fc.oneof(
    fc.integer({ min: -2, max: 3 }).map(String),
    fc.constantFrom(...names),
    fc.constantFrom("undefined", "null", "'s'", "this?.v", "arguments.length"),
    fc.constantFrom(...properties)
  ),
  e.map((x) => `wait(${x})`),
  fc.tuple(fc.constantFrom(...callees), list(", ", e)).map(([f, xs]) => `${f}(${xs})`),
  fc.tuple(e, fc.constantFrom("+", "===", "<", "&&", "||", "??", ","), e).map(([x, o, y]) => `((${x}) ${o} (${y}))`),
  fc.tuple(e, e, e).map(([x, y, z]) => `(${x} ? ${y} : ${z})`),
  e.map((x) => `(() => ${x})()`),
  e.map((x) => `[1, 2].map((x) => wait(x) + (${x}))`),
  block.map((s) => `(function () ${s})()`),
  fc.tuple(e, e).map(([x, y]) => `({ v: ${x}, m(z) { return [this.v, z] } }).m(${y})`),
  e.map((x) => `\`<\${${x}}>\``),
  fc.tuple(fc.constantFrom(...names), e).map(([n, x]) => `(${n} = small(${x}))`),
  fc
    .tuple(fc.constantFrom("k.lazy", "l.total", "k.count"), fc.constantFrom("=", "+=", "??="), e)
    .map(([p, o, x]) => `(${p} ${o} small(${x}))`),
  e.map((x) => `[...gen(1), ${x}]`),
  fc.tuple(fc.constantFrom("gen", "steps", "nested", "k.items"), e).map(([g, x]) => `take(${g}(${x}))`),
  e.map((x) => `(([p, , q = ${x}] = nested(1)) => [p, q])()`),
  e.map(
    (x) =>
      `new (class extends L { w = ${initial(x)}; static z = wait(1); constructor() { super(2); this.u = wait(this.w) } })().u`
  ),
  e.map((x) => `f(...[${x}])`)
]

const statements = (
  e: fc.Arbitrary<string>,
  statement: fc.Arbitrary<string>,
  body: fc.Arbitrary<string>,
  loop: fc.Arbitrary<string>
): Array<fc.Arbitrary<string>> => [
  e.map((x) => `log(${x})`),
  e.map((x) => `${x};`),
  fc.tuple(fc.constantFrom(...names), e).map(([n, x]) => `${n} = small(${x})`),
  fc
    .tuple(fc.constantFrom(...names), fc.constantFrom("-=", "??=", "||=", "&&="), e)
    .map(([n, o, x]) => `${n} ${o} small(${x})`),
  e.map((x) => `return ${x}`),
  e.map((x) => `throw ${x}`),
  fc.tuple(e, body, body).map(([x, t, f]) => `if (${x}) ${t} else ${f}`),
  fc.tuple(body, body, body).map(([t, c, f]) => `try ${t} catch (x) { log("caught", String(x)); ${c} } finally ${f}`),
  fc.tuple(body, body).map(([t, f]) => `try ${t} finally ${f}`),
  fc
    .tuple(e, body, body)
    .map(([x, p, q]) => `switch (${x}) { case 1: ${p} case ${"wait(2)"}: ${q} break; default: log("d") }`),
  fc.tuple(e, body).map(([x, s]) => `{ let [p = ${x}] = []; const { q = wait(p) } = {}; log(p, q); ${s} }`),
  loop.map((s) => `for (let i = 0; i < 2; i++) { burn(); const keep = () => wait(i); ${s} log(keep()) }`),
  fc.tuple(loop, e).map(([s, x]) => `for (const i of [1, ${x}]) { burn(); ${s} }`),
  fc.tuple(loop, e).map(([s, x]) => `for (const [i, j = ${x}] of [[1], gen(2), nested(1)]) { burn(); ${s} log(i, j) }`),
  fc.tuple(loop, e).map(([s, x]) => `for (const i of steps(${x})) { burn(); ${s} }`),
  loop.map(
    (s) => `outer: for (const o of gen(2)) { for (const i of [o, 7]) { burn(); ${s} if (i === 7) continue outer } }`
  ),
  fc.tuple(e, body).map(([x, s]) => `block: { if (${x}) break block; ${s} }`),
  loop.map((s) => `{ let n = 0; while (n++ < 2) ${s} }`),
  loop.map((s) => `{ let n = 0; do ${s} while (n++ < 1) }`),
  fc
    .tuple(e, e)
    .map(
      ([x, y]) =>
        `{ const it = steps(${x}); try { log(it.next().value, it.next(${y}).value) } finally { log(it.return(wait("r")).value) } }`
    ),
  fc
    .tuple(e, body)
    .map(
      ([x, s]) =>
        `{ const it = nested(2); it.next(); try { log(it.throw(${x}).value) } catch (x) { log("out", String(x)); ${s} } }`
    ),
  fc.tuple(e, statement).map(([x, s]) => `{ function local(z) { log("local", z); return ${x} } log(local(1)); ${s} }`),
  fc
    .tuple(e, body)
    .map(
      ([x, s]) =>
        `{ class Own extends K { #y = ${initial(x)}; static { ${"log(wait(this.name))"} } get y() { return wait(this.#y) } } log(new Own(1).y); ${s} }`
    )
]

/** What initialises a field, where nothing may speak of `arguments`. */
const initial = (x: string): string => x.replaceAll("arguments.length", "names")

type List = (separator: string, part: fc.Arbitrary<string>, max?: number) => fc.Arbitrary<string>

const list: List = (separator, part, max = 3) =>
  fc.array(part, { maxLength: max }).map((parts) => parts.join(separator))

const own: Readonly<Record<Kind, (e: fc.Arbitrary<string>) => Array<fc.Arbitrary<string>>>> = {
  plain: () => [],
  generator: (e) => [
    e.map((x) => `log(yield ${x});`),
    e.map((x) => `log(yield* gen(${x}));`),
    e.map((x) => `try { yield ${x} } finally { log(wait("closing")) }`),
    fc.constant("{ const [p, q = yield 1] = gen(1); log(p, q) }")
  ],
  async: (e) => [
    e.map((x) => `log(await ${x});`),
    e.map((x) => `try { log(await later(${x})) } catch (x) { log("rejected", String(x)) } finally { await 0 }`),
    e.map((x) => `for await (const i of [${x}, 1]) { burn(); log(i) }`),
    e.map((x) => `try { log(await al.m(${x}), await oa[key](1)) } catch (x) { log("method", String(x)) }`),
    e.map((x) => `log(await Promise.all([later(${x}), 2]).catch(String))`)
  ]
}

/** Bodies of functions of a kind. Functions within them are plain. */
const bodies = (kind: Kind): { readonly block: fc.Arbitrary<string>; readonly expression: fc.Arbitrary<string> } => {
  const inner = kind === "plain" ? null : bodies("plain")
  return fc.letrec<Ties>((tie: fc.LetrecTypedTie<Ties>) => {
    const e = tie("expression")
    const statement = (one: fc.Arbitrary<string>, body: fc.Arbitrary<string>): fc.Arbitrary<string> =>
      fc.oneof(
        { depthSize: "xsmall", withCrossShrink: true },
        ...(statements(e, one, body, tie("loopBlock")) as [fc.Arbitrary<string>]),
        ...own[kind](e)
      )
    return {
      expression: fc.oneof(
        { depthSize: "xsmall", withCrossShrink: true },
        ...(expressions(e, inner?.block ?? tie("block"), list) as [fc.Arbitrary<string>])
      ),
      statement: statement(tie("statement"), tie("block")),
      loopStatement: fc.oneof(
        { arbitrary: statement(tie("loopStatement"), tie("loopBlock")), weight: 4 },
        { arbitrary: fc.constantFrom("break;", "continue;"), weight: 1 }
      ),
      block: list("; ", tie("statement"), 4).map((body) => `{ ${body} }`),
      loopBlock: list("; ", tie("loopStatement"), 3).map((body) => `{ ${body} }`)
    }
  })
}

/** Gives each label a name of its own: nested ones may not share one. */
const relabel = (source: string): string => {
  const open: Record<string, Array<number>> = { outer: [], block: [] }
  let count = 0
  return source.replace(/(outer|block):|(continue|break) (outer|block)/g, (_, opened, jump, target) => {
    if (opened !== undefined) {
      open[opened]!.push(++count)
      return `${opened}${count}:`
    }
    return `${jump} ${target}${open[target]!.pop()}`
  })
}

const plain = bodies("plain")

/** What every program begins with. Calls use up fuel, so that it ends. */
const prelude = `
let a = 0, b = 1, c = 2, fuel = 60
const small = (x) => (typeof x === "object" && x !== null ? "object" : typeof x === "string" ? x.slice(0, 9) : typeof x === "function" ? "function" : x)
const burn = () => { if (fuel-- <= 0) throw new Error("no fuel") }
const take = (xs) => { const taken = []; for (const x of xs) { burn(); taken.push(small(x)); if (taken.length > 2) break } return taken }
const key = "computed", names = 3
function* gen(n) { for (let i = 0; i < (n > 3 ? 3 : n); i++) { try { yield wait(i) } finally { log("gen", i) } } }
function* nested(n) { burn(); try { const got = yield* gen(n); log("got", got); yield* [wait(n), "n"] } catch (x) { log("in", String(x)); yield wait("again") } }`

/** The functions, classes and objects that programs call. */
const definitions = fc
  .record({
    f: plain.block,
    g: plain.block,
    m: plain.block,
    h: plain.expression,
    lazy: plain.expression,
    field: plain.expression,
    secret: plain.block,
    fixed: plain.expression,
    steps: bodies("generator").block
  })
  .map(
    ({ f, g, m, h, lazy, field, secret, fixed, steps }) => `${prelude}
function f(x, y = wait(x)) { burn(); ${f} }
const g = (...xs) => { burn(); return (function () ${g}).apply({ v: 3 }, xs) }
const h = (x) => { burn(); return ${h} }
function* steps(x) { burn(); ${steps} }
class K {
  count = 1; static all = 1
  constructor(v) { this.v = v }
  static make(x) { burn(); return new K(wait(x)).v }
  m(x) { burn(); ${m} }
  get s() { return (x) => [this.v, wait(x)] }
  get lazy() { burn(); return wait(this.v) }
  set lazy(x) { burn(); this.v = wait(x) }
  twice(x) { return [this.v * 2, wait(x)] }
  *items(x) { yield this.v; yield* gen(wait(x)) }
}
class L extends K {
  #n = wait(4); extra = null; static #made = 0; static all = wait(9)
  static { this.zero = wait(L.#made) }
  constructor(x) { super(wait(x)); L.#made++; this.done = true; this.extra = 5 }
  #hidden(x) { burn(); ${secret} }
  open(x) { return this.#hidden(wait(x)) }
  m(x) { return [super.m(x), this.#n] }
  get lazy() { burn(); return ${lazy} }
  get total() { return [this.#n, wait(this.extra)] }
  set total(x) { this.#n = wait(x) };
  [key] = (() => { try { return fuel-- > 0 ? ${initial(field)} : 0 } catch (x) { return String(x) } })()
  static sum(...xs) { burn(); return ${fixed} }
}
const o = { v: 3, get got() { return wait(this.v) }, [key](x) { burn(); return [super.toString === Object.prototype.toString, wait(x)] } }
let k = new K(5), l = k
l = new L(6)`
  )

/** The source of a program. */
export const program: fc.Arbitrary<string> = fc
  .tuple(definitions, plain.block)
  .map(
    ([defined, main]) => `${defined}
log("result", (function () ${main}).call({ v: 1 }, 1, 2)); log(a, b, c, fuel)`
  )
  .map(relabel)

const asynchronous = bodies("async").block

/**
 * The source of a program of async functions, which exports the promise that it ends with. Each awaits what it calls: what
 * runs at once has an order of its own in a fiber.
 */
export const asyncProgram: fc.Arbitrary<string> = fc
  .tuple(definitions, asynchronous, asynchronous, asynchronous)
  .map(
    ([defined, later, m, main]) => `${defined}
async function later(x) { burn(); ${later} }
class A extends L { async m(x) { burn(); ${m} } }
const al = new A(1), oa = { async [key](x) { burn(); return [await x, wait(x), await super.constructor] } }
const main = async function () ${main}
module.exports = main.call({ v: 1 }, 1, 2).then((x) => log("result", x), (x) => log("thrown", String(x))).then(() => log(a, b, c, fuel))`
  )
  .map(relabel)
