/** Conformance 4.3: what eventlet's tests of events assert. */
import { assert, describe, it } from "@effect/vitest"
import { Event, sleep, spawn, spawnAfter, timedOut, timeout } from "../../src/green.js"
import { type Body, caught, go, green, lifted, on } from "../concurrency/run.js"

const waiting = (event: Event<any>): (() => any) => lifted(() => on(event).wait())

describe("4.3 Event", () => {
  it.live("E-01 wait returns the value that another task sent", () =>
    green(function* () {
      const event = new Event<string>()
      yield* go(spawn, () => event.send("value"))
      assert.strictEqual(yield* on(event).wait(), "value")
    })
  )

  it.live("E-02 all waiters resume on one send", () =>
    green(function* () {
      const event = new Event<string>()
      const tasks = []
      for (let i = 0; i < 5; i++) tasks.push(yield* go(spawn, waiting(event)))
      yield* go(sleep)
      event.send("value")
      for (const task of tasks) assert.strictEqual(yield* on(task).wait(), "value")
    })
  )

  it.live("E-03 also where each of them then fails", () =>
    green(function* () {
      const event = new Event()
      let resumed = 0
      const fails = lifted(function* (): Body {
        yield* on(event).wait()
        resumed++
        throw new Error("afterwards")
      })
      const tasks = []
      for (let i = 0; i < 5; i++) tasks.push(yield* go(spawn, fails))
      yield* go(sleep)
      event.send()
      for (const task of tasks) assert.strictEqual((yield* caught(on(task).wait())).message, "afterwards")
      assert.strictEqual(resumed, 5)
    })
  )

  it.live("E-04 sent once, read often, reset", () =>
    green(function* () {
      const event = new Event<number>()
      assert.throws(() => event.reset(), /has not happened/)
      event.send(1)
      assert.deepStrictEqual([yield* on(event).wait(), yield* on(event).wait()], [1, 1])
      assert.throws(() => event.send(2), /has happened/)
      event.reset()
      event.send(3)
      assert.strictEqual(yield* on(event).wait(), 3)
    })
  )

  it.live("E-05 a sent error is thrown, and gone after a reset", () =>
    green(function* () {
      const event = new Event()
      event.sendException(new Error("sent"))
      assert.isTrue(event.hasException)
      assert.strictEqual((yield* caught(on(event).wait())).message, "sent")
      event.reset()
      assert.isTrue((yield* caught(go(timeout<any>, 1, waiting(event)))).isTimeout)
    })
  )

  it.live("E-06 a timed wait returns the value when it comes in time", () =>
    green(function* () {
      const event = new Event<string>()
      yield* go(spawnAfter, 2, () => event.send("in time"))
      assert.strictEqual(yield* on(event).wait({ timeout: 5000 }), "in time")
    })
  )

  it.live("E-07 a timed wait says so when the time is up", () =>
    green(function* () {
      const event = new Event<undefined>()
      assert.strictEqual(yield* on(event).wait({ timeout: 1 }), timedOut)
      event.send(undefined)
      assert.strictEqual(yield* on(event).wait({ timeout: 1 }), undefined)
    })
  )

  it.live("E-08 the same error object arrives", () =>
    green(function* () {
      const event = new Event()
      const task = yield* go(spawn, waiting(event))
      yield* go(sleep)
      const error = new Error("the one")
      event.sendException(error)
      assert.strictEqual(yield* caught(on(task).wait()), error)
    })
  )

  it.live("E-09 a waiter that is interrupted leaves the event usable", () =>
    green(function* () {
      const event = new Event<string>()
      assert.isTrue((yield* caught(go(timeout<any>, 1, waiting(event)))).isTimeout)
      const otherwise = yield* go(timeout<any, string>, 1, waiting(event), () => "default")
      assert.strictEqual(otherwise, "default")
      event.send("value")
      assert.strictEqual(yield* on(event).wait(), "value")
    })
  )
})
