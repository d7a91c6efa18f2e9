/** More of the cases that the Effect face has too: resources, graphs, locks, locals, time. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import * as Green from "../../src/concurrency/effects.js"
import { AsyncResult, Barrier, CappedSemaphore, Condition, Event, Local, RLock, Timeout } from "../../src/green.js"

/** Lets every fiber that can go on do so. */
const settle = Effect.repeatN(Effect.yieldNow(), 20)

const failing = (message: string) => Effect.fail(new Error(message))

describe("4.2 Queues, as Effects", () => {
  it.effect("Q-04 and Q-14 what is put into a channel is put when someone has taken it", () =>
    Effect.gen(function* () {
      const channel = yield* Green.makeChannel<number>()
      const putter = yield* Effect.fork(Green.offer(channel, 1))
      yield* settle
      assert.strictEqual(channel.putting, 1)
      assert.strictEqual(yield* Green.take(channel), 1)
      yield* Fiber.join(putter)
    })
  )

  it.effect("Q-18 and Q-19 all is done when each item was reported done", () =>
    Effect.gen(function* () {
      const queue = yield* Green.makeQueue<number>()
      yield* Green.allDone(queue)
      yield* Green.offer(queue, 1)
      const waiter = yield* Effect.fork(Green.allDone(queue))
      yield* Green.take(queue)
      yield* settle
      assert.isNull(waiter.unsafePoll())
      queue.taskDone()
      yield* Fiber.join(waiter)
    })
  )

  it.effect("each kind gives out in its own order", () =>
    Effect.gen(function* () {
      const orders: Array<Array<number>> = []
      for (const make of [
        Green.makeLightQueue<number>(),
        Green.makePriorityQueue<number>(),
        Green.makeLifoQueue<number>()
      ]) {
        const queue = yield* make
        yield* Effect.forEach([2, 1, 3], (item) => Green.offer(queue, item))
        orders.push(yield* Effect.all([Green.take(queue), Green.take(queue), Green.take(queue)]))
      }
      assert.deepStrictEqual(orders, [
        [2, 1, 3],
        [1, 2, 3],
        [3, 1, 2]
      ])
    })
  )
})

describe("4.3 results, as Effects", () => {
  it.effect("E-01 and E-08 an AsyncResult gives what was set, an error as it is", () =>
    Effect.gen(function* () {
      const result = new AsyncResult<number>()
      const waiter = yield* Effect.fork(Green.resultOf(result))
      yield* settle
      result.set(7)
      assert.strictEqual(yield* Fiber.join(waiter), 7)
      const error = new Error("set")
      result.setException(error)
      assert.strictEqual((yield* Effect.flip(Green.resultOf(result))).cause, error)
    })
  )
})

describe("4.4 locks, as Effects", () => {
  it.effect("S-01 and S-02 a capped semaphore's release waits for room", () =>
    Effect.gen(function* () {
      const semaphore = new CappedSemaphore(0, 0)
      const release = yield* Effect.fork(Green.releaseCapped(semaphore))
      yield* settle
      assert.isNull(release.unsafePoll())
      yield* Green.acquireCapped(semaphore)
      yield* Fiber.join(release)
      const interrupted = yield* Effect.fork(Green.acquireCapped(semaphore))
      yield* settle
      yield* Fiber.interrupt(interrupted)
      assert.strictEqual(semaphore.balance, 0)
    })
  )

  it.effect("a lock is held by one fiber at a time, which may take it again", () =>
    Effect.gen(function* () {
      const lock = new RLock()
      const order: Array<string> = []
      const hold = (name: string) =>
        Green.withLock(
          lock,
          Effect.gen(function* () {
            order.push(`${name} in`)
            yield* Green.withLock(lock, Effect.yieldNow())
            assert.isTrue(lock.locked)
            order.push(`${name} out`)
          })
        )
      yield* Effect.all([hold("a"), hold("b")], { concurrency: 2 })
      assert.deepStrictEqual(order, ["a in", "a out", "b in", "b out"])
      const held = yield* Effect.fork(Green.withLock(lock, Effect.never))
      yield* settle
      const waiting = yield* Effect.fork(hold("c"))
      yield* settle
      yield* Fiber.interrupt(waiting)
      yield* Fiber.interrupt(held)
      assert.isFalse(lock.locked)
    })
  )

  it.effect("who waits for a condition lets go of its lock meanwhile", () =>
    Effect.gen(function* () {
      const changed = new Condition()
      let ready = false
      const waiter = yield* Effect.fork(
        Green.withLock(
          changed.lock,
          Effect.gen(function* () {
            while (!ready) yield* Green.awaitCondition(changed)
            assert.isTrue(changed.lock.locked)
            return "changed"
          })
        )
      )
      yield* settle
      const change = Effect.zipRight(
        Effect.sync(() => {
          ready = true
        }),
        Green.notify(changed)
      )
      yield* Green.withLock(changed.lock, change)
      assert.strictEqual(yield* Fiber.join(waiter), "changed")
      assert.strictEqual((yield* Effect.flip(Green.notify(changed))).code, "GREENLIFT_NOT_OWNER")
      const stopped = yield* Effect.fork(Green.withLock(changed.lock, Green.awaitCondition(changed)))
      yield* settle
      yield* Fiber.interrupt(stopped)
      assert.deepStrictEqual([changed.lock.locked, changed.waiting], [false, 0])
    })
  )

  it.effect("a barrier lets all go when all are there, and breaks when one gives up", () =>
    Effect.gen(function* () {
      const barrier = new Barrier(2)
      const first = yield* Effect.fork(Green.arrive(barrier))
      yield* settle
      assert.strictEqual(yield* Green.arrive(barrier), 1)
      assert.strictEqual(yield* Fiber.join(first), 0)
      const alone = yield* Effect.fork(Green.arrive(barrier))
      yield* settle
      yield* Fiber.interrupt(alone)
      assert.strictEqual((yield* Effect.flip(Green.arrive(barrier)))._tag, "BarrierBroken")
    })
  )
})

describe("4.5 Timeout, as Effects", () => {
  it.effect("T-04, T-05 and T-17 each limit fails with a Timeout of its own", () =>
    Effect.gen(function* () {
      const inner = Effect.catchTag(Green.limited(Effect.never, 200), "Timeout", () => Effect.succeed("inner"))
      const outer = yield* Effect.fork(Effect.flip(Green.limited(inner, 100)))
      yield* TestClock.adjust(100)
      const error = yield* Fiber.join(outer)
      assert.instanceOf(error, Timeout)
      assert.strictEqual(error.ms, 100)
      assert.strictEqual(yield* Green.limited(Effect.succeed("fast"), 100), "fast")
    })
  )
})

describe("4.7 DAGPool, as Effects", () => {
  it.effect("D-02, D-11 and D-12 nodes run when their inputs are there, in any order they are given in", () =>
    Effect.gen(function* () {
      const began: Array<string> = []
      const depends = new Map([
        ["d", ["b", "c"]],
        ["b", ["a"]],
        ["c", ["a"]]
      ])
      const node = (key: string, inputs: ReadonlyMap<string, string>) =>
        Effect.sync(() => {
          began.push(key)
          return `${key}(${[...inputs.values()].sort().join(" ")})`
        })
      const values = yield* Green.runDag(depends, node, [["a", "a"]])
      assert.strictEqual(values.get("d"), "d(b(a) c(a))")
      assert.deepStrictEqual([began.slice(0, 2).sort(), began[2]], [["b", "c"], "d"])
    })
  )

  it.effect("D-19, D-20 and X-15 a failure names its node; a ring and an unknown key are refused", () =>
    Effect.gen(function* () {
      const chain = new Map([
        ["a", []],
        ["b", ["a"]]
      ])
      const failed = yield* Effect.flip(Green.runDag(chain, () => failing("broken")))
      assert.strictEqual(failed._tag, "PropagateError")
      assert.match(failed.message, /broken/)
      const ring = new Map([
        ["a", ["b"]],
        ["b", ["a"]]
      ])
      const node = () => Effect.succeed(1)
      assert.match((yield* Effect.flip(Green.runDag(ring, node))).message, /a → b → a/)
      assert.match((yield* Effect.flip(Green.runDag(new Map([["a", ["z"]]]), node))).message, /z/)
    })
  )
})

describe("4.8 Pool of resources, as Effects", () => {
  it.effect("P-01, P-03, P-05 and P-08 items are made when needed, handed round, and never too many", () =>
    Effect.gen(function* () {
      let made = 0
      const pool = yield* Green.makeResourcePool({ create: () => ++made, max: 2 })
      const gate = new Event()
      const use = Green.withItem(pool, (item) => Effect.as(Green.happened(gate), item))
      const fibers = yield* Effect.forEach([1, 2, 3, 4], () => Effect.fork(use))
      yield* settle
      assert.deepStrictEqual([made, pool.free(), pool.waiting()], [2, 0, 2])
      gate.send()
      assert.deepStrictEqual((yield* Fiber.joinAll(fibers)).sort(), [1, 1, 2, 2])
      assert.strictEqual(pool.free(), 2)
    })
  )

  it.effect("P-13 what fails gives its place back; what is interrupted in mid-use is discarded", () =>
    Effect.gen(function* () {
      let made = 0
      const destroyed: Array<number> = []
      const create = () => {
        if (++made === 1) throw new Error("not yet")
        return made
      }
      const pool = yield* Green.makeResourcePool({ create, destroy: (item) => void destroyed.push(item), max: 1 })
      assert.match((yield* Effect.flip(Green.withItem(pool, Effect.succeed))).message, /not yet/)
      assert.strictEqual(yield* Effect.flip(Green.withItem(pool, (item) => Effect.fail(item))), 2)
      const stuck = yield* Effect.fork(Green.withItem(pool, () => Effect.never))
      yield* settle
      yield* Fiber.interrupt(stuck)
      assert.deepStrictEqual([destroyed, pool.free()], [[2], 1])
      assert.strictEqual(yield* Green.withItem(pool, Effect.succeed), 3)
    })
  )
})

describe("4.11 Local, as Effects", () => {
  it.effect("TH-01 and TH-02 each fiber has its own, taken over at the fork as the Local says", () =>
    Effect.gen(function* () {
      let made = 0
      const own = new Local({ initial: () => ++made, inherit: false })
      const shared = new Local<string>()
      yield* Green.setLocal(shared, "main")
      assert.strictEqual(yield* Green.getLocal(own), 1)
      const child = Effect.gen(function* () {
        const seen = [yield* Green.getLocal(shared), yield* Green.getLocal(own)]
        yield* Green.setLocal(shared, "child")
        return seen
      })
      assert.deepStrictEqual(yield* Fiber.join(yield* Effect.fork(child)), ["main", 2])
      assert.deepStrictEqual([yield* Green.getLocal(shared), yield* Green.getLocal(own)], ["main", 1])
      assert.strictEqual(yield* Green.withLocal(shared, "inside", Green.getLocal(shared)), "inside")
      assert.strictEqual(yield* Green.getLocal(shared), "main")
    })
  )
})
