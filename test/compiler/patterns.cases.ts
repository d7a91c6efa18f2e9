/** Destructuring of which any part waits: `f` gives what it is given, `g` what it is given step by step, `o` has getters. */
const prelude = `
  const f = (x) => { log("f", x); return wait(x) }
  function* g(...xs) { try { for (const x of xs) { log("step", x); yield wait(x) } } finally { log("closed", wait(0)) } }
  const o = { get a() { log("get a"); return wait(1) }, get b() { return wait(undefined) }, get c() { return g(1, 2) }, get d() { return wait({ a: 3 }) }, e: 5 }
  const fail = (x) => { throw new Error("fail " + x) }`

/** The case of patterns that fail. */
export const failing = "what goes wrong half-way closes the iterators"

const cases: Readonly<Record<string, string>> = {
  "declarations of arrays with defaults and holes": `
    const [a, b = f(2), , c = () => b, ...d] = g(1, undefined, 3, undefined, 5, 6); log(a, b, c(), c.name, d); let [h] = g(1, 2); log(h); var [i = f(3), j = i] = g(); log(i, j); const [] = g(1), [,] = g(1, 2), [...all] = g(1, 2); log(all); const [{ x, y = f(4) }, [z, w = f(5)] = g(7), [v] = fail("never")] = g({ x: 1 }, undefined, g(8, 9)); log(x, y, z, w, v)`,
  "declarations of objects with defaults and rests": `
    const { a, b = f(2), b: other = a, d: { a: n = f(0), m = f(6) }, e, ...r } = o; log(a, b, other, n, m, e, Object.keys(r)); const { b: { p } = { p: f(7) }, c: [q, , s = f(8)], toString: t, 0: u = f(9), "a b": v = f(10) } = o; log(p, q, s, typeof t, u, v); const { length, [0]: first, ...chars } = "ab"; log(length, first, chars); const { ["e"]: k, [f("e")]: l } = o; log(k, l)
    const symbol = Symbol("s"), { [symbol]: one, x, ...left } = { [symbol]: 1, get x() { return wait(2) }, get y() { return wait(3) }, z: 4 }; log(one, x, left); const { fn = function () {}, arrow = () => {}, C = class {} } = { get other() { return 1 } }; log(fn.name, arrow.name, C.name)`,
  assignments: `
    let a, b, c, r; const t = { set x(v) { log("set x", wait(v)) } }; log(([a, b = f(2), ...r] = g(1, undefined, 3)) instanceof Object, a, b, r); log(({ a, b = f(4), d: { a: c } } = o) === o, a, b, c); [t.a, t["b"], , t.c = f(5)] = g(6, 7, 8); log(Object.keys(t), t.a, t.b, t.c); ({ a: t.a, d: [t.d] = [9] } = { get a() { return wait(1) }, get d() { return undefined } }); log(t.a, t.d); [a, b] = [b, a]; log(a, b); for (const x of [[a] = g(3)]) log(typeof x, a);`,
  [failing]: `
    const of = (h) => { try { h(); log("through") } catch (e) { log(e) } }
    const own = (over) => ({ [Symbol.iterator]() { return { i: 0, next() { log("next"); return { done: this.i > 3, value: wait(this.i++) } }, return() { log("return"); return wait({}) }, ...over } } })
    of(() => { const [a, b = fail("default")] = g(1, undefined, 3) }); of(() => { const [a, { x }] = g(1, null) }); of(() => { const [[a], [b]] = g(own({}), own({ next: () => fail("next") })) }); of(() => { const [a] = own({ next: () => fail("next") }) }); of(() => { const [a, b] = own({ return: () => fail("return") }) }); of(() => { const [a, b = 1] = own({ return: () => wait(5) }) }); of(() => { const [{ a = fail("a") }] = own({}) }); of(() => { const [{ toFixed }, ...[b]] = own({}); log(b) }); of(() => { const [a, b = c, c] = g(1, undefined, 3) }); of(() => { let t; [t.x] = own({}) }); of(() => { const k = 1; [k] = own({}) }); of(() => { const [a, b] = own({ next: () => 5 }) }); of(() => { const [[a]] = own({}) }); of(() => { for (const [x, { y }] of [g(1, null)]) log("never") }); const keys = []; [keys[f(0)], keys[f(1)]] = g("x", "y"); log(keys); function* cut() { const [a, b = yield a] = g(1, undefined) } const it = cut(); log(it.next(), it.return("r"), it.next())
    let n; of(() => { const { a, x = 1 } = n }); of(() => { const { ...x } = null }); of(() => { const { a: { b: { c = f(1) } } } = { a: {} } }); of(() => { const { a = fail("a") } = { get a() { return wait(undefined) } } }); of(() => { const { get } = { get get() { return fail("getter") } } })`,
  "heads of loops, catch clauses and parameters": `
    for (const { a, b = f(5), ...r } of [o, { a: 1, q: 2 }]) log(a, b, Object.keys(r)); for (let [x, y = f(x)] of [g(1), g(2, 3), [4]]) { log(x, y); x++ } let q; for ({ a: q, d: { a: q } } of [o]) log(q); for (var [u = f(1)] of [g(7)]) log(u); const closures = []; for (const { a } of [o, o]) closures.push(() => a); log(closures.map((c) => c()))
    try { throw o } catch ({ a, b = f(3), c: [x] }) { log(a, b, x) } try { throw g(1, 2) } catch ([x, y, z = f(4)]) { log(x, y, z) }
    const h = ({ a, b = f(2) }, [x, y = a] = g(9), ...[z, { w = f(x) } = {}]) => { log(a, b, x, y, z, w) }; h(o); h(o, g(1, 2), 3, { w: 4 }); log(h.length, h.name); function k([{ a: [i] = g(1) } = {}, j] = g(undefined, 2)) { return [i, j, arguments.length] } log(k(), k([{ a: [5] }, 6])); class A { constructor({ a: v }) { this.v = v } static s([x]) { return x } set p({ a }) { this.v += a } } const made = new A(o); made.p = o; log(made.v, A.s(g(8)))
    try { h(null) } catch (e) { log(e.name) } const of = ({ a: { b } }) => b; try { of({}) } catch (e) { log(e.name) }`,
  "in generators": `
    function* gen() { const [a, b = yield "default", { c } = f({ c: 3 })] = g(1, undefined); log(a, b, c); const { a: x, b: y = yield x } = o; log(x, y); for (const [u, { v }] of [g(1, { v: 2 })]) yield [u, v]; return f("end") }
    const it = gen(); log(it.next()); log(it.next("sent")); log(it.next("again")); log(it.next())`
}

export const patternCases: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(cases).map(([name, source]) => [name, prelude + source])
)
