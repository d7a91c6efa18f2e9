/** Conformance 4.3: what eventlet's tests of events assert. */
import { assert, describe } from "@effect/vitest"
import { Event, sleep, spawn, spawnAfter, timedOut, timeout } from "../../src/green.js"
import { type Body, both, caught, go, lifted, on } from "../concurrency/run.js"

const waiting = (event: Event<any>): (() => any) => lifted(() => on(event).wait())

describe("4.3 Event", () => {
  both("E-01 wait returns the value that another task sent", function* () {
    const event = new Event<string>()
    yield* go(spawn, () => event.send("value"))
    assert.strictEqual(yield* on(event).wait(), "value")
  })

  both("E-02 all waiters resume on one send", function* () {
    const event = new Event<string>()
    const tasks = []
    for (let i = 0; i < 5; i++) tasks.push(yield* go(spawn, waiting(event)))
    yield* go(sleep)
    event.send("value")
    for (const task of tasks) assert.strictEqual(yield* on(task).wait(), "value")
  })

  both("E-03 also where each of them then fails", function* () {
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

  both("E-04 sent once, read often, reset", function* () {
    const event = new Event<number>()
    assert.throws(() => event.reset(), /has not happened/)
    event.send(1)
    assert.deepStrictEqual([yield* on(event).wait(), yield* on(event).wait()], [1, 1])
    assert.throws(() => event.send(2), /has happened/)
    event.reset()
    event.send(3)
    assert.strictEqual(yield* on(event).wait(), 3)
  })

  both("E-05 a sent error is thrown, and gone after a reset", function* () {
    const event = new Event()
    event.sendException(new Error("sent"))
    assert.isTrue(event.hasException)
    assert.strictEqual((yield* caught(on(event).wait())).message, "sent")
    event.reset()
    assert.isTrue((yield* caught(go(timeout<any>, 1, waiting(event)))).isTimeout)
  })

  both("E-06 a timed wait returns the value when it comes in time", function* () {
    const event = new Event<string>()
    yield* go(spawnAfter, 2, () => event.send("in time"))
    assert.strictEqual(yield* on(event).wait({ timeout: 5000 }), "in time")
  })

  both("E-07 a timed wait says so when the time is up", function* () {
    const event = new Event<undefined>()
    assert.strictEqual(yield* on(event).wait({ timeout: 1 }), timedOut)
    event.send(undefined)
    assert.strictEqual(yield* on(event).wait({ timeout: 1 }), undefined)
  })

  both("E-08 the same error object arrives", function* () {
    const event = new Event()
    const task = yield* go(spawn, waiting(event))
    yield* go(sleep)
    const error = new Error("the one")
    event.sendException(error)
    assert.strictEqual(yield* caught(on(task).wait()), error)
  })

  both("E-09 a waiter that is interrupted leaves the event usable", function* () {
    const event = new Event<string>()
    assert.isTrue((yield* caught(go(timeout<any>, 1, waiting(event)))).isTimeout)
    const otherwise = yield* go(timeout<any, string>, 1, waiting(event), () => "default")
    assert.strictEqual(otherwise, "default")
    event.send("value")
    assert.strictEqual(yield* on(event).wait(), "value")
  })
})
