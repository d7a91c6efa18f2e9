import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as prelude from "../../src/loader/prelude.js"
import { runTwin } from "../../src/runtime/host.js"
import { nativeOp } from "../../src/runtime/op.js"
import { plain } from "../../src/runtime/plain.js"
import { stamp, type Twin } from "../../src/runtime/twin.js"
import { lift, lifted, liftedAsync, unliftedAsync } from "../support/lift.js"

/** Far beyond what the native stack holds, lifted or not. */
const deep = 100_000

/** Recursions that the module does not show, and some that it does; each gives the depth it has reached. */
const recursions: Readonly<Record<string, string>> = {
  "by its name": "const f = (n) => n === 0 ? wait(0) : 1 + f(n - 1)",
  "through another": "const g = (n) => n === 0 ? wait(0) : f(n); const f = (n) => 1 + g(n - 1)",
  "of a parameter": "const call = (cb, n) => n === 0 ? wait(0) : 1 + cb(cb, n - 1); const f = (n) => call(call, n)",
  "of a method": "const o = { m(n) { return n === 0 ? wait(0) : 1 + this[['m'][0]](n - 1) } }; const f = (n) => o.m(n)",
  "through a built-in": "const f = (n) => n === 0 ? wait(0) : 1 + [n].map((x) => f(x - 1))[0]",
  "of an unknown, through a built-in":
    "const each = (cb, n) => n === 0 ? wait(0) : 1 + [n].map((x) => cb(cb, x - 1))[0]; const f = (n) => each(each, n)",
  "past a catch":
    "const t = (cb, n) => { try { if (n % 7 === 0) throw cb; return 1 + cb(cb, n - 1) } catch (e) { if (e !== cb) throw e; return n === 0 ? wait(0) : 1 + cb(cb, n - 1) } }; const f = (n) => t(t, n)"
}

describe("recursion goes as deep as memory", () => {
  for (const [name, source] of Object.entries(recursions)) {
    for (const mode of ["plain", "fiber"] as const) {
      it.effect(`${name} (${mode})`, () =>
        Effect.gen(function* () {
          const { log, thrown } = yield* lifted(`${source}; log(f(${deep}))`, mode)
          assert.deepStrictEqual([log, thrown], [[String(deep)], null])
        })
      )
    }
  }

  for (const mode of ["plain", "fiber"] as const) {
    it.effect(`of async functions, awaited or not (${mode})`, () =>
      Effect.gen(function* () {
        const source = (n: number) => `
          const f = async (n) => n === 0 ? later(0) : 1 + await f(n - 1)
          const g = async (n) => { if (n === 0) return later(0); const p = g(n - 1); return 1 + await p }
          module.exports = (async () => { log(await f(${n})); log(await g(${n})) })()`
        assert.deepStrictEqual((yield* liftedAsync(source(20_000), mode)).log, ["20000", "20000"])
        assert.deepStrictEqual(yield* liftedAsync(source(100), mode), yield* unliftedAsync(source(100)))
      })
    )
  }
})

/** How many native frames are on the stack when a wait is over, at each of some depths of a recursion. */
const framesAtResume = (source: string, depths: ReadonlyArray<number>): Effect.Effect<Array<number>> =>
  Effect.promise(async () => {
    const frames: Array<number> = []
    const count = (): void => {
      const limit = Error.stackTraceLimit
      Error.stackTraceLimit = Number.POSITIVE_INFINITY
      frames.push(new Error().stack!.split("\n").length)
      Error.stackTraceLimit = limit
    }
    const tick = nativeOp<void>(
      "tick",
      (resume) => void queueMicrotask(resume),
      () => {}
    )
    const wait = stamp(
      (x: unknown) => x,
      function* (x: unknown) {
        yield tick
        count()
        return x
      }
    )
    let body: Twin | undefined
    const helpers = { ...prelude, moduleTop: (_file: string, twin: Twin) => void (body = twin) }
    const run = `${source}; for (const n of [${depths.join(", ")}]) f(n)`
    new Function("wait", "require", lift(run))(wait, () => helpers)
    await Effect.runPromise(runTwin(() => body!.call(undefined), { name: "snippet" }))
    return frames
  })

describe("a resume costs the same at any depth", () => {
  for (const [name, source] of Object.entries(recursions)) {
    it.effect(name, () =>
      Effect.gen(function* () {
        const [, , ...far] = yield* framesAtResume(source, [10, 50, 100, 1000, 10_000])
        assert.strictEqual(far.length, 3)
        for (const frames of far) assert.isBelow(frames, 300)
      })
    )
  }
})

it("a catch leaves no calls counted", () => {
  const depths: Array<number> = []
  const source = `
    const boom = (cb, n) => { if (n === 0) throw new Error("boom"); return cb(cb, n - 1) }
    const safe = (cb) => { for (let i = 0; i < 50; i++) { try { cb(cb, 20) } catch { note() } } }
    safe(boom)`
  let body: Twin | undefined
  const helpers = { ...prelude, moduleTop: (_file: string, twin: Twin) => void (body = twin) }
  new Function("note", "require", lift(source))(
    () => depths.push(prelude.at.depth),
    () => helpers
  )
  plain(body!, undefined, [])
  assert.strictEqual(depths.length, 50)
  assert.strictEqual(new Set(depths).size, 1)
})
