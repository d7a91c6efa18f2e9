import { Worker } from "node:worker_threads"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, TestClock } from "effect"
import { InvalidSleep, sleep } from "../../src/blocking/sleep.ts"
import type { Blocked } from "../../src/runtime/fiber.ts"
import { type RunOptions, runTwin, spawn } from "../../src/runtime/host.ts"
import { callTwin, current, type Steps } from "../../src/runtime/twin.ts"
import "../../src/twins/sleep.ts"

const run = <A>(twin: () => Steps<A>, options: Partial<RunOptions> = {}) => runTwin(twin, { name: "test", ...options })

const sleeping = (ms?: number): Steps<void> => callTwin(sleep, undefined, ms === undefined ? [] : [ms])

const waiting = (...args: ReadonlyArray<unknown>): Steps<string> => callTwin(Atomics.wait as any, undefined, args)

const inOrder = (lengths: ReadonlyArray<number>) => {
  const woken: Array<number> = []
  return Effect.as(
    run(function* () {
      lengths.forEach((ms, i) => {
        spawn(
          current.fiber!,
          `${i}`,
          (function* () {
            yield* sleeping(ms)
            woken.push(i)
          })()
        )
      })
    }),
    woken
  )
}

describe("sleep, in a fiber", () => {
  it.effect("passes by the environment's Clock", () =>
    Effect.gen(function* () {
      let woken = false
      const fiber = yield* Effect.fork(
        run(function* () {
          yield* sleeping(3_600_000)
          woken = true
        })
      )
      yield* TestClock.adjust(3_599_999)
      assert.isFalse(woken)
      yield* TestClock.adjust(1)
      yield* Fiber.join(fiber)
      assert.isTrue(woken)
    })
  )

  it.effect("is interrupted at once under a TestClock", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.fork(run(() => sleeping(1000)))
      yield* Effect.yieldNow()
      assert.isTrue(Exit.isInterrupted(yield* Fiber.interrupt(fiber)))
    })
  )

  it.live("is interrupted at once under the machine's clock", () =>
    Effect.gen(function* () {
      let after = false
      const fiber = yield* Effect.fork(
        run(function* () {
          yield* sleeping(Number.POSITIVE_INFINITY)
          after = true
        })
      )
      yield* Effect.yieldNow()
      assert.isTrue(Exit.isInterrupted(yield* Fiber.interrupt(fiber)))
      assert.isFalse(after)
    })
  )

  it.live("ends in the order of time, and equal waits in the order they began", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* inOrder([5, 15, 5, 0, 5, 0, -3, 15]), [3, 5, 6, 0, 2, 4, 1, 7])
    })
  )

  it.live("of 0 gives every other fiber its turn, and the machine too", () =>
    Effect.gen(function* () {
      let immediate = false
      setImmediate(() => {
        immediate = true
      })
      let turns = 0
      const other = yield* run(function* () {
        spawn(
          current.fiber!,
          "other",
          (function* () {
            while (!immediate) {
              turns++
              yield* sleeping()
            }
          })()
        )
        while (!immediate) yield* sleeping(0)
        return turns
      })
      assert.isAbove(other, 1)
    })
  )

  it.live("is at the length of a timer's limit no short sleep", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.fork(run(() => sleeping(2 ** 31 + 5)))
      yield* Effect.sleep(5)
      assert.strictEqual((yield* Fiber.poll(fiber))._tag, "None")
      yield* Fiber.interrupt(fiber)
    })
  )

  it.live("refuses what is no number", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(run(() => sleeping(Number.NaN)))
      assert.instanceOf(error.cause, InvalidSleep)
    })
  )
})

const shared = () => new Int32Array(new SharedArrayBuffer(8))

/** A thread that notifies cell 0 of what it is sent, at most `count` waiters. */
const withNotifier = <A, E>(use: (notify: (cell: Int32Array, count: number) => void) => Effect.Effect<A, E>) =>
  Effect.acquireUseRelease(
    Effect.async<Worker>((resume) => {
      const worker = new Worker(
        `const { parentPort } = require("node:worker_threads")
         const notify = (cell, count) => Atomics.notify(cell, 0, count) > 0 || setTimeout(notify, 1, cell, count)
         parentPort.on("message", ({ cell, count }) => notify(cell, count))
         parentPort.postMessage("ready")`,
        { eval: true }
      )
      worker.once("message", () => resume(Effect.succeed(worker)))
    }),
    (worker) => use((cell, count) => worker.postMessage({ cell, count })),
    (worker) => Effect.promise(() => worker.terminate())
  )

describe("Atomics.wait, in a fiber", () => {
  it.effect("with a timeout is a sleep by the environment's Clock", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.fork(run(() => waiting(shared(), 0, 0, 60_000)))
      yield* TestClock.adjust(60_000)
      assert.strictEqual(yield* Fiber.join(fiber), "timed-out")
    })
  )

  it.live("lets other fibers run, and times out", () =>
    Effect.gen(function* () {
      const order: Array<string> = []
      yield* run(function* () {
        spawn(
          current.fiber!,
          "other",
          (function* () {
            order.push("other")
            yield* sleeping(0)
          })()
        )
        order.push(yield* waiting(shared(), 0, 0, 3))
      })
      assert.deepStrictEqual(order, ["other", "timed-out"])
    })
  )

  it.live("says at once that the value differs", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* run(() => waiting(shared(), 0, 1, 60_000)), "not-equal")
      const big = new BigInt64Array(new SharedArrayBuffer(8))
      assert.strictEqual(yield* run(() => waiting(big, 0, 1n, 60_000)), "not-equal")
      assert.strictEqual(yield* run(() => waiting(big, 0, 0n, 2)), "timed-out")
    })
  )

  it.live("is woken by another thread", () =>
    withNotifier((notify) =>
      Effect.gen(function* () {
        const cell = shared()
        const started = yield* Deferred.make<void>()
        const fiber = yield* Effect.fork(
          run(function* () {
            Effect.runSync(Deferred.succeed(started, undefined))
            return yield* waiting(cell, 0, 0, 60_000)
          })
        )
        yield* Deferred.await(started)
        notify(cell, 1)
        assert.strictEqual(yield* Fiber.join(fiber), "ok")
      })
    )
  )

  it.effect("is woken by another thread under a TestClock", () =>
    withNotifier((notify) =>
      Effect.gen(function* () {
        const cell = shared()
        const fiber = yield* Effect.fork(run(() => waiting(cell, 0, 0, 60_000)))
        yield* Effect.yieldNow()
        notify(cell, 1)
        assert.strictEqual(yield* Fiber.join(fiber), "ok")
      })
    )
  )

  it.live("once abandoned, takes no notification from the next one waiting", () =>
    withNotifier((notify) =>
      Effect.gen(function* () {
        const cell = shared()
        const abandoned = yield* Effect.fork(run(() => waiting(cell, 0, 0, 60_000)))
        yield* Effect.yieldNow()
        yield* Fiber.interrupt(abandoned)
        const fiber = yield* Effect.fork(run(() => waiting(cell, 0, 0, 60_000)))
        yield* Effect.yieldNow()
        notify(cell, 1)
        assert.strictEqual(yield* Fiber.join(fiber), "ok")
      })
    )
  )

  it.live("throws what the original throws", () =>
    Effect.gen(function* () {
      const invalid: ReadonlyArray<ReadonlyArray<unknown>> = [
        [],
        [{}, 0, 0, 5],
        [new Int32Array(2), 0, 0, 5],
        [new Float64Array(2), 0, 0, 5],
        [new Uint8Array(new SharedArrayBuffer(8)), 0, 0, 5],
        [shared(), 2, 0, 5],
        [shared(), -1, 0, 5],
        [shared(), 0n, 0, 5],
        [shared(), 0, 0n, 5],
        [shared(), 0, 0, 5n],
        [shared(), 0, 0, Symbol("s")],
        [shared(), Symbol("s"), 0, 5],
        [new BigInt64Array(new SharedArrayBuffer(8)), 0, 0, 5]
      ]
      for (const args of invalid) {
        const original = yield* Effect.flip(Effect.try(() => (Atomics.wait as any)(...args)))
        const { cause } = yield* Effect.flip(run(() => waiting(...args)))
        assert.deepStrictEqual(cause, original.error)
      }
    })
  )

  it.live("converts its arguments as the original does", () =>
    Effect.gen(function* () {
      const once = (value: number) => {
        let times = 0
        return {
          valueOf: () => {
            times++
            assert.strictEqual(times, 1)
            return value
          }
        }
      }
      assert.strictEqual(yield* run(() => waiting(shared(), "1", "0", "2")), "timed-out")
      assert.strictEqual(yield* run(() => waiting(shared(), undefined, undefined, true)), "timed-out")
      assert.strictEqual(yield* run(() => waiting(shared(), 0, 0, null)), "timed-out")
      assert.strictEqual(yield* run(() => waiting(shared(), 0, 0, -1)), "timed-out")
      assert.strictEqual(yield* run(() => waiting(shared(), once(1), once(0), once(2))), "timed-out")
      assert.strictEqual(yield* run(() => waiting(shared(), once(1), once(5), once(2))), "not-equal")
    })
  )

  it.live("without a timeout is the original, reported as blocking", () =>
    Effect.gen(function* () {
      const reports: Array<Blocked> = []
      const answer = yield* run(() => waiting(shared(), 0, 1), {
        instruments: [{ blocked: (_fiber, blocked) => reports.push(blocked) }]
      })
      assert.strictEqual(answer, "not-equal")
      assert.deepStrictEqual(
        reports.map(({ op }) => op.label),
        ["Atomics.wait"]
      )
    })
  )
})
