/** Programs, one a form of function, that log what they do. Each is run by Node and lifted, and the logs must be the same. */
export const formCases: Readonly<Record<string, string>> = {
  "defaults that wait, in order": `
    function f(a = wait("a"), b = wait(a + "b"), { c, d = wait(b + "d") } = { c: wait("c") }, ...[e = wait("e"), ...g]) { return [a, b, c, d, e, g, arguments.length, f.length] }
    log(f(), f(1), f(1, undefined, { c: 2 }, undefined, 5, 6)); const g = (x, y = wait(x), ...z) => [x, y, z]; log(g(1), g(1, 2, 3, 4), g.length, g)
    const h = function ({ a = wait(1), ...r }, [b] = [wait(2)]) { return [a, r, b] }; log(h({ q: 1 }), h.length); const o = { m(x = wait(this.v)) { return x }, v: 9 }; log(o.m(), o.m(1))
    class A { m(x = wait(1)) { return x } static s({ y = wait(2) } = {}) { return y } #p(z = wait(3)) { return z } q() { return this.#p() } } log(new A().m(), A.s(), new A().q())`,
  "dead zones and names of defaults": `
    const t = (f) => { try { return f() } catch (e) { return e.name } }
    log(t((a = b, b = wait(1)) => a), t((a = wait(b), b = 1) => a), t(([a] = wait(null)) => a), t(({ a } = wait(null)) => a), t((a = wait(a)) => a))
    const f = (a = () => wait(1), b = function () {}, c = class {}, d = wait(4)) => [a.name, b.name, c.name, d]; log(f())
    const x = "outer"; function g(a = x, b = wait(a)) { const x = "inner"; return [a, b, x] } log(g()); function h(a = () => x, b = wait(1)) { var x = "inner"; return [a(), x] } log(h())
    function k(a, b = wait(a)) { var a = a || "again"; return [a, b] } log(k(), k(1)); function m(a, b = () => a, c = wait(2)) { a = 5; return [b(), c] } log(m(1))`,
  "arguments beside defaults": `
    function f(a, b = wait(2)) { a = 9; arguments[1] = 8; return [a, b, arguments[0], arguments.length] } log(f(1), f(1, 3)); const g = (a = arguments.length, b = wait(a)) => b; log(typeof g())
    function h(n = wait(arguments.length)) { return n } log(h(), h(undefined, 1)); Array.prototype[0] = "polluted"; try { ((a, b = wait(1)) => log(a, b))() } finally { delete Array.prototype[0] }`,
  "arrows with super": `
    class A { get v() { return "v" + this.k } m(x) { return [this.k, wait(x)] } set w(x) { this.set = x } static s() { return "s" } }
    class B extends A { k = 1; m(x) { const f = () => [super.m(x), super.v, super["m"](wait(x))]; const g = (x) => { super.w = wait(x); return () => super.m(super.v) }; return [f(), g(4)(), this.set] }
      field = () => super.m(5); static s() { return (() => wait(super.s()))() } async a() { return (() => super.m(1))() } n() { const f = () => { super.k2 = 1; super["k" + wait(3)] = 2 }; f(); return Object.keys(this) } hard() { return (() => { super.z = 1; super.z += wait(1); return this.z })() } }
    const b = new B(); log(b.m(2), b.field(), B.s(), b.n(), b.hard()); const o = { __proto__: { q(x) { return ["q", x, this === o] } }, r() { return [1].map((x) => super.q(wait(x))) }, s: 1 }; log(o.r())
    log((() => { try { return new (class extends A { m() { return (() => super.nope(wait(1)))() } })().m() } catch (e) { return e } })())`,
  "new.target": `
    function F(x) { if (!new.target) return new F(wait(x)); this.x = x; this.t = [new.target === F, (() => new.target === F)(), wait(1)] } log(F(1), new F(2), Reflect.construct(F, [3], Array).t, F.call({}, 4), F.length, F.name)
    const G = function (...xs) { return [typeof new.target, xs] }; log(G(1), new G(2)); const o = { m() { return [new.target, (() => new.target)(), wait(1)] } }; log(o.m()); class S extends F { constructor() { super(wait(7)) } } log(new S().t, new S() instanceof F)`,
  "declarations in if, switch and twice": `
    switch (wait(2)) { case 1: function one() { return wait("one") } break; case 2: log(one(), two()); default: function two() { return wait("two") } } log(one())
    if (wait(1)) function yes() { return wait("yes") } else function no() { return wait("no") } log(yes(), typeof no); switch (1) { default: log(only()); function only() { return wait("only") } }
    log(twice()); function twice() { return wait("first") } function twice() { return wait("second") } var twice2 = 1; function twice2() { return wait(3) } log(twice2, twice())
    l: function labelled() { return wait("labelled") } log(labelled())`,
  "computed names": `
    const s = Symbol("sym"), k = (x) => { log("key", x); return wait(x) }
    class A { [k("a")]() { return wait(1) } static [k("b")](x, y) { return wait(2) } [s]() { return wait(3) } [k("c") + 1](x = 2) { return wait(x) } async [k("d")]() {} [Symbol.iterator]() { return [wait(1)][Symbol.iterator]() } ["lit" + "eral"]() { return wait(super.toString === Object.prototype.toString) } get [k("g")]() { return 1 } }
    const a = new A(); log(a.a(), A.b(), a[s](), a.c1(), [...a], a.literal()); log(A.prototype.a, A.b, A.prototype[s], A.prototype.c1, Object.getOwnPropertyNames(A.prototype), Object.getOwnPropertySymbols(A.prototype).length)
    const o = { [k("m")]() { return wait(1) }, [s](x) { return wait(2) }, [k("f")]: () => wait(3), [k("g")]: function () { return wait(4) }, [s + ""]: 1, [{ toString: () => k("t") }]() { return 5 }, [k("n")]: function own() { return wait(6) } }
    log(o.m(), o[s](), o.f(), o.g(), o.t(), o.n(), o.m.name, o[s].name, o.f.name, o.g.name, o.n.name, Object.keys(o)); const make = (n) => class { [n]() { return wait(n) } static [n + 1]() { return wait(n) } }; const P = make("p"), Q = make("q"); log(new P().p(), new Q().q(), P.p1(), Q.q1())
    for (const n of ["x", "y"]) { const C = class { [n]() { return wait(n) } }; log(new C()[n](), C.prototype[n].name) }`,
  "names used twice": `
    class A { m() { return wait(1) } m(a) { return wait(2) } static m() { return wait(3) } n() { return wait(4) } get n() { return "getter" } ["m2"]() { return wait(5) } m2(a, b) { return wait(6) } g() { return wait(7) } *g() { yield 8 } *["h"]() { yield 9 } h() { return wait(10) } }
    log(new A().m(), A.prototype.m.length, A.m(), new A().n, new A().m2(), A.prototype.m2.length, [...new A().g()], new A().h()); const o = { m() { return wait(1) }, m: 2, n: 1, n() { return wait(2) }, ...{ q() { return 1 } } }; log(o.m, o.n(), o.q())`,
  "object methods with super": `
    const base = { m(x) { return ["base", x, this.v] }, get g() { return this.v }, set g(x) { this.w = x } }
    const o = { __proto__: base, v: 1, m(x) { return [super.m(wait(x)), super.g, (() => super.m(wait(2)))()] }, ["c" + 1](a, b) { return super.m(wait(a)) }, async am(x) { return super.m(x) }, set(x) { super.g = wait(x); return this.w }, plain() { return wait(1) } }
    log(o.m(1), o.c1(3), o.set(4), o.plain(), o.m.name, o.c1.name, o.c1.length, o.am.length, "prototype" in o.m, Object.keys(o)); Object.setPrototypeOf(o, { m: (x) => "other" + x }); log(o.m(1)); const f = o.m; try { log(f(1)) } catch (e) { log(e.name) }
    log({ ...{ m() { return wait(1) } }, toString() { return "s" + super.toString() } }.toString())`,
  "methods with eval": `
    class A { #x = 5; m(a) { const b = wait(2); return eval("a + b + this.#x + arguments.length + super.n()") } n() { return 0 } } A.prototype.__proto__ = { n: () => 100 }; log(new A().m(1)); const o = { m(a) { var q = wait(1); eval("var z = a + q"); return z } }; log(o.m(3))`,
  "tagged templates": `
    const tag = (s, ...v) => { log(s, v); return wait(v.length) }; const o = { t(s, ...v) { return [this === o, wait(s.raw[0]), v] }, get u() { log("got"); return this.t } }
    log(tag\`a\${1}b\${wait(2)}\`, o.t\`x\\n\${wait(3)}\`, o["t"]\`\`, o.u\`1\`, (o.t)\`2\`, tag\`\${tag\`\${1}\`}\`); const sites = []; const site = (s) => { sites.push(s); return wait(site) }; for (let i = 0; i < 2; i++) site\`same\`\`other\`
    log(sites[0] === sites[2], sites[1] === sites[3], sites[0] === sites[1]); try { o.nope\`\${log("argument first")}\` } catch (e) { log(e) } class B extends (class { t(s) { return ["super", s.raw[0], this.k] } }) { k = 1; m() { return super.t\`\${wait(1)}\` } } log(new B().m())`,
  "private methods": `
    const A = class { #p(x) { return wait(x + this.v) } v = 1; q() { return this.#p(1) } static #s() { return wait("s") } static t() { return this.#s() } check(o) { return #p in o } get fn() { return this.#p } }
    log(new A().q(), A.t(), A.name, new A().check({}), new A().check(new A()), new A().fn.name, new A().fn.call({ v: 5 }, 1)); const all = []; for (let i = 0; i < 2; i++) all.push(class { #p() { return wait(i) } q() { return this.#p() } }); log(all.map((C) => new C().q()))
    class F { #f = (x) => wait(x); #g = function () { return wait(this.k) }; k = 3; names() { return [this.#f.name, this.#g.name, this.#f(1), this.#g()] } } log(new F().names())
    const mixin = (B) => class extends B { #p() { return wait("mixed") } m() { return this.#p() + super.m() } }; log(new (mixin(class { m() { return wait("base") } }))().m())`,
  "blocks of classes": `
    class A { static { function f() { return wait(1) } const g = () => wait(2); this.x = [f(), g()] } static y = [1, 2].map((x) => wait(x)) } log(A.x, A.y)`,
  "functions constructed": `
    function P(x, y) { this.x = wait(x); this.y = y } P.prototype.sum = function () { return wait(this.x) + this.y }; const p = new P(1, 2); log(p, p.sum(), p instanceof P, p.constructor === P, Object.getPrototypeOf(p) === P.prototype)
    function R(x) { this.a = 1; return x } log(new R({ other: wait(1) }), new R(3), new R(), typeof new R(() => 1)); const ns = { P, inner: { Q: function (x) { this.q = wait(x) } } }; log(new ns.P(3, 4), new ns.inner.Q(5), new ns["P"](...[6, 7]), new (wait(P))(8, wait(9)))
    const N = function () { this.n = wait(1) }; log(new N, new N(), new (class X { y = 2 })()); function NoProto() { this.k = wait(2) } NoProto.prototype = null; const q = new NoProto(); log(Object.getPrototypeOf(q) === Object.prototype, q.k); const f = new function () { this.z = wait(3) }; log(f.z)
    for (const bad of [() => new (() => 1)(log("a")), () => new ns.nope(log("b")), () => new (class { m() { wait(1) } }).prototype.m(), () => new ns.inner.Q.x(), () => { const u = undefined; new u(log("c")) }]) try { bad() } catch (e) { log(e) }
    const B = P.bind(null, 5); log(new B(6)); log(new Date(0).getTime(), new Map([[1, 2]]).get(1), new Error("e"), new Array(3).length); class C extends P { constructor(z) { super(wait(z), 1); this.z = z } } log(new C(4), new C(4).sum())`
}
