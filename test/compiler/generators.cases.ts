/** Programs whose iterators wait. Each is run by Node and lifted, and the logs must be the same. */
export const generatorCases: Readonly<Record<string, string>> = {
  "a generator that waits": `
    function* g(a, b = a + 1) { log("begin", wait(a)); const got = yield wait(b); log("got", got); try { yield wait(3) } finally { log("finally", wait(4)) } return wait(5) }
    const it = g(1); log(it.next("dropped"), it.next("given"), it.next(), it.next()); for (const x of g(7)) log(x); log([...g(1)], Math.max(...g(2)))`,
  "every form of generator": `
    const f = function* () { yield wait(1) }, named = function* me(n) { if (n > 0) { yield wait(n); yield* me(n - 1) } }; let h; h = function* (x) { yield wait(x) }
    class A { constructor() { this.v = 5 } *m(x, y) { yield wait(this.v + x) } static *s() { yield wait("static") } *#p() { yield wait("private") } static *#q() { yield wait("static private") } *all() { yield* this.#p(); yield* A.#q() } *[Symbol.iterator]() { yield wait(this.v) } *"a b"() { yield wait(1) } *8() { yield wait(8) } f = function* () { yield wait(this.v) } }
    class B extends A { *m(x, y) { yield "B"; yield* super.m(x, y) } static *s() { yield* super.s() } }
    const o = { v: 3, *m() { yield wait(this.v) }, *[Symbol.iterator]() { yield* this.m() }, p: function* () { yield wait("p") }, *"c d"() { yield wait("cd") }, *7() { yield 7 }, *__proto__() { yield wait("proto") } }
    const a = new A(), b = new B(); log([...f()], [...named(3)], [...h(2)], [...a.m(1)], [...A.s()], [...a.all()], [...a], [...a["a b"]()], [...a[8]()], [...a.f()], [...b.m(2)], [...B.s()], [...b])
    log([...o.m()], [...o], [...o.p()], [...o["c d"]()], [...o[7]()], [...o.__proto__()]); log(Object.keys(o), Object.getOwnPropertyNames(A.prototype), Object.getPrototypeOf(o) === Object.prototype)
    log(f, named, h, A.prototype.m, A.s, A.prototype[Symbol.iterator], o.m, o[Symbol.iterator], o.p, o["c d"], (function* () { yield wait(1) }), [function* () { wait(1) }][0].name === "")`,
  "generators are what they were": `
    function* g() { yield wait(1) } const it = g(); const G = Object.getPrototypeOf(function* () {}); log(Object.getPrototypeOf(g) === G, Object.getPrototypeOf(it) === g.prototype, Object.getPrototypeOf(g.prototype) === G.prototype)
    log(Object.prototype.toString.call(it), Object.prototype.toString.call(g), String(it), Reflect.ownKeys(g).length, Reflect.ownKeys(g.prototype).length, Reflect.ownKeys(it).length, it[Symbol.iterator]() === it)
    try { new g() } catch (e) { log(e.name) } log(G.prototype.next.call(it), it.next.call(g())); try { it.next.call({}) } catch (e) { log(e.name) } try { it.next.call(1) } catch (e) { log(e.name) }
    const other = g(); Object.setPrototypeOf(other, null); log(G.prototype.next.call(other)); g.prototype = { __proto__: G.prototype, hello() { return wait("hello") } }; log(g().hello(), [...g()]); g.prototype = null; log([...g()])`,
  "this and arguments of a generator": `
    function* g() { yield wait(this?.v); yield arguments.length; yield [...arguments].map((x) => wait(x + this.v)) } log([...g.call({ v: 2 }, 1, 2, 3)]); const f = () => { function* h() { "use strict"; yield wait(this) } return [...h()] }; log(f())
    function* m(a) { a = wait(2); yield arguments[0]; arguments[0] = 3; yield wait(a) } log([...m(1)])`,
  "parameters are evaluated by the call": `
    function* g(a = log("parameter"), { b } = wait({ b: 1 })) { log("body"); yield [a, b] } const it = g(); log("called"); log(it.next()); try { g(1, null) } catch (e) { log(e.name) }`,
  "return and throw": `
    function* g() { try { yield wait(1); yield wait(2) } catch (e) { log("caught", e); yield wait("c"); return wait("r") } finally { log("finally", wait(0)) } }
    let it = g(); log(it.return(1), it.next()); it = g(); try { it.throw(new Error("first")) } catch (e) { log(e) } log(it.next())
    it = g(); it.next(); log(it.return(5), it.next(), it.return(6)); try { it.throw("late") } catch (e) { log(e) } it = g(); it.next(); log(it.throw("x"), it.next(), it.next())
    it = g(); it.next(); it.next(); log(it.throw("y"), it.return("z"), it.next())
    function* stubborn() { for (;;) { try { yield wait(1) } finally { log("again", wait(2)); continue } } } it = stubborn(); it.next(); log(it.return(1), it.return(2)); 
    function* overriding() { try { yield 1 } finally { return wait("mine") } } it = overriding(); it.next(); log(it.return("yours")); it = overriding(); it.next(); log(it.throw("error")); 
    function* yielding() { try { yield 1 } finally { yield wait("in finally"); log("end", wait(1)) } } it = yielding(); it.next(); log(it.return(9), it.next(), it.next())`,
  "a running generator cannot be resumed": `
    let it; const enter = () => { try { it.next() } catch (e) { log(e) } return wait(1) }; function* g() { enter(); yield wait(1); try { it.return() } catch (e) { log(e) } try { it.throw(1) } catch (e) { log(e) } for (const x of [1]) { try { for (const y of it) log(y) } catch (e) { log(e) } } yield [1].map(enter) }
    it = g(); log(it.next(), it.next(), it.next())
    function* self() { yield* it } it = self(); try { it.next() } catch (e) { log(e) } log(it.next())`,
  "for…of": `
    function* g(n) { try { for (let i = 0; i < n; i++) { log("make", i); yield wait(i) } } finally { log("closed", wait(n)) } }
    for (const x of g(3)) { if (x === 1) continue; log(x) } for (const x of g(3)) { if (wait(x) === 1) break } const f = () => { for (const x of g(3)) { if (x === 1) return wait("returned") } }; log(f())
    try { for (const x of g(2)) throw wait(new Error("body")) } catch (e) { log(e) } outer: for (const a of g(2)) { inner: for (const b of g(3)) { if (b === 1) continue outer; if (a === 1) break outer; log(a, b) } }
    one: two: for (const x of g(2)) { for (;;) { if (x) break one; continue two } } if (true) for (const x of g(1)) log("single", x); else log("no"); for (const x of g(0)) log("never"); l: { for (const x of g(2)) break l }
    var v; for (v of g(2)); log(v); const o = {}; for (o.p of g(2)) log(o.p); for (o[wait("k")] of g(2)) log(o.k); for (var w of g(2)) var inside = w; log(w, inside); let q; for ([q = wait(9)] of [[], [1]]) log(q); for ({ q } of [{ q: wait(2) }]) log(q)
    const fs = []; for (let x of g(3)) { fs.push(() => x++); let y = x } log(fs.map((f) => f()), fs.map((f) => f())); for (const { a, b = wait(2), ...r } of [{ a: 1, c: 3 }]) log(a, b, r); for (const x of g(1)) { const x = wait("shadow"); log(x) }
    try { for (const x of x) log(x) } catch (e) { log(e) } for (const x of ((xs) => xs)(g(1))) log(x); switch (1) { case 1: for (const x of g(2)) { if (x) break } log("after") }`,
  "what is no iterable": `
    const five = 5, o = { p: null, f() { return 5 } }; for (const f of [() => { for (const x of five); }, () => { for (const x of o.p); }, () => { for (const x of o.f()); }, () => [...five], () => [...o.f()], () => log(...five), () => { for (const x of { [Symbol.iterator]: 1 }); }, () => { for (const x of { [Symbol.iterator]: () => 1 }); }, () => { for (const x of { [Symbol.iterator]: () => ({ next: () => 1 }) }); }, () => { for (const x of { [Symbol.iterator]: () => ({}) }); }, () => [...{ [Symbol.iterator]: () => ({ next: () => wait(1) }) }], () => { for (const x of five) log("never") }]) try { f(); log("no error") } catch (e) { log(e) }
    function* d(x) { yield* x } for (const x of [5, { [Symbol.iterator]: () => 1 }]) try { d(x).next() } catch (e) { log(e) }`,
  "iterators of one's own": `
    const make = (n, how = {}) => { let i = 0; return { get [Symbol.iterator]() { log("get iterator"); return function () { log("iterator", arguments.length, this === undefined); return { get next() { log("get next"); return function () { log("next", arguments.length); if (how.next) throw wait(new Error("next")); return { get done() { log("get done"); return wait(i >= n) }, get value() { log("get value"); if (how.value) throw wait(new Error("value")); return wait(i++) } } } }, get return() { log("get return"); return how.none ? undefined : function () { log("return", arguments.length); if (how.throws) throw wait(new Error("return")); return how.primitive ? wait(1) : wait({}) } } } } } } }
    for (const x of make(2)) log(x); for (const x of make(2)) break; try { for (const x of make(1, { next: 1 })) log(x) } catch (e) { log(e) } try { for (const x of make(1, { value: 1 })) log(x) } catch (e) { log(e) }
    for (const how of [{ none: 1 }, { throws: 1 }, { primitive: 1 }]) { try { for (const x of make(3, how)) { log(x); break } } catch (e) { log(e) } try { for (const x of make(3, how)) throw wait(new Error("body")) } catch (e) { log(e) } const f = () => { for (const x of make(3, how)) return wait("value") }; try { log(f()) } catch (e) { log(e) } }
    log([...make(2)], Math.max(...make(3))); const [a, b, ...c] = make(4); log(a, b, c); const [d] = make(2); log(d)`,
  "iterators whose next waits": `
    class Pages { constructor(n) { this.n = n; this.i = 0 } [Symbol.iterator]() { return this } next() { return this.i < this.n ? { done: false, value: wait(this.i++) } : { done: wait(true), value: "end" } } return(v) { log("return", wait(v)); return {} } throw(e) { log("throw", wait(e)); return { done: false, value: "thrown" } } }
    for (const x of new Pages(3)) { log(x); if (x === 1) break } log([...new Pages(3)], Math.max(...new Pages(2))); function* g() { log("result", yield* new Pages(2)); return wait("end") } log([...g()])
    const it = g(); log(it.next(), it.throw("e"), it.next(), it.return(4), it.next()); const p = new Pages(2); log(p.next(), p.next.call(p), p.next.apply(p, []), p.next())`,
  "yield*": `
    function* inner(n) { try { log("got", yield wait(n)); log("got", yield wait(n + 1)) } catch (e) { log("inner caught", e); yield wait("recovered") } finally { log("inner finally", wait(n)) } return wait("inner result") }
    function* outer() { try { log("result", yield* inner(1)); log("array", yield* [wait(5), 6]); yield* "ab"; log(yield* inner(10)) } catch (e) { log("outer caught", e) } finally { log("outer finally", wait(0)) } return "outer result" }
    log([...outer()]); let it = outer(); log(it.next("dropped"), it.next("one"), it.next("two"), it.next(), it.next()); it = outer(); it.next(); log(it.throw("t"), it.next(), it.next()); it = outer(); it.next(); log(it.return("r"), it.next())
    const none = { [Symbol.iterator]() { return { next(v) { log("next", v); return { done: false, value: wait(1), extra: true } } } } }; function* over() { try { yield* none } catch (e) { log(e) } } it = over(); const first = it.next("a"); log(first.extra, it.next("b")); log(it.throw("x")); it = over(); it.next(); log(it.return("y"))
    const odd = { [Symbol.iterator]() { return { next() { return { done: false } }, get throw() { log("get throw"); return undefined }, get return() { log("get return"); return () => { log("closing", wait(1)); return {} } } } } }; function* overOdd() { yield* odd } it = overOdd(); it.next(); try { it.throw(1) } catch (e) { log(e) }
    const late = { [Symbol.iterator]() { return { next(v) { return { done: false, value: v } }, return(v) { return { done: wait(false), value: "still " + v } } } } }; function* overLate() { yield* late } it = overLate(); it.next(); log(it.return(1), it.next(2), it.return(3))`,
  "a return that waits deep inside": `
    function* a() { try { yield 1 } finally { log("a", wait(1)); } } function* b() { try { yield* a(); log("never b") } finally { log("b", wait(2)) } } function* c() { try { yield* b(); log("never c") } finally { log("c", wait(3)) } }
    let it = c(); it.next(); log(it.return("v"), it.next()); for (const x of c()) break; const f = () => { for (const x of c()) return x }; log(f()); try { for (const x of c()) throw new Error("body") } catch (e) { log(e) }
    function* d() { try { yield* a() } finally { yield wait("more") } } it = d(); it.next(); log(it.return(1), it.next(), it.next()); function* e() { try { yield 1 } finally { throw wait(new Error("in finally")) } } function* f2() { yield* e() } it = f2(); it.next(); try { it.return(1) } catch (error) { log(error) } log(it.next())`,
  "recursive generators": `
    const tree = (n) => n === 0 ? null : { l: tree(n - 1), v: n, r: tree(n - 1) }; function* walk(t) { if (t === null) return; yield* walk(t.l); yield wait(t.v); yield* walk(t.r) } log([...walk(tree(4))]); function* loops(t) { if (t) { for (const x of loops(t.l)) yield x; yield wait(t.v); for (const x of loops(t.r)) yield x } } log([...loops(tree(3))])
    const even = (n) => n === 0 ? wait(true) : odd(n - 1), odd = (n) => n === 0 ? false : even(n - 1); function* deep() { yield even(500); yield odd(501) } log([...deep()])`,
  "built-ins that iterate": `
    function* g(n = 3) { try { for (let i = 0; i < n; i++) { log("make", i); yield wait(i) } } finally { log("closed", wait(n)) } } function* pairs() { yield wait(["a", 1]); yield wait(["b", 2]) }
    log(Array.from(g()), Array.from(g(), (x) => x * 2), Array.from(g(), (x) => wait(x * 3))); log([...new Set(g())], [...new Map(pairs())], Object.fromEntries(pairs()), Array.from(new Set([...g(2), ...g(1)]))); try { new Map(g()) } catch (e) { log(e) } try { Object.fromEntries(g()) } catch (e) { log(e) }
    const [a, , b = wait(7), c = wait(8)] = g(); log(a, b, c); const [d] = g(); log(d); const [...rest] = g(2); log(rest); const [] = g(1); let x, y; [x, y] = [y, x]; [x, y] = g(); log(x, y); const h = ([p, q]) => [p, q]; log(h(g())); log([..."xyz"].map((c) => wait(c)), [...[1, 2].entries()], [...new Map([[1, 2]]).keys()])`,
  "advanced by turns, lifted and not": `
    function* g() { let i = 0; try { for (;;) log("got", yield wait(i++)) } finally { log("end", wait(i)) } } const it = g(); const { from } = Array; const plainly = new Function("it", "v", "return it.next(v)"), stop = new Function("it", "return it.return('stopped')"), first = new Function("it", "for (const x of it) return x"), fling = new Function("it", "return it.throw('flung')")
    log(plainly(it, "a"), it.next("b"), plainly(it, "c"), it.next("d"), stop(it), it.next()); const j = g(); log(j.next("e"), plainly(j, "f"), first(j)); const k = g(); try { plainly(k); fling(k) } catch (e) { log(e) } const l = g(); log(plainly(l), it.return.call(l, "r")); const m = g(); plainly(m); try { m.throw("t") } catch (e) { log(e) } log(plainly(m)); class C { *[Symbol.iterator]() { yield wait(1) } } log(new Function("c", "return [...c]")(new C()))`,
  "generators as coroutines": `
    function* consumer() { const got = []; try { for (;;) got.push(yield wait(got.length)) } finally { log(got) } } function* producer(c) { c.next(); for (const x of ["a", "b"]) yield c.next(wait(x)).value; c.return() } const c = consumer(); log([...producer(c)], c.next())`,
  "closures and try in generators": `
    function* g() { const fs = []; for (let i = 0; i < 3; i++) { fs.push(() => wait(i)); yield i } for (const f of fs) yield f(); try { throw wait(new Error("x")) } catch ({ message }) { yield wait(message) } switch (wait(1)) { case 1: yield "one" } l: for (;;) { yield wait("l"); break l } const { a = yield wait("default") } = {}; return a } const it = g(); for (let r = it.next(); !r.done; r = it.next("in")) log(r.value)
    log([...function* () { const o = { v: yield wait(1), m() { return wait(this.v) } }; yield o?.m?.(); yield [1, 2].map((x) => wait(x)) }()]); const it2 = (function* () { return wait(yield) + (yield wait(1)) })(); it2.next(); it2.next(1); log(it2.next(2)); function* early() { return; yield wait(1) } log([...early()])`,
  "iterator helpers of a generator, where there are any": `
    function* g() { try { for (let i = 0; ; i++) yield wait(i) } finally { log("closed") } } if (globalThis.Iterator) { log([...g().filter((x) => wait(x % 2)).map((x) => x * 10).take(3)], g().drop(2).take(2).toArray(), g().some((x) => x > 2), g().find((x) => wait(x) > 1), g().take(3).reduce((a, b) => a + b)); const h = g().map((x) => wait(-x)); log(h.next(), h.next(), h.return(), h.next()); g().take(2).forEach((x) => log(x)); log([...g().take(2).flatMap((x) => [x, x])]) } log("done")`
}

const g = `function* g(n = 3) { try { for (let i = 0; i < n; i++) yield wait(i) } finally { wait(n) } }
  class Pages { constructor(n) { this.n = n; this.i = 0 } [Symbol.iterator]() { return this } next() { return this.i < this.n ? { done: false, value: wait(this.i++) } : { done: wait(true) } } return() { wait(0); return {} } }
  class Own { *[Symbol.iterator]() { yield* g(wait(2)) } static *s() { yield wait(1) } *#p() { yield wait(2) } p() { return this.#p() } } const o = { *[Symbol.iterator]() { yield wait(1) }, *m() { yield wait(2) } };
  function* pairs() { yield wait(["a", 1]); yield wait(["b", 2]) }`

/** Programs in which no `wait` may hold up the process. */
export const greenCases: Readonly<Record<string, string>> = {
  "for…of": `${g} for (const x of g()) { log(x); if (x === 1) break } for (const x of new Pages(2)) { log(x); if (x) break } for (const x of new Own()) log(x); for (const x of o) log(x); for (const x of Own.s()) log(x); for (const x of new Own().p()) log(x)`,
  "next, return, throw": `${g} const it = g(); log(it.next(), it.next(), it.return(1)); const j = g(); j.next(); try { j.throw(new Error("t")) } catch (e) { log(e) } const { next } = it; log(next.call(g()), Reflect.apply(next, g(), []))`,
  "yield*": `${g} function* h() { yield* g(1); yield* new Pages(1); yield* new Own(); yield* o.m() } log([...h()]); const it = h(); it.next(); it.return(); for (const x of h()) break`,
  spread: `${g} log([...g(), ...new Pages(2)], Math.max(...g(), ...new Own()), new Array(...g()))`,
  "array destructuring": `${g} const [a, , b] = g(); const [c] = new Pages(2); let d, e; [d, e] = g(); log(a, b, c, d, e); const [x, ...rest] = g(); log(x, rest); const [] = g(); let r; log(([r] = g()).next().done, r)`,
  "built-ins that iterate": `${g} log(Array.from(g()), Array.from(g(), (x) => x + 1), Array.from(new Pages(1)), Object.fromEntries(pairs())); log([...new Set(g())], [...new Map(pairs())], [...new (class M extends Map { constructor(x) { super(x); this.n = wait(1) } })(pairs())])`,
  "a lifted generator made by code that is not": `${g} const make = new Function("g", "return g(2)"); for (const x of make(g)) log(x); const it = make(g); new Function("it", "it.next()"); log([...it])`
}
