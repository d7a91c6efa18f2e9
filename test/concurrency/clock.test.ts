import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import { Event, sleep, spawn, spawnAfter, Timeout, timedOut, timeout } from "../../src/green.js"
import { caught, go, green, lifted, on } from "./run.js"

const hour = 3_600_000

const hours = (count: number) => TestClock.adjust(`${count} hours`)

describe("under a test clock", () => {
  it.effect("sleeps, delayed tasks, timed waits and timeouts take its time", () =>
    Effect.gen(function* () {
      const events: Array<string> = []
      const program = green(function* () {
        const sleeper = lifted(function* () {
          yield* go(sleep, hour)
          events.push("slept an hour")
        })
        const tasks = [yield* go(spawn, sleeper), yield* go(spawnAfter, 2 * hour, () => events.push("two hours later"))]
        assert.strictEqual(yield* on(new Event()).wait({ timeout: 3 * hour }), timedOut)
        events.push("waited three hours")
        const long = lifted(() => go(sleep, 100 * hour))
        assert.isTrue((yield* caught(on(new Timeout(hour)).run(long))).isTimeout)
        events.push("timed out after four hours")
        assert.strictEqual(
          yield* go(
            timeout<any, any>,
            hour,
            lifted(() => go(sleep, 1))
          ),
          undefined
        )
        events.push("in time")
        for (const task of tasks) yield* on(task).wait()
      })
      const fiber = yield* Effect.fork(program)
      for (const expected of [
        ["slept an hour"],
        ["two hours later"],
        ["waited three hours"],
        ["timed out after four hours", "in time"]
      ]) {
        events.length = 0
        yield* hours(1)
        yield* TestClock.adjust("1 millis")
        assert.deepStrictEqual(events, expected)
      }
      yield* Fiber.join(fiber)
    })
  )

  it.effect("a timeout that is left in time is disarmed", () =>
    green(function* () {
      const quick = lifted(function* () {
        yield* go(sleep)
        return "quick"
      })
      for (let i = 0; i < 3; i++) assert.strictEqual(yield* on(new Timeout(hour)).run(quick), "quick")
    })
  )
})
