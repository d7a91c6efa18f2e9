import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { lifted, unlifted, waits } from "../support/lift.js"

/** Programs in which nothing may block: all that waits is called by what is lifted. */
const programs: Readonly<Record<string, string>> = {
  "default parameters": "function f(a = wait(1), { b = wait(2) } = {}) { return a + b } log(f())",
  "arrows with super":
    "class A { m() { return wait(1) } } class B extends A { m() { return (() => super.m())() } } log(new B().m())",
  "computed methods":
    "const k = 'x'; class A { [k]() { return wait(1) } } log(new A().x(), { [k]() { return wait(2) } }.x())",
  "object methods with super": "log({ __proto__: { m() { return wait(1) } }, m() { return super.m() } }.m())",
  "tagged templates": "const t = () => wait(1); log(t``, { t }.t``)",
  "private methods": "const A = class { #p() { return wait(1) } q() { return this.#p() } }; log(new A().q())",
  "functions behind new":
    "function F() { this.x = wait(1) } log(new F().x, Reflect.construct(F, []).x, new (F.bind(null))().x)",
  "functions that ask for new.target": "function F() { if (!new.target) return new F(); this.x = wait(1) } log(F().x)",
  constructors:
    "class A { constructor() { this.a = wait(1) } } class B extends A { #x = 1; b = 2 } class C extends B { constructor() { super(); this.c = wait(3) } } log(new C())",
  "constructors above built-in classes":
    "class E extends Error { constructor(m) { super(wait(m)); this.code = wait(1) } } log(new E('x').code)",
  fields:
    "class A { x = wait(1); #y = wait(this.x + 1); z = this.#y } class B extends A { b = wait(3); constructor() { super(); this.c = wait(4) } } class C extends Error { code = wait(5) } log(new A(), new B(), new C('m').code)",
  "static fields and blocks":
    "class A { static x = wait(1); static { this.y = wait(this.x + 1) } static #p = wait(3); static q = this.#p } const B = class { static { this.z = wait(this.name) } }; log(A.x, A.y, A.q, B.z)",
  "fields with computed names":
    "for (const k of ['a', 'b']) { class A { [k] = wait(k); static [k] = wait(1); [k + k] = () => wait(2) } log(new A()[k], A[k], new A()[k + k]()) }",
  "super called in arrows":
    "class A { constructor(x) { this.x = wait(x) } } class B extends A { constructor() { const f = () => super(wait(1)); f() } } log(new B().x)",
  "labelled functions": "l: function f() { return wait(1) } log(f())",
  "functions that assign to their own names": "log((function f(x) { f = 1; return wait(x) })(1))",
  "arrows in constructors":
    "class A {} class B extends A { constructor() { super(); this.f = () => wait(this.x); this.x = 1 } } log(new B().f())",
  accessors:
    "class A { get x() { return wait(1) } set x(v) { this.v = wait(v) } static get s() { return wait(2) } #p = 1; get #q() { return wait(this.#p) } m() { return this.#q } } const a = new A(); a.x = 5; a.x += 1; a.x++; log(a.x, a?.x, A.s, a.m(), a.v); const { x } = a; log(x)",
  "accessors of computed names":
    "const o = {}; for (const k of ['a', 'b']) Object.defineProperty(o, k, { get: () => wait(k), set(v) { this.v = wait(v) } }); const key = 'c'; class A { get [key]() { return wait(1) } } o.a = 5; log(o.a + o.b, new A().c, o.v)",
  "accessors through super, and of what is called":
    "class A { get x() { return wait(1) } static get s() { return wait(2) } get f() { return wait((y) => y) } } class B extends A { get x() { return super.x + 1 } m() { return (() => super.x)() } static t() { return super.s } } const b = new B(); log(b.x, b.m(), B.t(), b.f(3))",
  "accessors of objects":
    "const o = { get x() { return wait(1) }, get y() { return this.x + super.z }, __proto__: { get z() { return 3 } } }; log(o.x, o.y); Object.defineProperty(o, 'w', { get: () => wait(4) }); log(o.w)",
  "declarations in switch and if":
    "switch (1) { case 1: function f() { return wait(1) } log(f()) } if (1) function g() { return wait(2) } log(g())"
}

describe("what is lifted waits without blocking", () => {
  for (const [name, source] of Object.entries(programs)) {
    it.effect(name, () =>
      Effect.gen(function* () {
        const expected = unlifted(source)
        waits.suspended = 0
        waits.blocked = 0
        assert.deepStrictEqual(yield* lifted(source, "fiber"), expected)
        assert.isAbove(waits.suspended, 0)
        assert.strictEqual(waits.blocked, 0)
      })
    )
  }
})
