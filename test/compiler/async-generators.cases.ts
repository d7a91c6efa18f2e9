/**
 * Async generators that log what they do, in the order of the microtasks in which they do it. `later(x)` resolves after a tick,
 * `ticks(n)` logs n ticks.
 */
const ticks = `const ticks = (n) => { let p = Promise.resolve(); for (let i = 0; i < n; i++) p = p.then(() => log("tick", i)); return p };`

export const asyncGeneratorCases: Readonly<Record<string, string>> = {
  "values, awaits and what is sent": `${ticks}
    async function* g(a, b = a + 1) { log("begin", a, b); const x = yield a; log("sent", x); const y = yield await later(b); log("sent", y); await null; yield later("promise"); try { yield 1 } catch (e) { log("caught", e); yield "after" } finally { log("finally", await later(2)) } return later("end") }
    const main = async () => { const it = g(1); log("made", Object.prototype.toString.call(it), it[Symbol.asyncIterator]() === it); for (const x of [1, 2, 3, 4]) log(await it.next(x)); log(await it.throw(new Error("in"))); log(await it.next(5)); log(await it.next(6)); log(await it.return(7)); await it.throw(new Error("late")).catch((e) => log(e)) }
    module.exports = Promise.all([main(), ticks(60)])`,
  "the queue of requests": `${ticks}
    async function* g() { try { for (let i = 0; ; i++) { log("before", i); const x = yield later(i); log("after", i, x) } } finally { log("closing"); await later(1); log("closed") } }
    const main = async () => { const it = g(); const asked = [it.next("a"), it.next("b"), it.next("c"), it.return("d"), it.next("e"), it.throw(new Error("f"))]; log("asked"); for (const [i, p] of asked.entries()) p.then((r) => log(i, r), (e) => log(i, e)); await Promise.allSettled(asked); const early = g(); log(await early.return(later("never begun")), await early.next()); const thrown = g(); await thrown.throw(new Error("x")).catch((e) => log(e)) }
    module.exports = Promise.all([main(), ticks(60)])`,
  "what returns while it is told to return": `${ticks}
    async function* own() { try { yield 1 } finally { return later("own") } }
    async function* again() { try { yield 1 } finally { try { yield "still" } finally { log("inner", await later(0)) } } }
    async function* deep() { try { try { yield 1 } finally { try { yield 2 } finally { yield 3; await later(1); log("deepest") } } } finally { log("out") } }
    async function* on() { for (let i = 0; i < 3; i++) { try { yield i } finally { if (i < 2) continue } } return "done" }
    async function* fails() { try { yield 1 } finally { await later(1); throw new Error("closing") } }
    const main = async () => { for (const make of [own, again, deep, on, fails]) { const it = make(); log(make.name); await it.next(); for (let i = 0; i < 5; i++) { try { log(await it.return(i)) } catch (e) { log(e) } } }
      for (const make of [own, again, deep, on]) { const it = make(); await it.next(); log(make.name, await it.return("r"), await it.next(), await it.next(), await it.next()) } }
    module.exports = main().then(() => ticks(3))`,
  "returning a promise that rejects, from where it can be caught": `${ticks}
    const no = (m) => { const p = Promise.reject(new Error(m)); p.catch(() => {}); return p }
    async function* outside() { return no("outside") } async function* inside() { try { return no("inside") } catch (e) { log("caught", e); return "rescued" } finally { log("finally") } }
    async function* loop() { for (const x of [1, 2]) { try { yield no("yield " + x) } catch (e) { log("caught", e) } } for await (const x of [1]) return later(x) } async function* nothing() { return } async function* falls() { await null }
    const main = async () => { for (const make of [outside, inside, loop, nothing, falls]) { const it = make(); for (let i = 0; i < 2; i++) { try { log(make.name, await it.next()) } catch (e) { log(make.name, e) } } } }
    module.exports = Promise.all([main(), ticks(12)])`,
  delegation: `${ticks}
    async function* inner(n) { try { for (let i = 0; i < n; i++) log("got", yield i) } catch (e) { log("inner caught", e); yield "rescued" } finally { log("inner closed", await later(n)) } return "inner" + n }
    async function* outer() { log("result", yield* inner(2)); log("result", yield* [later(1), 2]); log(yield* (function* () { log("sync sent", yield later("s")); return "sync" })()); try { yield* inner(9) } catch (e) { log("outer caught", e) } finally { log("outer closed") } return "outer" }
    const own = (methods) => ({ [Symbol.asyncIterator]() { return this }, i: 0, async next(v) { log("next", v); return { done: this.i > 1, value: this.i++ } }, ...methods })
    async function* over(x) { try { return yield* x } finally { log("over") } }
    const main = async () => { const it = outer(); for (let i = 0; i < 8; i++) log(await it.next("s" + i)); log(await it.throw(new Error("t"))); log(await it.next()); log(await it.next())
      for (const methods of [{}, { return: async (v) => { log("return", v); return { done: true, value: v + "!" } } }, { return: async (v) => ({ done: false, value: v }) }, { return: 5 }, { async throw(e) { log("throw", e); return { done: true, value: "t" } } }, { next: async () => 5 }, { next: async () => { throw new Error("next") } }]) for (const how of ["return", "throw"]) { const it = over(own(methods)); try { log(await it.next(0)); log(await it[how]("x")); log(await it.next(2)) } catch (e) { log(how, e) } }
      for (const x of [5, undefined, {}, { [Symbol.asyncIterator]: 5 }, { [Symbol.asyncIterator]: () => 5 }]) await over(x).next().catch((e) => log(e.name)) }
    module.exports = Promise.all([main(), ticks(150)])`,
  "every form": `
    class A { constructor() { this.k = 2 } async *m(x) { yield this.k * await later(x) } static async *s(x = 1) { yield x } async *#p(x) { yield await later(x) } q(x) { return this.#p(x) } async *sup() { yield "A" } async *["c" + 1]({ a, b = 2 } = {}, ...r) { yield [a, b, r.length, arguments.length] } async *[Symbol.asyncIterator]() { yield* this.sup() } static async *#t() { yield "t" } static u() { return A.#t() } }
    class B extends A { async *sup() { yield* super.sup(); const f = () => super.sup(); yield* f(); yield "B" } }
    const o = { async *m(x) { yield this === o; yield x }, async *"a b"() { yield 1 }, f: async function* (x) { yield x }, async *[Symbol.for("k")]() { yield "k" }, async *sup() { yield super.toString === Object.prototype.toString } }
    async function* named() { const arrow = async () => arguments.length + await later(this === undefined ? 1 : 2); yield await arrow(1, 2); yield named.name } const e = async function* me() { yield me === e } , anonymous = async function* () {}
    async function* strict() { "use strict"; yield this === undefined }
    const all = async (it) => { const xs = []; for await (const x of it) xs.push(x); return xs }
    const main = async () => { const a = new A(), b = new B(); for (const it of [a.m(3), A.s(), A.s(5), a.q(4), b.sup(), b, a.c1(), a.c1({ a: 1 }, 2, 3), A.u(), o.m(7), o["a b"](), o.f(8), o[Symbol.for("k")](), o.sup(), named(1, 2), e(), anonymous(), strict()]) log(await all(it))
      for (const f of [a.m, A.s, a.c1, o.m, o["a b"], o.f, o[Symbol.for("k")], named, e, anonymous, b.sup]) { const AsyncGenerator = Object.getPrototypeOf(async function* () {}); log(f, Object.getPrototypeOf(f) === AsyncGenerator, Reflect.ownKeys(f).map(String).join(), Reflect.ownKeys(f.prototype).length, Object.getPrototypeOf(f.prototype) === AsyncGenerator.prototype, f.call({}) instanceof f); try { new f() } catch (e) { log(e.name) } }
      f.prototype = null; log(Object.getPrototypeOf(f()) === Object.getPrototypeOf(async function* () {}).prototype); async function* f() {} }
    module.exports = main()`,
  "parameters are evaluated as it is called": `
    const t = (x) => { log("evaluated", x); return x }; const thrower = () => { throw new Error("parameter") }
    async function* g(a = t(1), { b = t(2) } = {}, ...[c = t(3)]) { log("body"); yield [a, b, c, arguments.length] } async function* bad(a = thrower()) { log("never") }
    const o = { async *m(a = t(4)) { yield a } }; class C { async *m(a = t(5)) { yield a } static async *#p({ a }) { yield a } static q(x) { return this.#p(x) } } function of(f) { try { f() } catch (e) { log(e) } }
    const main = async () => { const it = g(); log("called"); log((await it.next()).value, g.length); of(bad); of(() => C.q(null)); log((await g(7, { b: 8 }, 9).next()).value); const a = o.m(), b = new C().m(); log((await b.next()).value, (await a.next()).value) }
    module.exports = main()`,
  "for await inside of async generators": `${ticks}
    async function* g(n) { try { for (let i = 0; i < n; i++) yield i } finally { log("g closed", await later(n)) } }
    async function* map(f, xs) { try { for await (const x of xs) yield f(x) } finally { log("map closed") } } async function* take(n, xs) { for await (const x of xs) { yield x; if (--n === 0) return "taken" } } async function* flat(xss) { outer: for await (const xs of xss) { for await (const x of xs) { if (x === 2) continue outer; yield x } } }
    const main = async () => { for await (const x of take(2, map((x) => x * 2, g(9)))) log(x); for await (const x of flat([g(2), g(4), [5, later(6)]])) log(x); const it = map((x) => { throw new Error("f") }, g(2)); await it.next().catch((e) => log(e)); const [a, b] = [take(1, g(3)), take(2, g(2))]; log(await Promise.all([a.next(), b.next(), b.next(), b.next()])) }
    module.exports = Promise.all([main(), ticks(120)])`,
  "loops over something that speaks of their own variables": `
    const f = async () => { for await (const x of [x]) log("never") }, g = async () => { for await (const { a, b = a } of [() => b].map((a) => (log(typeof a), a))) { try { log(a, b) } catch (e) { log(e) } } }, h = async () => { let early; for await (const x of [(early = () => x, 1)]) log(x); early() }, i = async () => { for await (let x of ((x) => x)([1, 2])) log(x); for (const y of [1, 2].map((y) => wait(y) + 1)) log(y); for (const z of [() => z]) z()() }
    async function* j() { for await (const x of [1, x]) yield x } module.exports = (async () => { for (const each of [f, g, h, i, () => j().next()]) { try { await each(); log("through") } catch (e) { log(e) } } })()`,
  "generators that several loops share": `
    async function* numbers() { for (let i = 0; i < 7; i++) { await later(i); yield i } } const main = async () => { const it = numbers(); const worker = async (name) => { for await (const x of it) { log(name, x); await later(0) } }; await Promise.all([worker("a"), worker("b"), worker("c")]); log("end") }
    module.exports = main()`,
  "what a generator throws": `
    async function* g(n) { if (n === 0) throw new Error("at once"); yield 1; if (n === 1) throw new Error("then"); await later(1); throw new Error("later") }
    const main = async () => { for (const n of [0, 1, 2]) { try { for await (const x of g(n)) log(x) } catch (e) { log(n, e) } const it = g(n); log(await Promise.allSettled([it.next(), it.next(), it.next()]).then((all) => all.map((r) => r.status + (r.reason ?? "") + JSON.stringify(r.value ?? null)).join())) } }
    module.exports = main()`
}

/** Async generators whose bodies block: what they log is the same, and in a fiber nothing is held up. */
export const greenAsyncGeneratorCases: Readonly<Record<string, string>> = {
  "bodies that block": `
    async function* g(n) { log("begin", wait(n)); try { for (let i = wait(0); i < n; i++) { yield wait(i); await later(i); log("after", wait(i)) } return wait("r") } catch (e) { log("caught", e, wait(1)) } finally { log("closed", wait(n)) } }
    const main = async () => { for await (const x of g(3)) log("got", x, wait(x)); for await (const x of g(3)) { if (wait(x) === 1) break } try { for await (const x of g(2)) throw new Error("body") } catch (e) { log(e) } const it = g(2); log(await it.next(), await it.throw(new Error("t")), await it.next()); const early = g(2); log(await early.next(), await early.return("x"), await early.next()) }
    module.exports = main()`,
  "delegation and composition": `
    async function* inner(n) { for (let i = 0; i < wait(n); i++) { const x = yield i; log("sent", x, wait(x)) } return wait("inner") } async function* outer() { log(yield* inner(2)); const own = { i: 0, [Symbol.asyncIterator]() { return wait(this) }, next(v) { return { done: this.i > 1, value: wait(this.i++) } }, async return(v) { log("return", wait(v)); return { done: true, value: v } } }; log(yield* own); yield* own; own.i = 0; try { yield* own } finally { log("end", wait(1)) } }
    async function* map(f, xs) { for await (const x of xs) yield f(x) } const main = async () => { const it = outer(); for (let i = 0; i < 6; i++) log(await it.next(i)); log(await it.return("r")); for await (const x of map((x) => wait(x) * 2, map((x) => wait(x) + 1, inner(3)))) log(x); const all = []; for await (const [k, v] of map(async (x) => [wait(x), await later(x)], [1, later(2)])) all.push(k, v); log(all) }
    module.exports = main()`,
  "requests that are not awaited": `
    async function* g() { log("begin"); const x = wait(1); log("blocked", x); yield x; log("more", wait(2)); await later(0); log("after", wait(3)); yield 2; return wait(4) }
    const left = g(); left.next(); const main = async () => { const it = g(); const p = it.next(); log("asked", p instanceof Promise); const q = it.next(), r = it.next(); log(await r, await q, await p); const other = g(); const n = other.next(); log(await other.return(wait("end")), await n); const shared = g(); const worker = async (name) => { for await (const x of shared) log(name, wait(x)) }; await worker("a"); await Promise.all([worker("b"), worker("c")]) }
    module.exports = main()`,
  "methods of every form": `
    class A { #k = 2; async *m(x) { yield this.#k * wait(x) } static async *s(x) { yield wait(x) } async *#p(x) { yield wait(x) } q(x) { return this.#p(x) } async *[Symbol.asyncIterator]() { yield* this.q(wait(1)); yield* this.m(2) } } const o = { async *m(x) { yield wait(x) }, async *[wait("c")](x) { yield wait(x) }, f: async function* (x) { const a = async () => wait(x) + await later(1); yield a() } }
    const main = async () => { for (const it of [new A().m(3), A.s(4), new A().q(5), new A(), o.m(6), o.c(7), o.f(8)]) for await (const x of it) log(x) }
    module.exports = main()`
}
