/** The cases of 4.9 as Effects. */
import { assert, describe, it } from "@effect/vitest"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import * as Green from "../../src/index.js"
import { exported } from "../../src/runtime/exports.js"
import { timeOut } from "./offload/time-out.js"
import * as work from "./offload/work.js"

const module = new URL("./offload/work.ts", import.meta.url)

exported(module.href, () => ({ ...work }))
exported(new URL("./offload/time-out.ts", import.meta.url).href, () => ({ timeOut }))

const { call, execute, get, has, items, keys, proxy, set } = Green.tpool

describe("4.9 tpool, as Effects", () => {
  it.scopedLive("TP-01 to TP-05, TP-11 and TP-12 members and data are reached through a proxy", () =>
    Effect.gen(function* () {
      const map = yield* proxy<Map<string, number>>(work.dictionary)
      assert.deepStrictEqual([yield* call(map, "get", "b"), yield* get(map, "size")], [2, 2])
      const counter = yield* proxy<work.Counter>(work.Counter)
      yield* set(counter, "count", 5)
      assert.deepStrictEqual([yield* call(counter, "add", 1), yield* keys(counter)], [6, ["count"]])
      assert.isFalse(yield* has(counter, "nothing"))
      const error = yield* Effect.flip(call(counter, "missing"))
      assert.instanceOf(error.cause, TypeError)
    })
  )

  it.scopedLive("TP-10 and TP-22 to TP-24 listed results are proxies of their own", () =>
    Effect.gen(function* () {
      const counter = yield* proxy<work.Counter>(work.Counter, { args: [1], autowrapNames: ["copy"] })
      const copy = (yield* call(counter, "copy")) as Green.tpool.Proxied<work.Counter>
      assert.deepStrictEqual([yield* call(copy, "add", 5), yield* call(counter, "add", 1)], [6, 2])
    })
  )

  it.scopedLive("TP-25 a proxied function is lifted as any other", () =>
    Effect.gen(function* () {
      const greet = yield* proxy<typeof work.greet>(work.greet as never, { args: null })
      assert.strictEqual(yield* Green.lift(greet as unknown as typeof work.greet)("Ann"), "hello Ann")
    })
  )

  it.scopedLive("TP-13, TP-14 and TP-26 items come one by one, and others run meanwhile", () =>
    Effect.gen(function* () {
      const ticks = new Int32Array(new SharedArrayBuffer(4))
      const numbers = yield* proxy<Iterable<number>>(work.slowly, { args: [20, ticks] })
      const tick = Effect.delay(
        Effect.sync(() => {
          Atomics.add(ticks, 0, 1)
          Atomics.notify(ticks, 0)
        }),
        1
      )
      yield* Effect.fork(Effect.forever(tick))
      const seen = yield* Stream.runCollect(items(numbers))
      assert.deepStrictEqual(
        Chunk.toReadonlyArray(seen),
        Array.from({ length: 20 }, (_, i) => i)
      )
      assert.isAbove(ticks[0]!, 10)
    })
  )

  it.live("TP-15, TP-16, TP-27 and X-19 arguments, results and errors arrive as they are", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* execute(work.greet, "Ann", { mark: "!" }), "hello Ann!")
      assert.deepStrictEqual(yield* execute(work.looksLikeFailure), work.looksLikeFailure())
      const error = yield* Effect.flip(execute(work.refuse, 3))
      assert.instanceOf(error.cause, work.TooBig)
      assert.strictEqual(error.message, "over 3")
      assert.strictEqual(((yield* Effect.flip(execute(timeOut))).cause as any)._tag, "Timeout")
    })
  )

  it.live("TP-17 and TP-28 results of calls at once do not mix", () =>
    Effect.gen(function* () {
      const names = Array.from({ length: 50 }, (_, i) => `token ${i}`)
      const results = yield* Effect.forEach(names, (name, i) => execute(work.token, name, i % 3), {
        concurrency: "unbounded"
      })
      assert.deepStrictEqual(results, names)
    })
  )

  it.live("TP-18 a timeout, or an interruption, ends a call at once", () =>
    Effect.gen(function* () {
      const late = yield* Effect.flip(Effect.timeout(execute(work.spin), 50))
      assert.strictEqual(late._tag, "TimeoutException")
      const spinning = yield* Effect.fork(execute(work.spin))
      yield* Effect.sleep(1)
      yield* Fiber.interrupt(spinning)
      assert.strictEqual(yield* execute(work.greet, "next"), "hello next")
    })
  )

  it.live("TP-19 to TP-21 killall waits for what runs, and execute works again", () =>
    Effect.gen(function* () {
      const running = yield* Effect.fork(execute(work.token, "through", 5))
      yield* Effect.yieldNow()
      yield* Green.tpool.killall
      assert.strictEqual(yield* Fiber.join(running), "through")
      yield* Green.tpool.setNumThreads(Green.tpool.numThreads())
      assert.strictEqual(yield* execute(work.greet, "again"), "hello again")
    })
  )
})
