/** Random programs: nested control flow with calls, throws, `finally`, closures, generators and classes, that always end. */
import * as fc from "effect/FastCheck"

/** What the parts of a program are called in the recursion. */
interface Ties {
  expression: string
  statement: string
  loopStatement: string
  block: string
  loopBlock: string
}

const names = ["a", "b", "c"]
const callees = ["f", "g", "h", "k.m", "k.s", "k?.m", "k.none?.", "new K(2).twice", "K.make"]

const { expression, block } = fc.letrec<Ties>((tie: fc.LetrecTypedTie<Ties>) => {
  const value = fc.oneof(
    fc.integer({ min: -2, max: 3 }).map(String),
    fc.constantFrom(...names),
    fc.constantFrom("undefined", "null", "'s'", "this?.v", "arguments.length")
  )
  const e = tie("expression")
  const list = (separator: string, part: fc.Arbitrary<string>, max = 3): fc.Arbitrary<string> =>
    fc.array(part, { maxLength: max }).map((parts) => parts.join(separator))
  const loopable = (statement: fc.Arbitrary<string>, body: fc.Arbitrary<string>): fc.Arbitrary<string> =>
    fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      e.map((x) => `log(${x})`),
      e.map((x) => `${x};`),
      fc.tuple(fc.constantFrom(...names), e).map(([n, x]) => `${n} = small(${x})`),
      fc
        .tuple(fc.constantFrom(...names), fc.constantFrom("-=", "??=", "||=", "&&="), e)
        .map(([n, o, x]) => `${n} ${o} small(${x})`),
      e.map((x) => `return ${x}`),
      e.map((x) => `throw ${x}`),
      fc.tuple(e, body, body).map(([x, t, f]) => `if (${x}) ${t} else ${f}`),
      fc
        .tuple(body, body, body)
        .map(([t, c, f]) => `try ${t} catch (x) { log("caught", String(x)); ${c} } finally ${f}`),
      fc.tuple(body, body).map(([t, f]) => `try ${t} finally ${f}`),
      fc
        .tuple(e, body, body)
        .map(([x, p, q]) => `switch (${x}) { case 1: ${p} case ${"wait(2)"}: ${q} break; default: log("d") }`),
      fc.tuple(e, body).map(([x, s]) => `{ let [p = ${x}] = []; const { q = wait(p) } = {}; log(p, q); ${s} }`),
      fc
        .tuple(tie("loopBlock"))
        .map(([s]) => `for (let i = 0; i < 2; i++) { burn(); const keep = () => wait(i); ${s} log(keep()) }`),
      fc.tuple(tie("loopBlock"), e).map(([s, x]) => `for (const i of [1, ${x}]) { burn(); ${s} }`),
      fc
        .tuple(tie("loopBlock"))
        .map(
          ([s]) =>
            `outer: for (const o of gen(2)) { for (const i of [o, 7]) { burn(); ${s} if (i === 7) continue outer } }`
        ),
      fc.tuple(tie("loopBlock")).map(([s]) => `{ let n = 0; while (n++ < 2) ${s} }`),
      fc.tuple(tie("loopBlock")).map(([s]) => `{ let n = 0; do ${s} while (n++ < 1) }`),
      fc
        .tuple(e, statement)
        .map(([x, s]) => `{ function local(z) { log("local", z); return ${x} } log(local(1)); ${s} }`)
    )
  return {
    expression: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      value,
      e.map((x) => `wait(${x})`),
      fc.tuple(fc.constantFrom(...callees), list(", ", e)).map(([f, xs]) => `${f}(${xs})`),
      fc
        .tuple(e, fc.constantFrom("+", "===", "<", "&&", "||", "??", ","), e)
        .map(([x, o, y]) => `((${x}) ${o} (${y}))`),
      fc.tuple(e, e, e).map(([x, y, z]) => `(${x} ? ${y} : ${z})`),
      e.map((x) => `(() => ${x})()`),
      e.map((x) => `[1, 2].map((x) => wait(x) + (${x}))`),
      fc.tuple(tie("block")).map(([s]) => `(function () ${s})()`),
      fc.tuple(e, e).map(([x, y]) => `({ v: ${x}, m(z) { return [this.v, z] } }).m(${y})`),
      e.map((x) => `\`<\${${x}}>\``),
      fc.tuple(fc.constantFrom(...names), e).map(([n, x]) => `(${n} = small(${x}))`),
      e.map((x) => `[...gen(1), ${x}]`),
      e.map((x) => `f(...[${x}])`)
    ),
    statement: loopable(tie("statement"), tie("block")),
    loopStatement: fc.oneof(
      { arbitrary: loopable(tie("loopStatement"), tie("loopBlock")), weight: 4 },
      { arbitrary: fc.constantFrom("break;", "continue;"), weight: 1 }
    ),
    block: list("; ", tie("statement"), 4).map((body) => `{ ${body} }`),
    loopBlock: list("; ", tie("loopStatement"), 3).map((body) => `{ ${body} }`)
  }
})

/** Gives each labelled loop a label of its own: nested ones may not share one. */
const relabel = (source: string): string => {
  const open: Array<number> = []
  let count = 0
  return source.replace(/outer:|continue outer/g, (found) => {
    if (found === "outer:") {
      open.push(++count)
      return `outer${count}:`
    }
    return `continue outer${open.pop()}`
  })
}

/** The source of a program. Calls use up fuel, so that it ends. */
export const program: fc.Arbitrary<string> = fc
  .tuple(block, block, block, expression, block)
  .map(
    ([f, g, m, h, main]) => `
let a = 0, b = 1, c = 2, fuel = 60
const small = (x) => (typeof x === "object" && x !== null ? "object" : typeof x === "string" ? x.slice(0, 9) : x)
const burn = () => { if (fuel-- <= 0) throw new Error("no fuel") }
function f(x, y = wait(x)) { burn(); ${f} }
const g = (...xs) => { burn(); return (function () ${g}).apply({ v: 3 }, xs) }
const h = (x) => { burn(); return ${h} }
function* gen(n) { for (let i = 0; i < n; i++) { try { yield wait(i) } finally { log("gen", i) } } }
class K { constructor(v) { this.v = v } static make(x) { burn(); return new K(wait(x)).v } m(x) { burn(); ${m} } get s() { return (x) => [this.v, wait(x)] } twice(x) { return [this.v * 2, wait(x)] } }
const k = new K(5)
log("result", (function () ${main}).call({ v: 1 }, 1, 2)); log(a, b, c, fuel)`
  )
  .map(relabel)
