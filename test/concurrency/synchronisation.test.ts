import { assert, describe, it } from "@effect/vitest"
import {
  AsyncResult,
  Barrier,
  BoundedSemaphore,
  Condition,
  LifoQueue,
  Lock,
  PriorityQueue,
  RLock,
  Semaphore,
  sleep,
  spawn
} from "../../src/green.js"
import { type Body, caught, go, green, lifted, on, until } from "./run.js"

describe("locks", () => {
  it.live("a lock is held by one at a time, handed on in order, and released however the block ends", () =>
    green(function* () {
      const lock = new Lock()
      const order: Array<string> = []
      const work = lifted(function* (i: number): Body {
        const section = lifted(function* () {
          order.push(`in ${i}`)
          yield* go(sleep)
          order.push(`out ${i}`)
          if (i === 1) throw new Error("failed")
        })
        yield* on(lock).run(section)
      })
      const tasks = []
      for (let i = 0; i < 3; i++) tasks.push(yield* go(spawn, work, i))
      assert.strictEqual((yield* caught(on(tasks[1]!).wait())).message, "failed")
      yield* on(tasks[2]!).wait()
      assert.deepStrictEqual(order, ["in 0", "out 0", "in 1", "out 1", "in 2", "out 2"])
      assert.throws(() => lock.release(), /all its 1 permits/)
    })
  )

  it.live("a killed waiter leaves the line, and who holds the lock releases it when killed", () =>
    green(function* () {
      const semaphore = new Semaphore(1)
      const hold = lifted(function* () {
        yield* go(sleep, 5000)
      })
      const holding = lifted(() => on(semaphore).run(hold))
      const holder = yield* go(spawn, holding)
      const waiter = yield* go(spawn, holding)
      yield* go(sleep)
      assert.strictEqual(semaphore.waiting, 1)
      yield* on(waiter).kill()
      assert.strictEqual(semaphore.waiting, 0)
      yield* on(holder).kill()
      assert.strictEqual(semaphore.balance, 1)
    })
  )

  it("a bounded semaphore refuses what was not taken", () => {
    const semaphore = new BoundedSemaphore(2)
    semaphore.acquire()
    semaphore.release()
    assert.throws(() => semaphore.release(), /release once for each acquire/)
  })

  it.live("an RLock can be taken again by its holder only", () =>
    green(function* () {
      const lock = new RLock()
      const other = lifted(function* () {
        const error = yield* caught(on(lock).release())
        return [error.code, yield* on(lock).acquire({ timeout: 1 })]
      })
      yield* on(lock).acquire()
      yield* on(lock).acquire()
      const task = yield* go(spawn, other)
      assert.deepStrictEqual(yield* on(task).wait(), ["GREENLIFT_NOT_OWNER", false])
      lock.release()
      assert.isTrue(lock.held)
      lock.release()
      assert.isFalse(lock.locked)
    })
  )
})

describe("Condition", () => {
  it.live("wakes those who wait longest, each with the lock held", () =>
    green(function* () {
      const condition = new Condition()
      const { lock } = condition
      const woken: Array<number> = []
      const waiting = lifted(function* (i: number): Body {
        const section = lifted(function* () {
          assert.isTrue(yield* on(condition).wait())
          assert.isTrue(lock.held)
          woken.push(i)
        })
        yield* on(lock).run(section)
      })
      const tasks = []
      for (let i = 0; i < 4; i++) tasks.push(yield* go(spawn, waiting, i))
      yield* go(sleep)
      assert.throws(() => condition.notify(), /without holding the lock/)
      yield* on(lock).run(() => condition.notify(2))
      yield* until(() => woken.length >= 2)
      for (let i = 0; i < 5; i++) yield* go(sleep)
      assert.deepStrictEqual(woken, [0, 1])
      yield* on(lock).run(() => condition.notifyAll())
      for (const task of tasks) yield* on(task).wait()
      assert.deepStrictEqual(woken, [0, 1, 2, 3])
    })
  )

  it.live("has the lock again after it timed out or was killed", () =>
    green(function* () {
      const condition = new Condition()
      const { lock } = condition
      const seen: Array<unknown> = []
      const section = lifted(function* () {
        try {
          seen.push(yield* on(condition).wait({ timeout: 1 }))
          yield* on(condition).wait()
        } finally {
          seen.push(lock.held)
        }
      })
      const task = yield* go(
        spawn,
        lifted(() => on(lock).run(section))
      )
      yield* until(() => seen.length === 1)
      const blocking = lifted(function* () {
        yield* on(task).kill({ wait: false })
        yield* go(sleep, 1)
        assert.isFalse(task.dead)
      })
      yield* on(lock).run(blocking)
      yield* on(task).kill()
      assert.deepStrictEqual([seen, lock.locked], [[false, true], false])
    })
  )

  it.live("waitFor looks again whenever it is notified, until the time is up", () =>
    green(function* () {
      const condition = new Condition()
      let items = 0
      const consumer = lifted(() => on(condition).waitFor(() => items >= 2 && `${items} items`))
      const task = yield* go(
        spawn,
        lifted(() => on(condition.lock).run(consumer))
      )
      for (let i = 0; i < 2; i++) {
        yield* go(sleep)
        yield* on(condition.lock).run(() => {
          items++
          condition.notifyAll()
        })
      }
      assert.strictEqual(yield* on(task).wait(), "2 items")
      const impatient = lifted(() => on(condition).waitFor(() => items > 2, { timeout: 1 }))
      assert.isFalse(yield* on(condition.lock).run(impatient))
    })
  )
})

describe("Barrier", () => {
  it.live("lets all go on when all are there, again and again", () =>
    green(function* () {
      const events: Array<string> = []
      const barrier = new Barrier(3, { action: () => events.push("all there") })
      const party = lifted(function* (): Body<Array<number>> {
        const indices: Array<number> = []
        for (let i = 0; i < 2; i++) {
          indices.push(yield* on(barrier).wait())
          events.push("on")
        }
        return indices
      })
      const tasks = []
      for (let i = 0; i < 3; i++) tasks.push(yield* go(spawn, party))
      const indices = []
      for (const task of tasks) indices.push(yield* on(task).wait())
      assert.deepStrictEqual(
        indices.map(([first]) => first),
        [0, 1, 2]
      )
      assert.deepStrictEqual(events.filter((event) => event === "all there").length, 2)
      assert.strictEqual(events[0], "all there")
    })
  )

  it.live("breaks for all when one gives up, and works again after a reset", () =>
    green(function* () {
      const barrier = new Barrier(3)
      const patient = lifted(() => on(barrier).wait())
      const impatient = lifted(() => on(barrier).wait({ timeout: 1 }))
      const tasks = [yield* go(spawn, patient), yield* go(spawn, impatient)]
      for (const task of tasks) assert.strictEqual((yield* caught(on(task).wait()))._tag, "BarrierBroken")
      assert.strictEqual((yield* caught(on(barrier).wait())).code, "GREENLIFT_BARRIER_BROKEN")
      barrier.reset()
      const again = []
      for (let i = 0; i < 3; i++) again.push(yield* go(spawn, patient))
      for (const [i, task] of again.entries()) assert.strictEqual(yield* on(task).wait(), i)
    })
  )
})

describe("queues with an order of their own", () => {
  it("PriorityQueue: least first, equal ones in the order they came", () => {
    const queue = new PriorityQueue<{ rank: number; name: string }>(null, (a, b) => a.rank - b.rank)
    const ranks = [5, 3, 8, 3, 1, 9, 3, 1, 7, 5]
    for (const [i, rank] of ranks.entries()) queue.put({ rank, name: `${rank}.${i}` })
    const order = ranks.map(() => queue.get().name)
    assert.deepStrictEqual(order, ["1.4", "1.7", "3.1", "3.3", "3.6", "5.0", "5.9", "7.8", "8.2", "9.5"])
  })

  it("LifoQueue: newest first", () => {
    const queue = new LifoQueue<number>()
    for (const i of [1, 2, 3]) queue.put(i)
    assert.deepStrictEqual([queue.get(), queue.get(), queue.get()], [3, 2, 1])
  })
})

describe("AsyncResult", () => {
  it.live("is set by whoever has it, or by a task that ends", () =>
    green(function* () {
      const value = new AsyncResult<number>()
      assert.strictEqual(yield* on(value).wait({ timeout: 1 }), undefined)
      assert.isTrue((yield* caught(on(value).get({ timeout: 1 }))).isTimeout)
      yield* go(spawn, () => value.set(1))
      assert.strictEqual(yield* on(value).get(), 1)
      for (const [f, check] of [
        [() => 2, (result: AsyncResult) => assert.strictEqual(result.value, 2)],
        [
          () => {
            throw new Error("failed")
          },
          (result: AsyncResult) => assert.strictEqual((result.exception as Error).message, "failed")
        ]
      ] as const) {
        const result = new AsyncResult()
        const task = yield* go(spawn, f)
        yield* on(task).link(result.settle)
        yield* on(result).wait()
        check(result)
      }
    })
  )
})
