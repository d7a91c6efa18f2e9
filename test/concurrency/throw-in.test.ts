import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import { EndedSurely } from "../../src/concurrency/join.js"
import { scope, sleep, spawn, Timeout } from "../../src/green.js"
import { effectOp } from "../../src/runtime/op.js"
import { current } from "../../src/runtime/twin.js"
import { caught, go, green, lifted, on } from "./run.js"

const never = () => assert.fail("called plainly")

describe("an error thrown into a fiber", () => {
  it.live("arrives at a native wait, and the next wait works", () =>
    green(function* () {
      const seen: Array<unknown> = []
      const task = yield* go(
        spawn,
        lifted(function* () {
          seen.push(yield* caught(go(sleep, 10_000)))
          yield* go(sleep, 1)
          return "through"
        })
      )
      yield* go(sleep, 1)
      task.fiber!.throwIn("stop")
      assert.strictEqual(yield* on(task).wait(), "through")
      assert.deepStrictEqual(seen, ["stop"])
    })
  )

  it.live("interrupts an Effect, waits for its finalizers, and later Effects run", () =>
    green(function* () {
      const seen: Array<unknown> = []
      const task = yield* go(
        spawn,
        lifted(function* () {
          try {
            yield effectOp(
              "never",
              Effect.onInterrupt(Effect.never, () => Effect.sync(() => seen.push("finalized"))),
              never
            )
          } catch (error) {
            seen.push(error)
          }
          for (let i = 0; i < 3; i++) {
            seen.push(yield effectOp("sleep", Effect.as(Effect.sleep(1), i), never))
            seen.push(yield effectOp("succeed", Effect.succeed(i), never))
          }
        })
      )
      yield* go(sleep, 1)
      task.fiber!.throwIn("stop")
      yield* on(task).wait()
      assert.deepStrictEqual(seen, ["finalized", "stop", 0, 0, 1, 1, 2, 2])
    })
  )

  it.live("waits for an Effect that cannot be interrupted", () =>
    green(function* () {
      const seen: Array<unknown> = []
      const task = yield* go(
        spawn,
        lifted(function* () {
          const slow = Effect.uninterruptible(Effect.andThen(Effect.sleep(5), () => seen.push("slept")))
          try {
            yield effectOp("slow", slow, never)
          } catch (error) {
            seen.push(error)
          }
          seen.push(yield effectOp("last", Effect.as(Effect.sleep(1), "last"), never))
        })
      )
      yield* go(sleep, 1)
      task.fiber!.throwIn("stop")
      yield* on(task).wait()
      assert.deepStrictEqual(seen, ["slept", "stop", "last"])
    })
  )

  it.live("is outranked by an interruption, also while an Effect is being abandoned", () =>
    Effect.gen(function* () {
      const gate = yield* Deferred.make<void>()
      yield* green(function* () {
        const seen: Array<unknown> = []
        const task = yield* go(
          spawn,
          lifted(function* () {
            try {
              yield effectOp(
                "stubborn",
                Effect.onInterrupt(Effect.never, () => Deferred.await(gate)),
                never
              )
            } finally {
              yield* go(sleep, 1)
              seen.push("cleaned up")
            }
          })
        )
        yield* go(sleep, 1)
        task.fiber!.throwIn("stop")
        task.fiber!.interrupt()
        Effect.runSync(Deferred.succeed(gate, undefined))
        yield* on(task).kill()
        assert.isTrue(task.killed)
        assert.deepStrictEqual(seen, ["cleaned up"])
      })
    })
  )

  it.live("arrives at the next wait of a fiber that runs, unless it is taken back", () =>
    green(function* () {
      const fiber = current.fiber!
      fiber.throwIn("first")
      fiber.throwIn("second")
      assert.isTrue(fiber.takeBack("first"))
      assert.isFalse(fiber.takeBack("first"))
      assert.strictEqual(yield* caught(go(sleep, 10_000)), "second")
      yield* go(sleep, 1)
    })
  )

  it.live("is not thrown by a timeout whose block has ended meanwhile", () =>
    green(function* () {
      const limit = new Timeout(1)
      const stubborn = lifted(function* () {
        const slow = Effect.uninterruptible(Effect.as(Effect.sleep(10), "through"))
        return yield effectOp("slow", slow, never)
      })
      const scoped = lifted(() => go(scope, stubborn))
      const patient = lifted(function* () {
        const task = yield* go(spawn, scoped)
        yield* new EndedSurely(task.fiber!)
        return "through"
      })
      assert.strictEqual(yield* on(limit).run(patient), "through")
      yield* go(sleep, 1)
    })
  )

  it.live("ends a fiber that has not begun", () =>
    green(function* () {
      const task = yield* go(spawn, () => assert.fail("it began"))
      task.fiber!.throwIn("stop")
      assert.strictEqual(yield* caught(on(task).wait()), "stop")
    })
  )
})
