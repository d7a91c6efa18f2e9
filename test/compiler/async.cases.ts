/** Async programs that log what they do, in the order of the microtasks in which they do it. `later(x)` resolves after a tick. */
export const asyncCases: Readonly<Record<string, string>> = {
  "an update loop": `
    const update = async (x) => { log("ask", x); const y = await later(x); log("got", y); return y }
    const main = async () => { let sum = 0; for (const x of [1, 2, 3]) sum += await update(x); return sum }
    module.exports = main().then((v) => log("sum", v))`,
  "the order of microtasks": `
    const tick = (n) => { let p = Promise.resolve(); for (let i = 0; i < n; i++) p = p.then(() => log("tick", n, i)); return p }
    async function a() { log("a1"); await null; log("a2"); await later(1); log("a3"); return "a" }
    async function b() { log("b1"); const r = await a(); log("b2", r); await tick(2); log("b3") }
    async function c() { return a() } async function d() { await c(); log("d") } async function e() { return 1 } async function f() { log(await e()); log("f") }
    const t = tick(9); module.exports = Promise.all([b(), d(), f(), t]).then(() => log("all"))`,
  failures: `
    async function bad(x) { if (x) await null; throw new Error("bad " + x) }
    async function main() { for (const x of [0, 1]) { try { await bad(x) } catch (e) { log(e) } finally { log("finally", await later(x)) } }
      const p = bad(2); try { await p } catch (e) { log("later", e) } try { await Promise.reject(3) } catch (e) { log(e) } await bad(4) }
    module.exports = main().catch((e) => log("main", e))`,
  "all forms of async functions": `
    class A { constructor() { this.k = 2 } async m(x) { return this.k * await later(x) } static async s(x) { return await later(x) + 1 } async #p(x) { return await later(x) } q(x) { return this.#p(x) } async sup() { return "A" + await later(1) } f = async (x) => this.k + await later(x) }
    class B extends A { async sup() { return "B" + await super.sup() } }
    const o = { async m(x) { return [this === o, await later(x)] }, f: async function (x) { return await later(x) }, async "a b"(x) { return await later(x) } }
    const ar = async x => await later(x), ar2 = async (x, y = 2) => { return (await later(x)) + y }, named = async function me(n) { return n ? await me(n - 1) : "deep" }
    async function args() { return [arguments.length, await later(arguments[0])] }
    const main = async () => { log(await new A().m(3), await A.s(3), await new A().q(4), await new B().sup(), await new A().f(1), await o.m(1), await o.f(2), await o["a b"](3), await ar(4), await ar2(5), await named(3), await args(1, 2)); log(A.prototype.m, o.m, ar, ar2, named, args); log(Object.prototype.toString.call(ar), ar.constructor.name, "prototype" in ar, Object.prototype.toString.call(A.prototype.m)); log(new A().m(1) instanceof Promise) }
    module.exports = main()`,
  "what runs at once": `
    const work = async (x) => { log("begin", x); await later(x); log("middle", x); await later(x); log("end", x); return x * 2 }
    const main = async () => { log(await Promise.all([1, 2, 3].map((x) => work(x)))); const first = work(4); const second = work(5); log("both"); log(await second, await first); log(await Promise.race([work(6), work(7)])) }
    module.exports = main()`,
  "await in every place": `
    const f = async (x) => x; const g = (...xs) => xs
    const main = async () => { log(g(await f(1), ...(await f([2, 3])), await later(4))); const { a = await f(5), ...r } = await f({ b: 6 }); log(a, r); const o = { [await f("k")]: await f(7) }; log(o); log(await f(await f(8)), (await f({ m: (x) => x })).m(9), (await f(null))?.m(await f(log("never")))); log(await (await f(async () => 10))()); if (await f(true)) log(await f(0) || await f(11)); l: for (let i = await f(0); i < await f(3); i++) { if (i === 1) continue l; log("i", i) } switch (await f(1)) { case await f(1): log("one") } log(\`\${await f("t")}\`); return await f(12) }
    module.exports = main().then((v) => log(v))`,
  thenables: `
    const thenable = (v) => ({ then(resolve) { log("then", v); resolve(v) } })
    const main = async () => { log(await thenable(1)); const f = async () => thenable(2); log(await f()); const g = async () => { throw thenable(3) }; try { await g() } catch (e) { log(typeof e.then) } }
    module.exports = main()`,
  "parameters that throw reject": `
    const f = async (a = (() => { throw new Error("parameter") })()) => a; const p = f(); log("called"); module.exports = p.catch((e) => log(e))`,
  "mixed with blocking calls": `
    const block = (x) => wait(x); const f = async (x) => { const y = block(x); await null; return y + block(1) }
    const main = async () => { for (const x of [1, 2]) log(await f(x)); log((await Promise.all([f(3), f(4)])).map((x) => block(x))) }
    module.exports = main()`,
  "what blocks before the first await holds up the caller": `
    const f = async (x) => { log("begin", x); const y = wait(x); log("blocked", y); if (x === 2) throw new Error("no " + wait(x)); if (x === 3) return wait("at once"); await null; log("after", y); return y }
    const rec = async (n) => { log("rec", wait(n)); if (n > 0) { const p = rec(n - 1); log("called", n); return 1 + await p } await null; log("bottom"); return 0 }
    const main = async () => { const p = f(1); log("called", p instanceof Promise); log(await p); for (const x of [2, 3]) { const p = f(x); log("called"); await p.then((v) => log("value", v), (e) => log(e)) }
      const r = rec(5); log("rec called"); log(await r); const g = async () => { f(4).then(() => log("then 4")); log("in g") }; g(); log("g called"); await later(1); log(await new Promise((resolve) => { f(8).then(resolve); log("in the executor") })) }
    module.exports = main()`,
  "an async function does not wait for what it called and did not await": `
    let stop; const never = new Promise((resolve) => { stop = resolve }); const slow = async () => { await never; log("slow") }; const a = async () => { slow(); await null; return "a" }; const b = async () => { const p = slow(); await null; throw new Error("b") }
    const main = async () => { const p = a(), q = b(); log(await p); await q.catch((e) => log(e)); stop(); await never; log("end") }
    module.exports = main()`,
  "what is awaited is looked at once": `
    const thenable = (v) => ({ get then() { log("get then", v); return v === 1 ? undefined : (resolve) => { log("then", v); resolve(v) } } })
    const f = async (v) => thenable(v); const main = async () => { await thenable(0); await thenable(1); await f(2); await f(1); const p = f(3); log("called"); await p }
    module.exports = main().then(() => log("done"))`,
  "for await over every kind of iterable": `
    async function* g(n) { try { for (let i = 0; i < n; i++) yield later(i) } finally { log("closed", n) } } function* sync() { try { yield later(1); yield 2; yield 3 } finally { log("sync closed") } }
    const own = () => { let i = 0; return { [Symbol.asyncIterator]() { return this }, async next() { return { done: i > 2, value: await later(i++) } }, return(v) { log("return", arguments.length); return later({}) } } }
    const bare = () => ({ [Symbol.asyncIterator]: () => ({ i: 0, next() { return { done: this.i > 1, value: this.i++ } } }) })
    const main = async () => { for (const make of [() => g(3), sync, own, bare, () => [later(7), 8], () => "ab"]) { for await (const x of make()) { log("item", x); await later(0) } for await (const x of make()) { if (await later(true)) break } try { for await (const x of make()) throw new Error("body") } catch (e) { log(e) } const f = async () => { for await (const x of make()) return x }; log(await f()) }
      outer: for await (const a of g(2)) for await (const b of own()) { if (b === 1) continue outer; log(a, b) } var v; for await (v of [later(1)]); const o = {}; for await ({ p: o.q = await later(5) } of [{}]); log(v, o) }
    const t = (n) => { let p = Promise.resolve(); for (let i = 0; i < n; i++) p = p.then(() => log("tick", i)); return p }; module.exports = Promise.all([main(), t(150)])`,
  "for await that fails": `
    const rejected = (m) => { const p = Promise.reject(new Error(m)); p.catch(() => {}); return p }
    const iterators = [() => ({ next: () => 5 }), () => ({ next: () => rejected("next") }), () => ({ next() { throw new Error("thrown") } }), () => ({ next: () => ({ get done() { throw new Error("done") } }) }), () => ({ next: () => ({}), return: () => 5 }), () => ({ next: () => ({}), return: () => rejected("return") }), () => ({ next: () => ({}), get return() { throw new Error("get return") } }), () => ({ next: () => ({}), return: 5 }), () => 5, () => ({})]
    const main = async () => { for (const symbol of [Symbol.asyncIterator, Symbol.iterator]) for (const make of iterators) { try { for await (const x of { [symbol]: make }) break; log("no error") } catch (e) { log(e) } try { for await (const x of { [symbol]: make }) throw new Error("body") } catch (e) { log(e) } }
      const five = 5, fn = () => 5; for (const f of [async () => { for await (const x of five); }, async () => { for await (const x of fn()); }, async () => { for await (const x of { [Symbol.asyncIterator]: 5 }); }, async () => { for await (const x of undefined); }]) try { await f() } catch (e) { log(e) } function* rejecting() { try { yield 1; yield rejected("value") } finally { log("closed") } } try { for await (const x of rejecting()) log(x) } catch (e) { log(e) } }
    module.exports = main()`,
  "for await in async generators": `
    async function* g() { yield 1; yield later(2) } const main = async () => { for await (const x of g()) log(x); for await (const x of [later(3), 4]) log(x) }
    module.exports = main()`
}
