/** Programs, one a construct, that log what they do. Each is run by Node and lifted, and the logs must be the same. */
export const cases: Readonly<Record<string, string>> = {
  "function declarations are hoisted": `
    log(f(1)); function f(a) { return wait(a) + g(); } function g() { return wait(2) }`,
  "arguments are evaluated once, in order, after the callee": `
    const o = { get m() { log("get"); return (a, b) => { log("call", a, b); return a + b } } }
    const n = (x) => { log("arg", x); return x }
    log(o.m(n(1), n(2)))`,
  receivers: `
    class A { constructor(x) { this.x = x } get() { return wait(this.x) } self() { return wait(this) } }
    const a = new A(5); log(a.get(), a.self().get(), a["get"](), (a.get)())
    const f = a.get; try { f() } catch (e) { log(e) }`,
  "calls of what is no function": `
    const o = { x: 1, deep: { y: null } }
    for (const f of [() => o.m(), () => o.x(), () => o.deep.y.z(), () => undefined_(), () => o.deep.y(log("never"))])
      try { f() } catch (e) { log(e) }
    let late = 1; try { late(log("argument first")) } catch (e) { log(e) }`,
  "spread and rest": `
    const f = (...xs) => wait(xs.length); const g = function (a, ...r) { return [a, r, arguments.length] }
    log(f(...[1, 2], 3), g(...[1, 2, 3]), Math.max(...[1, f(1, 1, 1)]))`,
  "try, catch, finally": `
    const boom = (x) => { throw new Error(wait(x)) }
    const t = (n) => { try { if (n === 1) boom("a"); if (n === 2) return wait("early"); log("body"); return "end" }
      catch ({ message }) { log(message); return wait("caught") } finally { log("finally", wait(n)) } }
    log(t(1), t(2), t(3))
    const o = () => { for (const i of [1, 2, 3]) { try { if (i === 2) continue; if (wait(i) === 3) break; log(i) } finally { log("f", i) } } }
    o(); try { try { boom("x") } finally { log("out") } } catch { log("no binding") }`,
  "finally overrides": `
    const f = () => { try { throw wait(1) } finally { return wait(2) } }; log(f())
    const g = () => { l: try { return wait(1) } finally { break l } return wait(3) }; log(g())`,
  "closures in loops": `
    const fs = []; for (let i = 0; i < 3; i++) { fs.push(() => wait(i)); } log(fs.map((f) => f()))
    var gs = []; for (var j = 0; j < 3; j++) gs.push(function () { return wait(j) }); log(gs.map((g) => g()))`,
  "arrows see this and arguments": `
    function F() { this.v = 7; return [1].map((x) => [this.v, arguments.length, (() => wait(this.v + x))()]) }
    log(F.call({}, 1, 2, 3)); const o = { v: 3, m() { const f = () => { const g = () => wait(this.v); return g() }; return f() } }
    log(o.m(), o.m.call({ v: 9 }))
    function g() { const { arguments: a } = { arguments: wait(1) }; return (() => ({ arguments }.arguments.length + a))() } log(g(1, 2))`,
  "methods, static methods, super": `
    class A { m(x) { return "A" + wait(x) } static s() { return "sA" } get g() { return wait("gA") } }
    class B extends A { m(x) { return "B" + super.m(wait(x)) } static s() { return super.s() + wait("sB") } get g() { return super.g + "B" } ["c" + 1]() { return wait(4) } #p() { return wait(5) } q() { return this.#p() } }
    const b = new B(); log(b.m(1), B.s(), b.g, b.c1(), b.q())
    log(Object.getOwnPropertyNames(B.prototype), Object.getOwnPropertyNames(B), B.prototype.m.name, B.prototype.m.length, Object.keys(b))
    log("prototype" in B.prototype.m, JSON.stringify(Object.getOwnPropertyDescriptor(B.prototype, "m")))
    try { new B.prototype.m() } catch (e) { log(e.name) }`,
  "object literals": `
    const k = "kk"; const o = { a() { return wait(1) }, "b c"() { return wait(2) }, [k]() { return wait(3) }, get g() { return wait(4) }, f: () => wait(5), h: function () { return wait(6) }, async as() {}, *gen() { yield wait(1) }, 7() { return 7 } }
    log(o.a(), o["b c"](), o.kk(), o.g, o.f(), o.h(), [...o.gen()], o[7]()); log(Object.keys(o), o.a.name, o["b c"].name, o.kk.name, o.f.name, o.h.name, o[7].name)
    const p = { __proto__: { z: 1 }, __proto__x() { return 1 } }; log(p.z, Object.keys(p)); const q = { __proto__() { return 1 } }; log(Object.keys(q), q.__proto__())`,
  "names and lengths": `
    const a = () => wait(1), b = function () { wait(1) }, c = function named(x, y = 1, ...z) { wait(1) }; let d; d = (x) => wait(x)
    const { e = () => wait(1) } = {}; const [g = function () { wait(2) }] = []; function h(x, y) { wait(1) } const o = {}; o.p = () => wait(1)
    log(a, b, c, d, e, g, h, o.p, (() => wait(1)), function () { wait(1) }); class A { f = () => wait(1); static s = function () { wait(1) }; "x y" = () => wait(2) } const i = new A(); log(i.f, A.s, i["x y"])
    const arr = [(x) => wait(x)]; log(arr[0].name === "")
    const w = ({ default: (x) => wait(x) }).default; log(w.name); const paren = ((x) => wait(x)); log(paren.name)`,
  "function expressions speak of themselves": `
    const f = function fact(n) { return n <= 1 ? 1 : n * fact(wait(n - 1)) }; const g = f; log(g(5))
    let r = function (n) { return n ? r(n - 1) : "old" }; const s = r; r = () => "new"; log(s(1))
    const h = function me() { try { me = 1 } catch (e) { return "threw" } return typeof wait(me) }; log(h())`,
  "default parameters and destructuring": `
    const f = (a = wait(1), { b, c = wait(2) } = {}, [d = 3] = []) => [a, b, c, d]; log(f(), f(9, { b: 1 }, [4]), f.length)
    const { x = wait(5), ...rest } = { y: wait(6) }; log(x, rest); let p, q; [p = wait(1), [q]] = [undefined, [wait(2)]]; log(p, q);
    ({ p, q: [q = wait(8)] } = { p: wait(7), q: [] }); log(p, q)`,
  "labels, switch, do while": `
    outer: for (const i of [1, 2, 3]) { for (const j of [1, 2, 3]) { if (wait(j) === 2) continue outer; if (i === 3) break outer; log(i, j) } }
    const s = (x) => { switch (wait(x)) { case wait(1): log("one"); case 2: log("two"); break; default: log("other") } }; s(1); s(2); s(3)
    let n = 0; do { n++; if (wait(n) === 2) continue } while (wait(n) < 3); log(n)`,
  "statements without semicolons": [
    "const a = 1",
    "wait(a)",
    "let b = wait(2)",
    "log(a, b)",
    "const f = () => wait(3)",
    ";[1].forEach((x) => log(wait(x)))",
    "let i = 0",
    "i++",
    "log(i)",
    "if (wait(1)) log('yes')",
    "else log('no')",
    "do i++",
    "while (wait(i) < 3)",
    "log(i, f())",
    "class A { x = 1",
    "static y = 2",
    "m() { return wait(this.x) }",
    "}",
    "log(new A().m(), A.y)"
  ].join("\n"),
  "optional chaining": `
    const o = { a: { f(x) { return [this === o.a, wait(x)] } }, g: null, h() { return this === o ? wait(o) : null } }
    log(o?.a?.f(1), o.b?.f(log("never")), o.g?.(1), o.a.f?.(2), o.a?.f?.(3), o.h?.().a.f(4), o?.h().b?.c.d(1), o["a"]?.["f"](wait(5)))
    const n = null; log(n?.a.b.c(), n?.(1), (n?.a)?.b, o.a?.["f"]?.(6), delete o?.zz, delete o.a?.nope)
    try { n?.a; o.b.c?.() } catch (e) { log(e) }
    try { o.a.q?.r(); o.a.f?.(1).q.z() } catch (e) { log(e) }`,
  "optional chaining through parentheses": `
    const o = { a: { f(x) { return [this === o.a, wait(x)] } }, h() { return this === o && wait(o) } }
    log((o.a.f)?.(1), ((o.a).f)?.(2), (o.a?.f)?.(3), (o?.a).f?.(4), ((o.h)?.().a /* ) */ . f)?.(5), (o.h())?.a.f(6), (o.nope)?.(log("never")), (o["a"]["f"])?.(wait(7)), !o?.h(), typeof o?.h())`,
  "optional chaining from super": `
    class A { constructor(x) { this.x = wait(x) } m() { return wait(this.x) } } class B extends A { constructor(x) { log(super(x)?.x, this?.m()) } n() { return super.m?.() + (super.nope?.() ?? 1) } } log(new B(4).n())`,
  "nested calls and temporaries": `
    const add = (a, b) => wait(a) + wait(b); log(add(add(1, add(2, 3)), add(add(4, 5), 6)))
    const o = { f(x) { return { g: (y) => ({ h: (z) => [x, y, z].map((v) => wait(v)) }) } } }; log(o.f(wait(1)).g(o.f(2).g(3).h(4).length).h(wait(5)))
    const arr = [(x) => wait(x) + 1]; log(arr[wait(0)](arr[arr.length - 1](1)))`,
  recursion: `
    const fib = (n) => n < 2 ? n : fib(n - 1) + fib(n - 2); log(fib(12))
    function even(n) { return n === 0 ? true : odd(n - 1) } function odd(n) { return n === 0 ? false : even(n - 1) } log(even(40), odd(7))`,
  "var, let, temporal dead zone": `
    log(typeof v, f()); var v = wait(1); function f() { return typeof v } try { log(w()) } catch (e) { log(e) } let z = 1; function w() { return wait(z) }
    { try { inner() } catch (e) { log(e.name) } const inner = () => wait(1); log(inner()) } if (true) { function blocky() { return wait("b") } } log(blocky())`,
  "generators and async functions keep their callbacks": `
    function* g() { const f = () => wait(1); yield f(); yield [1, 2].map((x) => wait(x)) } log([...g()])
    const it = g(); for (const x of it) { log(x); break } log(it.next())`,
  "arguments object": `
    function f(a) { a = 2; return [arguments[0], arguments.length, wait(a)] } log(f(1, 2)); function g(a) { "use strict"; a = 2; return [arguments[0], wait(a)] } log(g(1))`,
  "this of plain calls": `
    function sloppy() { return wait(this === globalThis || typeof this === "object") } function strict() { "use strict"; return wait(this) } log(sloppy(), strict() === undefined)
    log((0, { m() { return wait(this === undefined) } }.m)())`,
  "constructors as functions": `
    function P(x) { this.x = wait(x); if (x === 2) return { other: true } } P.prototype.get = function () { return wait(this.x) }
    log(new P(1).get(), new P(2), new P(1) instanceof P); class Q { constructor() { this.v = [1].map((x) => wait(x)) } } log(new Q().v)`,
  "tagged templates and template literals":
    "const t = (s, ...v) => [s.raw.join('|'), v.map((x) => wait(x))]; log(t`a${1}b${wait(2)}c`, `x${wait(1)}y${[1].map((x) => wait(x))}`)",
  "comma, conditional, logical, assignment": `
    const f = (x) => { log("f", x); return wait(x) }; log((f(1), f(2)), f(0) || f(3), f(0) && f(4), f(null) ?? f(5), f(1) ? f(6) : f(7))
    let a = 1; a += f(2); a ||= f(9); a &&= f(3); log(a); const o = { x: 1 }; o.x += f(1); o[f("y")] = f(2); o.z ??= f(3); log(o, typeof f(1), void f(2), !f(0), -f(1))`,
  "in, instanceof, delete, exponent": `
    const f = (x) => wait(x); log(f("a") in { a: 1 }, f([]) instanceof Array, delete f({ q: 1 }).q, f(2) ** f(3), [...f([1, 2])], { ...f({ k: 1 }) })`,
  "classes with fields, accessors and private names": `
    class A { #x = 1; y = [1].map((v) => wait(v)); static z = (() => wait(3))(); inc(n) { this.#x += wait(n); return this } get x() { return this.#x } static make() { return wait(new A()) } has(o) { return #x in o } }
    log(A.make().inc(2).inc(3).x, A.z, new A().y, new A().has({}), new A().has(new A()))`,
  "extending and overriding": `
    class Base { run() { return this.step(wait(1)) } step(x) { return "base" + x } } class Sub extends Base { step(x) { return "sub" + wait(x) + super.step(wait(x)) } } log(new Sub().run())
    const mixin = (B) => class extends B { run() { return "mixed " + super.run() } }; log(new (mixin(Sub))().run())`,
  "errors keep their identity": `
    class MyError extends Error { constructor(m) { super(m); this.code = 1 } } const f = () => { throw new MyError("x") }; try { wait(1); f() } catch (e) { log(e instanceof MyError, e.code, e) }
    const e1 = {}; try { (() => { throw wait(e1) })() } catch (e) { log(e === e1) }`,
  "a catch parameter with a pattern, shadowing": `
    const f = () => { try { throw { a: wait(1), b: [2] } } catch ({ a, b: [c] }) { var d = a + c; return wait(d) } }; log(f())
    let e = "outer"; try { throw wait("inner") } catch (e) { log(e); { let e = "innermost"; log(e) } } log(e)`,
  "iterators close": `
    const it = () => { let i = 0; return { [Symbol.iterator]() { return this }, next() { return { done: i > 3, value: i++ } }, return() { log("closed"); return {} } } }
    for (const x of it()) { if (wait(x) === 1) break } const f = () => { for (const x of it()) { if (wait(x) === 2) return x } }; log(f()); try { for (const x of it()) throw wait(new Error("t")) } catch (e) { log(e) } const [a] = it(); log(a)`,
  "callbacks of array methods": `
    const xs = [3, 1, 2]; log(xs.map((x) => wait(x) * 2), xs.filter((x) => wait(x) > 1), xs.reduce((a, x) => a + wait(x), 0), xs.slice().sort((a, b) => wait(a) - wait(b)), xs.find((x) => wait(x) === 1), xs.some((x) => wait(x) > 5), xs.every((x) => wait(x)), xs.flatMap((x) => [wait(x), x])); xs.forEach((x, i, all) => log(wait(x), i, all.length)); log(Array.from({ length: 3 }, (_, i) => wait(i)), "a-b".replace(/[ab]/g, (m) => wait(m.toUpperCase())), JSON.stringify({ a: 1 }, (k, v) => wait(v)))`,
  "bind of what a call gave": `
    const x = () => ({ F: { bind: { call: (n) => wait(n) } } }); const r = x(); log(r.F.bind.call(3))`,
  "call, apply, bind": `
    function f(a, b) { return [this.v, wait(a), b] } log(f.call({ v: 1 }, 2, 3), f.apply({ v: 4 }, [5, 6]), f.bind({ v: 7 }, 8)(9), Reflect.apply(f, { v: 1 }, [2, 3])); const b = f.bind({ v: 1 }); log(b.name, b.length)`
}
