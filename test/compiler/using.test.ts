import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { lifted, liftedAsync, modes, unlifted, unliftedAsync } from "../support/lift.js"

/** Whether this Node has `using`: 24 does. */
const supported = (() => {
  try {
    new Function("{ using a = null }")
    return true
  } catch {
    return false
  }
})()

const res = `const res = (n) => ({ n, [Symbol.dispose]() { log("dispose", wait(n)) }, async [Symbol.asyncDispose]() { log("closing", n); await null; log("closed", n) } });`

const cases: Readonly<Record<string, string>> = {
  "in blocks, loops and generators": `${res}
    function f() { using a = res(1), b = wait(res(2)); log("in f", wait(a.n)); { using c = res(3); log("in the block", c.n) } return b.n } log(f()); for (using x of [res(4), res(5)]) log("turn", wait(x.n)); function* g() { using a = res(6); yield wait(a.n); using b = null; yield 7 } log([...g()]); for (const x of g()) break`,
  "what fails": `${res}
    const bad = { [Symbol.dispose]() { throw new Error("dispose " + wait(1)) } }; const of = (h) => { try { h() } catch (e) { log(e.name, e.error?.message ?? e.message, e.suppressed?.message) } }
    of(() => { using a = bad, b = bad; throw new Error("body") }); of(() => { using a = res(1); using b = wait({}) }); of(() => { using a = bad; return 1 })`
}

const asyncCases: Readonly<Record<string, string>> = {
  "in async functions and generators": `${res}
    const f = async () => { await using a = res(1); using b = res(2); await null; log("in f"); for await (using x of [res(3)]) log(x.n); for (await using y of [res(4)]) log(y.n) }, g = async () => { using a = res(5); await null; return a.n }
    async function* h() { await using a = res(6); yield a.n; using b = res(7); yield b.n } async function* i() { using a = res(8); yield a.n; await null; yield wait(9) }
    module.exports = (async () => { await f(); log(await g()); for await (const x of h()) log(x); for await (const x of i()) log(x); for await (const x of i()) break })()`
}

describe.skipIf(!supported)("a lifted program disposes of what it declares with using", () => {
  for (const [name, source] of Object.entries(cases)) {
    for (const mode of modes) {
      it.effect(`${name} (${mode})`, () =>
        Effect.map(lifted(source, mode), (outcome) => assert.deepStrictEqual(outcome, unlifted(source)))
      )
    }
  }
  for (const [name, source] of Object.entries(asyncCases)) {
    for (const mode of ["plain", "fiber"] as const) {
      it.effect(`${name} (${mode})`, () =>
        Effect.gen(function* () {
          const expected = yield* unliftedAsync(source)
          assert.deepStrictEqual(yield* liftedAsync(source, mode), expected)
        })
      )
    }
  }
})
