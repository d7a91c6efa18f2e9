import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { lifted, modes, unlifted } from "../support/lift.js"

/** Every form of function that is lifted, as an expression; each may wait. */
const forms: Readonly<Record<string, string>> = {
  declaration: "(() => { function declared(a, b = 1, c) { wait(a) } return declared })()",
  expression: "(function (a) { wait(a) })",
  "named expression": "(function named(a, b) { wait(a); return named })",
  "assigned expression": "(() => { const assigned = function (a) { wait(a) }; return assigned })()",
  "assigned to a member": "(() => { const o = {}; o.member = function (a) { wait(a) }; return o.member })()",
  arrow: "((a, b) => wait(a))",
  "assigned arrow": "(() => { const arrow = (a, ...rest) => wait(a); return arrow })()",
  "assigned by ??=": "(() => { let late; late ??= (a) => wait(a); return late })()",
  default: "(({ given = (a, b) => wait(a) }) => given)({})",
  "default parameter": "((given = function (a) { wait(a) }) => given)()",
  property: "({ key: (a) => wait(a) }).key",
  "property with a text as its key": "({ 'a key': (a) => wait(a) })['a key']",
  "property with a number as its key": "({ 12: function (a, b) { wait(a) } })[12]",
  method: "({ method(a, b = 2) { wait(a) } }).method",
  "method with a text as its key": "({ 'a method'(a) { wait(a) } })['a method']",
  "computed method": "({ ['com' + 'puted'](a) { wait(a) } }).computed",
  "method with a symbol as its key": "({ [Symbol.for('s')](a) { wait(a) } })[Symbol.for('s')]",
  getter: "Object.getOwnPropertyDescriptor({ get lazy() { return wait(1) } }, 'lazy').get",
  setter: "Object.getOwnPropertyDescriptor({ set lazy(value) { wait(value) } }, 'lazy').set",
  "method of a class": "(class { method(a, b, c = 3) { wait(a) } }).prototype.method",
  "static method": "(class { static fixed(a) { wait(a) } }).fixed",
  "private method": "(class C { #secret(a, b) { wait(a) } static get() { return new C().#secret } }).get()",
  "field of a class": "new (class { field = (a) => wait(a) })().field",
  "getter of a class":
    "Object.getOwnPropertyDescriptor((class { get lazy() { return wait(1) } }).prototype, 'lazy').get",
  constructor: "(class Built { constructor(a, b) { wait(a) } })",
  "derived constructor": "(class Derived extends Array { constructor(a, ...b) { super(); wait(a) } })",
  "async function": "(async function later(a, b) { await wait(a) })",
  "async arrow": "(() => { const soon = async (a) => { await wait(a) }; return soon })()",
  "async method": "({ async method(a) { await wait(a) } }).method",
  generator: "(function* steps(a, b) { yield wait(a) })",
  "generator method": "({ *steps(a) { yield wait(a) } }).steps",
  "async generator": "(async function* flow(a) { yield wait(a) })",
  bound: "(function bound(a, b) { wait(a) }).bind(null, 1)"
}

const tell = (form: string) => `const f = ${form}
log(f.name, f.length, typeof f, Object.getOwnPropertyNames(f).sort().join())
log(JSON.stringify(Object.getOwnPropertyDescriptor(f, "name")), JSON.stringify(Object.getOwnPropertyDescriptor(f, "length")))
log(typeof f.prototype, Object.getPrototypeOf(f) === Object.getPrototypeOf(${form}))
try { new f() } catch (error) { log(error.name) }`

describe("name, length and kind of a lifted function are those it has unlifted", () => {
  for (const [name, form] of Object.entries(forms)) {
    for (const mode of modes) {
      it.effect(`${name} (${mode})`, () =>
        Effect.gen(function* () {
          const expected = unlifted(tell(form))
          assert.strictEqual(expected.thrown, null)
          assert.deepStrictEqual(yield* lifted(tell(form), mode), expected)
        })
      )
    }
  }
})
