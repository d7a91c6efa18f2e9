/**
 * What a conformance suite does not look at: programs, each run in a realm of its own, that print what they find. `probe(f)`
 * prints what `f` gives or throws, with its text. They are to print the same lifted.
 */
export const probes: Readonly<Record<string, string>> = {
  "texts of calls of what cannot be called": `
    const a = { b: {}, n: null, s: "s", f() { return {} }, get g() { return 1 } }, k = "key", arr = [1], u = undefined, sym = Symbol("sy")
    for (const f of [() => a.x(), () => a.b.c(), () => a.b.c.d(), () => a.n(), () => a.n.x(), () => a?.b(), () => a?.b.c(), () => a.b?.c.d(), () => a.x?.y(), () => a.s(), () => a["x"](), () => a[k](), () => a[k + 1](),
      () => arr[0](), () => a[sym](), () => u(), () => u.x(), () => u?.x().y(), () => null(), () => (1)(), () => "x"(), () => a.f()(), () => a.f().x(), () => a.f().x.y(), () => (0, a.x)(), () => (a.b)(), () => (a.b.c)?.d(), () => a.b?.(), () => a.s?.(),
      () => a.g(), () => this.nope(), () => nope(), () => nope.x(), () => new u(), () => new a.x(), () => new a.b(), () => new (a.f())(), () => new arr[0](), () => new (() => {})(), () => new a.f(), () => new Math.max(), () => a.x\`t\`, () => u\`t\`, () => a.b.c(print("never")), () => a.x(print("argument first")),
      () => [1].map(1), () => [1].forEach(), () => [].reduce((x) => x), () => Reflect.apply(1), () => a.f.call.x(), () => a.x.call(), () => JSON.parse("{"), () => new Promise(), () => Symbol(), () => new Symbol(), () => super_(), () => import_.meta()]) probe(f)`,
  "texts of destructuring and iteration": `
    const u = undefined, n = null, o = {}
    for (const f of [() => { const { x } = u }, () => { const { x: { y } } = o }, () => { const {} = n }, () => { const { [o]: x } = u }, () => { const [x] = u }, () => { const [x] = o }, () => { const [x] = 1 }, ({ x }) => x, ([x]) => x, ({ x: [y] } = { x: 1 }) => y, () => { let x; ({ x } = u) }, 
      () => { for (const x of 1) print(x) }, () => { for (const x of o) print(x) }, () => [...u], () => [...o], () => Math.max(...1), () => f2(...o), () => new Map([1]), () => new Set(1), () => Array.from({ [Symbol.iterator]: 1 }), () => [...{ [Symbol.iterator]() { return 1 } }], () => [...{ [Symbol.iterator]: () => ({ next: () => 1 }) }], () => [...{ [Symbol.iterator]: () => null }],
      () => { const { a, ...r } = n }, () => new f2(...1)]) probe(f)
    function f2() { return arguments.length }`,
  "texts of bindings and operators": `
    const c = 1, o = Object.freeze({ x: 1 })
    for (const f of [() => { c = 2 }, () => { c++ }, () => { x; let x }, () => { x(); const x = () => 1 }, () => typeof y1 + y1, () => { "use strict"; y2 = 1 }, () => { "use strict"; o.x = 2 }, () => { "use strict"; delete o.x }, () => 1 in 1, () => 1 instanceof 1, () => ({}) instanceof (() => {}), () => 1n + 1, () => Symbol() + "", () => null.x, () => undefined.x, () => undefined[o], () => (void 0).x.y, () => { null.x = 1 }, () => { undefined.x.y = c }, () => (class { #p; static t(o) { return o.#p } }).t({}), () => (class { #m() {} static t(o) { return o.#m() } }).t({}), () => (class { get #g() { return 1 } static t(o) { o.#g = 1 } }).t({}), () => structuredClone_]) probe(f)`,
  "texts of classes": `
    class A { constructor(x) { this.x = x } m() { return 1 } static s() { return 2 } get g() { return 3 } }
    class B extends A { constructor(mode) { if (mode === 1) return; if (mode === 2) this.x = 1; super(); if (mode === 3) super() } m() { return super.nope() } n() { return super.nope.x } o() { return super.x.y() } static s() { return super.nope() } p() { return super.m.call(null) } q() { super.g = 1; return super.g } }
    for (const f of [() => A(), () => B(), () => new B(1), () => new B(2), () => new B(3), () => new B().m(), () => new B().n(), () => new B().o(), () => B.s(), () => new B().p(), () => new B().q(), () => { class C extends null {} new C() }, () => { class C extends 1 {} }, () => { class C { static ["prototype"]() {} } }, () => new (new A().m)(), () => new A.s(), () => A.call({}), () => Reflect.construct(A, [], 1), () => class D { static x = D2; static D2 = 1 }, () => new (class { x = nope })(), () => new (class { x = this.y.z })(), () => { new E; class E {} }, () => ({ m() { return super.x() } }).m(), () => ({ m() { return super.x.y() } }).m(), () => ({ __proto__: null, m() { return super.toString() } }).m()]) probe(f)`,
  "own keys": `
    var seen = (x) => x, nope = (x) => wait(x); function d(a, b) { return nope(a, b) } const e = function (a) { return nope(a) }, n = function named(a) { return nope(a) }, r = (a, b = 1, ...c) => nope(a), s = function () { "use strict"; return nope() }, as = async () => nope(), g = function* () { yield nope() }, ag = async function* () { yield nope() }
    const o = { m(a) { return nope(a) }, async am() { nope() }, *gm() { yield nope() }, get x() { return nope() }, set x(v) { nope(v) }, [Symbol.iterator]() { return nope() }, ["c" + 1]() { return nope() }, f: () => nope(), g: function () { return nope() }, 1() { return nope() }, "a-b"() { return nope() }, async *agm() { yield nope() } }
    class C { a() { return nope() } static b() { return nope() } get c() { return nope() } 2() { return nope() } static 1() { return nope() } d = () => nope(); static e = () => nope(); #p() { return nope() } static #q() { return nope() } async f() { return nope() } *g() { yield nope() } static async h() { nope() } [Symbol.iterator]() { return nope() } a1() { return nope() } constructor(x, y) { seen(x) } static f() { return nope() } } class E extends C { a() { return super.a() } static b() { return super.b() } }
    class F { a() { return 1 } static b() { return nope() } c() { return nope() } get d() { return 1 } e() { return nope() } static { nope2 = 1 } static f = 1; static g() { return 1 } } var nope2
    const shape = (f) => [typeof f, ...Reflect.ownKeys(f).map((k) => { const p = Reflect.getOwnPropertyDescriptor(f, k); return [String(k), p.writable, p.enumerable, p.configurable, typeof p.value === "object" || typeof p.value === "function" ? typeof p.value : String(p.value), typeof p.get, typeof p.set].join(":") })].join(" ")
    for (const f of [d, e, n, r, s, as, g, ag, o, o.m, o.am, o.gm, o[Symbol.iterator], o.c1, o.f, o.g, o[1], o["a-b"], o.agm, C, C.prototype, E, E.prototype, F, F.prototype, C.b, C.prototype.a, C.prototype.f, C.prototype.g, C.h, C.e, C[1], C.prototype[Symbol.iterator], new C().d, d.prototype, g.prototype, ag.prototype, Object.getOwnPropertyDescriptor(o, "x").get, Object.getOwnPropertyDescriptor(o, "x").set, Object.getOwnPropertyDescriptor(C.prototype, "c").get]) probe(() => shape(f))
    for (const f of [d, e, r, as, g, ag, o.m, o.am, o.gm, C, C.prototype.a, C.prototype.f, C.b]) probe(() => [Object.prototype.toString.call(f), Object.getPrototypeOf(f) === Function.prototype, f.constructor.name, "prototype" in f, "caller" in f, Object.isExtensible(f), f instanceof Function, typeof f.bind()].join())
    probe(() => Reflect.ownKeys(globalThis).filter((k) => String(k).includes("$g")).join()); probe(() => Reflect.ownKeys(o).map(String).join()); probe(() => Reflect.ownKeys(new C()).join())`,
  "names and lengths": `
    const nope = (x) => wait(x), sym = Symbol("description"), none = Symbol(), key = "computed"; let late; late = () => nope(); var obj = {}; obj.member = () => nope(); obj["el"] = function () { nope() }
    const { dflt = () => nope() } = {}, [inArray = function () { nope() }] = [], paren = (() => nope()), seq = (0, () => nope()), cond = true ? () => nope() : null, cls = class { m() { return nope() } }, ctor = class { constructor(a, b) { nope() } }, nested = { inner: { fn: () => nope() } }
    const o = { [sym]() { nope() }, [none]() { nope() }, [key]() { nope() }, [String(sym)]: 1, arrow: (a, b) => nope(a), [key + 2]: () => nope(), async [sym.description]() { nope() }, get [key + 3]() { return nope() }, "": () => nope(), 0.1: () => nope(), __proto__: function () { nope() } } .constructor && {}
    let or; or ||= () => nope(); let nn; nn ??= function () { nope() }; let and = 1; and &= 0; and ||= async () => nope()
    const params = [(a) => nope(), (a, b) => nope(), (a = 1, b) => nope(), (a, ...b) => nope(), ({ a }, [b]) => nope(), function (a, b, c = 1, d) { nope() }, async (x, y) => nope(), function* (x) { yield nope() }, { m(a, b = 2) { nope() } }.m, class { constructor(a, b) { nope() } }, class extends Object { constructor(a) { super(); nope() } }, class extends Array {}, class { static m(a, b) { nope() } }.m]
    for (const f of [late, obj.member, obj.el, dflt, inArray, paren, seq, cond, cls, cls.prototype.m, nested.inner.fn, or, nn, and, ...params, (() => nope()), function () { nope() }, (() => { return { x: () => nope() } })().x, new Function("a", "return a"), (function self() { return self })().name, Object.assign(() => nope(), {}), (() => nope()).bind(null), late.bind()]) probe(() => [f.name, f.length])
    const e = new (class X extends Error { constructor(m) { super(m); nope2() } static nope() {} }.bind ? Error : Error)("m"); probe(() => e.name); function nope2() {}
    export_: { const f = (() => {}); f.name2 = 1; probe(() => Reflect.ownKeys(f).join()) }`,
  "an array's iterator and methods, replaced": `
    const f = (...xs) => xs.length + wait(1), g = (a, b = wait(2), ...r) => [a, b, r.length], o = { m(...xs) { return wait(xs.length) } }; class A { constructor(...xs) { this.n = xs.length } m(...xs) { return wait(xs.length) } } class B extends A { constructor(...xs) { super(...xs) } m(...xs) { return super.m(...xs) } } class C extends A { constructor(x) { super(x) } }
    const keep = Array.prototype[Symbol.iterator]; let calls = 0
    Array.prototype[Symbol.iterator] = function () { calls++; return Reflect.apply(keep, this, []) }
    probe(() => f(1, 2)); probe(() => g(1)); probe(() => o.m(1, 2)); probe(() => new B(1, 2).m(3)); probe(() => new C(1).n); probe(() => [1, 2].map((x) => wait(x)).length); probe(() => calls); probe(() => f(...[1, 2])); probe(() => calls)
    const { a, ...r } = { a: 1, b: 2 }; const [p, q] = [1, 2]; probe(() => calls); for (const x of [1]) wait(x); probe(() => calls)
    const names = ["push", "pop", "shift", "unshift", "slice", "splice", "concat", "join", "map", "forEach", "filter", "indexOf", "includes", "at", "findIndex", "find", "some", "every", "reduce", "flatMap", "flat", "fill", "reverse", "entries", "values", "keys", "sort"]
    Array.prototype[Symbol.iterator] = () => { throw new Error("iterated") }
    probe(() => f(1, 2)); probe(() => g(1)); probe(() => o.m(1, 2)); probe(() => new B(1, 2).m(3)); probe(() => new C(1).n); probe(() => f(...[1])); probe(() => [1, 2].map((x) => wait(x)).length); probe(() => { const [x] = [1] }); probe(() => { for (const x of [1]) wait(x) })
    delete Array.prototype[Symbol.iterator]
    probe(() => f(1, 2)); probe(() => new B(1).m(3)); probe(() => f(...[1]))
    for (let i = 0; i < names.length; i++) delete Array.prototype[names[i]]
    const rec = (n) => n === 0 ? wait(0) : 1 + rec(n - 1); probe(() => rec(100)); probe(() => f(1, 2)); probe(() => new B(1, 2).m(3)); probe(() => { try { rec.x() } catch (e) { return wait(String(e)) } }); probe(() => { throw new Error(wait("thrown")) })
    const at = (n) => { if (n === 0) throw new Error(wait("deep")); return at(n - 1) + 1 }; probe(() => at(50))`,
  "generators' methods, replaced": `
    const f = (x) => wait(x), rec = (n) => n === 0 ? wait(0) : 1 + rec(n - 1), any = (cb, n) => n === 0 ? wait(0) : 1 + cb(cb, n - 1); function* gen() { yield wait(1); yield 2 }
    const generator = Object.getPrototypeOf(function* () {}).prototype, iterator = Object.getPrototypeOf(generator)
    const all = () => { probe(() => f(1)); probe(() => rec(50)); probe(() => any(any, 50)); probe(() => [1, 2].map(f).length); probe(() => { try { throw wait(1) } finally { wait(2) } }); probe(() => new (class { m() { return wait(3) } })().m()); probe(() => JSON.stringify([{ toJSON: () => wait(4) }])) }
    generator.next = () => { throw new Error("next") }; generator.throw = () => { throw new Error("throw") }; generator.return = () => { throw new Error("return") }; all(); probe(() => [...gen()].length)
    delete generator.next; delete generator.throw; delete generator.return; all(); probe(() => { try { return [...gen()].length } catch (e) { return e.name } })
    iterator[Symbol.iterator] = () => { throw new Error("iterator") }; all(); delete iterator[Symbol.iterator]; all()`,
  "functions' methods, replaced": `
    const f = function (x) { return wait([this && this.v, x]) + "" }, o = { v: 1, f }; class A { m() { return wait(this.v) } v = 2 } class B extends A { m() { return super.m() } }
    const all = () => { probe(() => f(1)); probe(() => o.f(2)); probe(() => o?.f?.(3)); probe(() => new B().m()); probe(() => f(...[4])); probe(() => o.f(...[5])); probe(() => ((s) => s[0])\`t\`); probe(() => [1].map((x) => wait(x)).length); probe(() => Reflect.apply(f, o, [6])); probe(() => f.call(o, 7)); probe(() => f.apply(o, [8])); probe(() => f.bind(o)(9)) }
    all(); f.call = () => "own call"; f.apply = () => "own apply"; f.bind = () => () => "own bind"; all(); delete f.call; delete f.apply; delete f.bind
    Function.prototype.call = () => "call"; Function.prototype.apply = () => "apply"; Function.prototype.bind = () => () => "bind"; all(); delete Function.prototype.call; delete Function.prototype.apply; delete Function.prototype.bind; all()
    Reflect.apply = () => "reflect"; all(); globalThis.Reflect = undefined; globalThis.Object = undefined; probe(() => f(1)); probe(() => new B().m()); probe(() => new (class { x() { return wait(1) } static y() { return wait(2) } })().x())`,
  "Object's statics, and accessors on its prototype": `
    const make = () => { class A { m() { return wait(1) } static s() { return wait(2) } get g() { return wait(3) } } return [new A().m(), A.s(), new A().g, { m() { return wait(4) } }.m(), { a: (x) => wait(x) }.a(5), (function self() { return wait(self.name) })(), (({ x, ...r }) => r.y)({ y: 5.5 }), ((a = wait(6), { b } = { b: 7 }) => a + b)()].join() }
    probe(make); for (const key of ["defineProperty", "getOwnPropertyDescriptor", "getPrototypeOf", "freeze", "create", "assign", "keys"]) { const keep = Object[key]; Object[key] = () => { throw new Error(key) }; probe(make); Object[key] = keep }
    for (const key of ["get", "set", "writable", "enumerable", "value", "done", "next", "then", "site", "0", "length", "call", "depth", "throws"]) { Object.defineProperty(Object.prototype, key, { get() { return key === "done" || key === "writable" || key === "enumerable" ? true : 1 }, set() { print("set " + key) }, configurable: true, enumerable: false }); let out; try { out = make2() } catch (e) { out = String(e) } delete Object.prototype[key]; print(key + " " + out) }
    function make2() { const r = (n) => n === 0 ? wait(0) : 1 + r(n - 1); let s = r(40); try { (() => { throw wait(9) })() } catch (e) { s += e } const { a, b = wait(2) } = { a: 1 }; return s + [1, 2].reduce((x, y) => x + wait(y), 0) + a + b + { m() { return wait(4) } }.m() }`,
  "collections' and promises' methods, replaced": `
    const f = async (x) => { const y = await x; return y + wait(1) }, later = (v) => new Promise((r) => r(v))
    for (const C of [Set, Map, WeakMap, WeakSet]) for (const k of ["add", "get", "set", "has", "delete", "clear", "values", "keys", "entries", "forEach", Symbol.iterator]) delete C.prototype[k]
    const rec = (n) => { if (n === 0) throw new Error(wait("deep")); return rec(n - 1) + 1 }; probe(() => rec(60))
    const then = Promise.prototype.then; let thens = 0; Promise.prototype.then = function (...args) { thens++; return Reflect.apply(then, this, args) }
    const main = async () => { print(await f(1)); print(await f(later(2))); const p = f(3); print(thens); print(await p); const q = f(Promise.reject(new Error("no"))); try { await q } catch (e) { print(String(e)) } print(thens); for (const x of [1, 2]) print(await f(x)); globalThis.Promise = class {}; print(await f(4)); const r = f(5); print(await r); return "end" }
    main().then((v) => print(v), (e) => print(String(e)))`,
  "thenables and constructors of promises": `
    const log = (x) => print(String(x)), thenable = (v) => ({ get then() { log("get " + v); return (r) => { log("then " + v); r(v) } } })
    const f = async (v) => v, g = async (v) => { log("g"); return await v }, h = async () => { throw thenable("thrown") }
    const p = Promise.resolve("p"); Object.defineProperty(p, "constructor", { get() { log("constructor"); return Promise } })
    const tick = (n) => { let q = Promise.resolve(); for (let i = 0; i < n; i++) q = q.then(() => log("tick " + i)) }
    const main = async () => { tick(12); log(await f(thenable("a"))); log(await g(thenable("b"))); try { await h() } catch (e) { log(typeof e) } log(await p); log(await f(p)); const x = f(p); log(await x); log(await g(p)); return thenable("last") }
    main().then(log)`,
  "stacks' limits and errors' properties": `
    const f = () => { throw new Error(wait("m")) }; for (const limit of [0, 1, undefined, "x"]) { Error.stackTraceLimit = limit; try { f() } catch (e) { print(e.message + " " + Reflect.ownKeys(e).join()) } } delete Error.stackTraceLimit; try { f() } catch (e) { print(e.message) } Error.stackTraceLimit = 10
    const frozen = () => { throw Object.freeze(new Error(wait("frozen"))) }; probe(frozen); const rec = (n) => { if (n === 0) throw Object.freeze(new Error(wait("deep"))); return rec(n - 1) + 1 }; probe(() => rec(50))
    for (const x of [null, undefined, 1, "s", Symbol("y"), {}, []]) try { (() => { throw wait(x) })() } catch (e) { print(e === x) }
    /(a)(b)/.exec("ab"); print(RegExp.$1); try { rec(5) } catch {} print(RegExp.$1 + RegExp.$2 + RegExp.lastMatch); wait(1); print(RegExp["$&"])`,
  "functions in blocks": `
    print(typeof f1); { function f1() { return wait(1) } } print(f1()); print(typeof f2); if (true) { function f2() { return wait(2) } } else { function f2() { return wait(3) } } print(f2()); if (wait(1)) function f3() { return wait(4) } print(f3())
    switch (wait(1)) { case 1: function f4() { return wait(5) } print(f4()) } print(typeof f4); { let g = f5(); function f5() { return wait(6) } print(g) } { function f5() { return wait(7) } } print(f5()); l: function f6() { return wait(8) } print(f6())
    function outer() { print(typeof inner); { inner = wait(9); function inner() {} print(typeof inner) } print(typeof inner) } outer(); try { throw 1 } catch (e) { var e = wait(10); print(e) } print(typeof e); for (var i = 0; i < 2; i++) { function f7() { return wait(i) } } print(f7())
    { function dup() { return wait(1) } function dup() { return wait(2) } print(dup()) } function param(p) { { function p() { return wait(1) } } return typeof p } print(param(1)); (function named() { { function named() { return wait(2) } } print(typeof named) })()`,
  "arguments, callers, with, and labels": `
    function m(a, b) { arguments[0] = wait(5); b = 6; return [a, arguments[1], arguments.length, typeof arguments.callee].join() } print(m(1, 2)); function s(a) { "use strict"; arguments[0] = wait(5); return a } print(s(1)); function d(a, a) { return wait(a) } print(d(1, 2))
    const o = { x: 1, f() { return wait(this === o) }, g: (v) => wait(v) }; with (o) { print(f()); print(g(x)); x = wait(7) } print(o.x); function w(o) { with (o) { return (() => wait(x))() } } print(w({ x: 2 }))
    print((function () { return typeof this })()); print((function () { "use strict"; return typeof this })()); print((function () { return wait(typeof this) }).call(1)); print((function () { "use strict"; return wait(typeof this) }).call(1)); print([function () { return wait(this.length) }][0]())
    a: { b: { if (wait(1)) break a; print("no") } print("no") } c: for (;;) { for (;;) { if (wait(1)) break c } } print(eval("wait(1) + 1")); print((0, eval)("typeof m")); var v = 1; print((function () { eval("var v = wait(2)"); return v })()); print(new Function("w", "return w(3)")(wait)); print(010 + "\\07".length)
    function rest(a, ...b) { return wait(b.length) + arguments.length } print(rest(1, 2, 3)); function arrowArgs() { return (() => wait(arguments[0]))() } print(arrowArgs(4)); print((() => { try { return wait(1) } finally { print("finally") } })()); var await = 1, async = (x) => wait(x), let_ = 2, of = (x) => wait(x), get = (x) => wait(x); print(async(1) + of(2) + get(3)); async
    print(await)`,
  "getters, setters and proxies see what they saw": `
    const log = [], seen = (name, target) => new Proxy(target, { get(t, k, r) { log.push(name + " get " + String(k)); return Reflect.get(t, k, r) }, has(t, k) { log.push(name + " has " + String(k)); return Reflect.has(t, k) }, apply(t, self, args) { log.push(name + " apply"); return Reflect.apply(t, self, args) }, construct(t, args, n) { log.push(name + " construct"); return Reflect.construct(t, args, n) }, getOwnPropertyDescriptor(t, k) { log.push(name + " descriptor " + String(k)); return Reflect.getOwnPropertyDescriptor(t, k) }, getPrototypeOf(t) { log.push(name + " prototype"); return Reflect.getPrototypeOf(t) }, ownKeys(t) { log.push(name + " keys"); return Reflect.ownKeys(t) }, set(t, k, v, r) { log.push(name + " set " + String(k)); return Reflect.set(t, k, v, r) }, defineProperty(t, k, d) { log.push(name + " define " + String(k)); return Reflect.defineProperty(t, k, d) } })
    const out = () => { print(log.join("; ")); log.length = 0 }, f = seen("f", function (x) { return wait(x) }), o = seen("o", { m(x) { return wait(x) }, f, get g() { return wait(1) }, n: null, [Symbol.iterator]: function* () { yield wait(1) } })
    f(1); out(); o.m(1); out(); o.f(2); out(); o?.m?.(3); out(); o.n?.x; out(); o.g; out(); new f(1); out(); f.call(null, 1); out(); f.apply(null, [1]); out(); f.bind(null)(1); out(); [1].map(f); out(); for (const x of o) wait(x); out(); [...o]; out(); ({ ...o }); out(); const { m, ...r } = o; out(); const [x] = o; out()
  `
}
