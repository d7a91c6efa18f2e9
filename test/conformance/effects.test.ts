/** The cases that the Effect face has too, as Effects. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import {
  happened,
  makePool,
  makeQueue,
  makeSemaphore,
  offer,
  runIn,
  take,
  waitall,
  withPermit
} from "../../src/concurrency/effects.js"
import { Event, type LightQueue } from "../../src/green.js"

/** Lets every fiber that can go on do so. */
const settle = Effect.repeatN(Effect.yieldNow(), 20)

const noting = <A>(order: Array<unknown>, value: A) => Effect.sync(() => void order.push(value))

const getter = (queue: LightQueue<any>, results: Array<unknown>, name: string) =>
  Effect.flatMap(take(queue), (item) => noting(results, `${name} ${item}`))

describe("4.1 GreenPool, as Effects", () => {
  it.effect("GP-01 and GP-02 each job gives its own result, equal ones end in the order they began", () =>
    Effect.gen(function* () {
      const pool = yield* makePool(4)
      const order: Array<unknown> = []
      const jobs = Array.from({ length: 10 }, (_, i) =>
        runIn(pool, Effect.as(Effect.zipRight(Effect.yieldNow(), noting(order, i)), i))
      )
      const results = yield* Effect.all(jobs, { concurrency: "unbounded" })
      assert.deepStrictEqual([results, order], [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9], results])
    })
  )

  it.effect("GP-03, GP-07 and X-01 those who wait are counted, and woken when the pool grows", () =>
    Effect.gen(function* () {
      const pool = yield* makePool(1)
      const gate = new Event()
      const fibers = yield* Effect.forEach([1, 2, 3], () => Effect.fork(runIn(pool, happened(gate))))
      yield* settle
      assert.deepStrictEqual([pool.running(), pool.waiting(), pool.free()], [1, 2, 0])
      pool.resize(2)
      yield* settle
      assert.deepStrictEqual([pool.running(), pool.waiting()], [2, 1])
      pool.resize(1)
      assert.strictEqual(pool.free(), -1)
      gate.send()
      yield* Fiber.joinAll(fibers)
      assert.deepStrictEqual([pool.running(), pool.waiting(), pool.free()], [0, 0, 1])
    })
  )

  it.effect("GP-10 and GP-17 failing jobs give their slots back", () =>
    Effect.gen(function* () {
      const pool = yield* makePool(2)
      for (const job of [Effect.fail("failed"), Effect.die("died"), Effect.interrupt]) {
        assert.strictEqual((yield* Effect.exit(runIn(pool, job)))._tag, "Failure")
        assert.strictEqual(pool.free(), 2)
      }
      yield* waitall(pool)
    })
  )
})

describe("4.2 Queue, as Effects", () => {
  it.effect("Q-01, Q-02 and Q-10 an item passes, whoever is first", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue<string>()
      yield* offer(queue, "a")
      assert.strictEqual(yield* take(queue), "a")
      const waiting = yield* Effect.fork(take(queue))
      yield* settle
      yield* offer(queue, "b")
      assert.strictEqual(yield* Fiber.join(waiting), "b")
    })
  )

  it.effect("Q-03 a put into a full queue waits", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue<string>(2)
      const order: Array<unknown> = []
      const puts = Effect.forEach(["a", "b", "c"], (item) => Effect.zipRight(offer(queue, item), noting(order, item)))
      const fiber = yield* Effect.fork(puts)
      yield* settle
      assert.deepStrictEqual(order, ["a", "b"])
      assert.strictEqual(yield* take(queue), "a")
      yield* Fiber.join(fiber)
      assert.deepStrictEqual([yield* take(queue), yield* take(queue)], ["b", "c"])
    })
  )

  it.effect("Q-04, Q-05 and Q-07 with capacity 0 a put waits for a getter, or for room", () =>
    Effect.gen(function* () {
      for (const unblock of ["get", 1, null] as const) {
        const queue = yield* makeQueue<number>(0)
        const fiber = yield* Effect.fork(offer(queue, 7))
        yield* settle
        assert.strictEqual(queue.putting, 1)
        if (unblock === "get") assert.strictEqual(yield* take(queue), 7)
        else queue.resize(unblock)
        yield* Fiber.join(fiber)
        assert.deepStrictEqual([queue.putting, queue.size], [0, unblock === "get" ? 0 : 1])
      }
    })
  )

  it.effect("Q-08, Q-16 and X-13 first come, first served", () =>
    Effect.gen(function* () {
      for (const capacity of [null, 0]) {
        const queue = yield* makeQueue<number>(capacity)
        const results: Array<unknown> = []
        const fibers = yield* Effect.forEach(["a", "b", "c", "d"], (name) => Effect.fork(getter(queue, results, name)))
        yield* settle
        assert.strictEqual(queue.getting, 4)
        yield* Effect.forEach([0, 1, 2, 3], (item) => offer(queue, item))
        yield* Fiber.joinAll(fibers)
        assert.deepStrictEqual([results, queue.getting], [["a 0", "b 1", "c 2", "d 3"], 0])
      }
    })
  )

  it.effect("Q-09, Q-11, Q-12 and Q-20 a getter that gave up takes nothing", () =>
    Effect.gen(function* () {
      const queue = yield* makeQueue<number>()
      const results: Array<unknown> = []
      const fibers = yield* Effect.forEach([0, 1, 2, 3], (i) => Effect.fork(getter(queue, results, `g${i}`)))
      yield* settle
      yield* Fiber.interrupt(fibers[0]!)
      yield* Fiber.interrupt(fibers[2]!)
      yield* Effect.forEach([1, 2, 3], (item) => offer(queue, item))
      yield* Fiber.joinAll([fibers[1]!, fibers[3]!])
      assert.deepStrictEqual([results, yield* take(queue)], [["g1 1", "g3 2"], 3])
    })
  )
})

describe("4.3 Event and 4.4 Semaphore, as Effects", () => {
  it.effect("E-01, E-02 and X-13 all waiters resume, in the order they came", () =>
    Effect.gen(function* () {
      const event = new Event<string>()
      const order: Array<unknown> = []
      const fibers = yield* Effect.forEach([0, 1, 2, 3, 4], (i) =>
        Effect.fork(Effect.flatMap(happened(event), (value) => noting(order, `${i} ${value}`)))
      )
      yield* settle
      event.send("now")
      yield* Fiber.joinAll(fibers)
      assert.deepStrictEqual(order, ["0 now", "1 now", "2 now", "3 now", "4 now"])
    })
  )

  it.effect(
    "E-05, E-08 and E-09 a sent error arrives as it is, and an interrupted waiter leaves the event usable",
    () =>
      Effect.gen(function* () {
        const event = new Event()
        const waiter = yield* Effect.fork(happened(event))
        yield* settle
        yield* Fiber.interrupt(waiter)
        const error = new Error("sent")
        event.sendException(error)
        assert.strictEqual((yield* Effect.flip(happened(event))).cause, error)
        event.reset()
        assert.isFalse(event.ready)
      })
  )

  it.effect("S-06 fibers that loop take turns", () =>
    Effect.gen(function* () {
      const semaphore = yield* makeSemaphore(1)
      const turns: Array<unknown> = []
      const turn = (name: string) => withPermit(semaphore, Effect.zipRight(noting(turns, name), Effect.yieldNow()))
      const loops = ["a", "b"].map((name) => Effect.repeatN(turn(name), 49))
      yield* Effect.all(loops, { concurrency: "unbounded" })
      assert.strictEqual(turns.join(""), "ab".repeat(50))
    })
  )
})
