/** Conformance 4.15: what gevent's tests of queues, events, locks and timeouts assert. */
import { assert, describe, it } from "@effect/vitest"
import {
  AsyncResult,
  Channel,
  Event,
  iwait,
  joinall,
  LifoQueue,
  LightQueue,
  Lock,
  PriorityQueue,
  Queue,
  RLock,
  Semaphore,
  sleep,
  spawn,
  type Task,
  Timeout,
  timedOut,
  timeout
} from "../../src/green.js"
import { type Body, both, caught, go, lifted, list, on } from "../concurrency/run.js"

const settle = function* (): Body {
  for (let i = 0; i < 5; i++) yield* go(sleep)
}

/** GenericWait and GenericGet: a timeout outside is not lost, and is the instance itself. */
const leavesOuterTimeout = function* (waiting: () => unknown): Body {
  const outer = new Timeout(1)
  assert.strictEqual(yield* caught(on(outer).run(waiting)), outer)
}

const kinds = [LightQueue<number>, Queue<number>] as const

describe.each(kinds)("test__queue.py, %s", (Kind) => {
  both("VQ-01, VQ-02, VQ-06 and VQ-07 at once or not at all, unless someone waits on the other side", function* () {
    const queue = new Kind(1)
    yield* on(queue).putNowait(1)
    assert.strictEqual((yield* caught(on(queue).putNowait(2)))._tag, "QueueFull")
    const putter = yield* go(
      spawn,
      lifted(() => on(queue).put(3))
    )
    yield* settle()
    assert.strictEqual(yield* on(queue).getNowait(), 1)
    yield* on(putter).wait()
    assert.strictEqual(yield* on(queue).getNowait(), 3)
    assert.strictEqual((yield* caught(on(queue).getNowait()))._tag, "QueueEmpty")
  })

  both("VQ-03, VQ-08, VQ-09 and VQ-10 peek tells the next item, which stays, and waits for one", function* () {
    const queue = new Kind()
    assert.strictEqual((yield* caught(on(queue).peekNowait()))._tag, "QueueEmpty")
    assert.strictEqual((yield* caught(on(queue).peek({ timeout: 1 })))._tag, "QueueEmpty")
    const peeker: Task<any> = yield* go(
      spawn,
      lifted(() => on(queue).peek())
    )
    yield* settle()
    yield* on(queue).put(7)
    assert.deepStrictEqual([yield* on(peeker).wait(), yield* on(queue).peek(), queue.size], [7, 7, 1])
    assert.strictEqual(yield* on(queue).get(), 7)
  })

  both("VQ-11 to VQ-16 bounded, first come first served, and who gave up or died takes nothing", function* () {
    const queue = new Kind(2)
    const got: Array<unknown> = []
    const getter = lifted(function* (name: string): Body {
      got.push(`${name} ${yield* on(queue).get()}`)
    })
    const tasks: Array<Task<any>> = []
    for (const name of ["a", "b", "c", "d"]) tasks.push(yield* go(spawn, getter, name))
    yield* settle()
    yield* on(tasks[1]!).kill()
    for (const item of [1, 2, 3]) yield* on(queue).put(item)
    yield* go(joinall, tasks)
    assert.deepStrictEqual(got, ["a 1", "c 2", "d 3"])
    const putter = lifted((item: number) => on(queue).put(item))
    const putters: Array<Task<any>> = []
    for (const item of [4, 5, 6, 7]) putters.push(yield* go(spawn, putter, item))
    yield* settle()
    assert.strictEqual(queue.putting, 2)
    yield* on(putters[2]!).kill()
    const items = [yield* on(queue).get(), yield* on(queue).get(), yield* on(queue).get()]
    assert.deepStrictEqual([items, queue.empty], [[4, 5, 7], true])
  })

  both("VQ-22 an iteration ends at the item that says so", function* () {
    const queue = new Kind()
    for (const item of [1, 2, -1, 3]) yield* on(queue).put(item)
    assert.deepStrictEqual(yield* list(queue.until(-1)), [1, 2])
    assert.strictEqual(queue.size, 1)
  })

  both("VQ-28 a timeout of its own is QueueEmpty or QueueFull, one outside is itself", function* () {
    const empty = new Kind()
    const full = new Kind(0)
    assert.strictEqual((yield* caught(on(empty).get({ timeout: 1 })))._tag, "QueueEmpty")
    assert.strictEqual((yield* caught(on(full).put(1, { timeout: 1 })))._tag, "QueueFull")
    yield* leavesOuterTimeout(lifted(() => on(empty).get()))
    yield* leavesOuterTimeout(lifted(() => on(full).put(1)))
    assert.deepStrictEqual([empty.getting, full.putting], [0, 0])
  })
})

describe("test__queue.py and test__monkey_queue.py", () => {
  both(
    "VQ-18 to VQ-21 a channel hands over: who comes first waits, and a putter's item is seen before it is taken",
    function* () {
      const channel = new Channel<number>()
      const putter = yield* go(
        spawn,
        lifted(() => on(channel).put(1))
      )
      yield* settle()
      assert.deepStrictEqual([putter.dead, yield* on(channel).peek()], [false, 1])
      assert.strictEqual(yield* on(channel).getNowait(), 1)
      yield* on(putter).wait()
      const getter: Task<any> = yield* go(
        spawn,
        lifted(() => on(channel).get())
      )
      yield* settle()
      yield* on(channel).putNowait(2)
      assert.strictEqual(yield* on(getter).wait(), 2)
    }
  )

  both(
    "VQ-23, VQ-26, VM-01 and VM-02 a join waits for all items over two workers, twice; too many are an error",
    function* () {
      const queue = new Queue<number>()
      yield* on(queue).join()
      assert.strictEqual(
        (yield* caught(on({ done: () => queue.taskDone() }).done())).code,
        "GREENLIFT_TASK_DONE_TOO_OFTEN"
      )
      let sum = 0
      const worker = lifted(function* (): Body {
        for (;;) {
          const item: number = yield* on(queue).get()
          if (item < 0) return queue.taskDone()
          yield* go(sleep)
          sum += item
          queue.taskDone()
        }
      })
      for (let round = 1; round <= 2; round++) {
        const workers = [yield* go(spawn, worker), yield* go(spawn, worker)]
        for (let i = 0; i < 100; i++) yield* on(queue).put(i)
        yield* on(queue).join()
        assert.deepStrictEqual([sum, queue.unfinished], [4950 * round, 0])
        for (const _ of workers) yield* on(queue).put(-1)
        yield* go(joinall, workers)
      }
    }
  )

  both("VM-04 each kind has its order, and is full and empty when it is", function* () {
    const made = [new Queue<number>(3), new LifoQueue<number>(3), new PriorityQueue<number>(3)]
    const orders: Array<Array<number>> = []
    for (const queue of made) {
      assert.isTrue(queue.empty)
      for (const item of [2, 3, 1]) yield* on(queue).put(item)
      assert.isTrue(queue.full)
      assert.strictEqual((yield* caught(on(queue).put(4, { timeout: 1 })))._tag, "QueueFull")
      const next: number = yield* on(queue).peek()
      const order: Array<number> = []
      while (!queue.empty) order.push(yield* on(queue).get())
      assert.strictEqual(order[0], next)
      orders.push(order)
    }
    assert.deepStrictEqual(orders, [
      [2, 3, 1],
      [1, 3, 2],
      [1, 2, 3]
    ])
  })

  both("VQ-24 after a shutdown put fails, get gives what is left and then fails, a join ends", function* () {
    const queue = new Queue<number>(2)
    for (const item of [1, 2]) yield* on(queue).put(item)
    const outcomes: Array<string> = []
    const late = lifted(function* (): Body {
      outcomes.push((yield* caught(on(queue).put(3)))._tag)
    })
    const putter = yield* go(spawn, late)
    yield* go(sleep)
    queue.shutdown()
    yield* on(putter).wait()
    yield* go(late)
    assert.deepStrictEqual(outcomes, ["QueueShutDown", "QueueShutDown"])
    assert.deepStrictEqual([yield* on(queue).get(), yield* on(queue).peek(), yield* on(queue).get()], [1, 2, 2])
    for (const asking of [() => on(queue).get(), () => on(queue).peek(), () => on(queue).get({ block: false })]) {
      assert.strictEqual((yield* caught(asking()))._tag, "QueueShutDown")
    }
    queue.taskDone()
    queue.taskDone()
    yield* on(queue).join()
  })

  both("VQ-25 a shutdown at once drops the items, and wakes who waits for any", function* () {
    const queue = new Queue<number>(null, [1, 2])
    const joining = yield* go(
      spawn,
      lifted(() => on(queue).join())
    )
    yield* go(sleep)
    queue.shutdown({ immediate: true })
    yield* on(joining).wait()
    assert.throws(() => queue.taskDone(), /more often/)
    assert.strictEqual((yield* caught(on(queue).get()))._tag, "QueueShutDown")
    const other = new Queue<number>()
    const taken: Array<number> = []
    const worker = lifted(function* (): Body {
      taken.push(...(yield* list(other)))
    })
    const workers = [yield* go(spawn, worker), yield* go(spawn, worker)]
    for (const item of [1, 2, 3]) yield* on(other).put(item)
    yield* go(sleep)
    other.shutdown()
    yield* go(joinall, workers)
    assert.deepStrictEqual(taken.toSorted(), [1, 2, 3])
  })

  both("VM-03 and VM-05 what a queue begins with counts as put in, and comes in its order", function* () {
    const least = (a: number, b: number) => a - b
    const orders: Array<Array<number>> = []
    for (const queue of [
      new Queue(2, [2, 1, 3]),
      new PriorityQueue(null, least, [2, 1, 3]),
      new LifoQueue(null, [2, 1, 3])
    ]) {
      assert.strictEqual(queue.unfinished, 3)
      orders.push([yield* on(queue).get(), yield* on(queue).get(), yield* on(queue).get()])
      for (let i = 0; i < 3; i++) queue.taskDone()
      yield* on(queue).join()
    }
    assert.deepStrictEqual(orders, [
      [2, 1, 3],
      [1, 2, 3],
      [3, 1, 2]
    ])
  })

  both("VM-06 a comparison that throws leaves a queue as it was", function* () {
    let broken = false
    const compare = (a: number, b: number): number => {
      if (broken) throw new Error("the comparison")
      return a - b
    }
    const queue = new PriorityQueue<number>(null, compare)
    for (const item of [5, 4, 3, 2, 1]) yield* on(queue).put(item)
    broken = true
    assert.strictEqual((yield* caught(on(queue).put(0))).message, "the comparison")
    assert.strictEqual((yield* caught(on(queue).get())).message, "the comparison")
    assert.strictEqual((yield* caught(on(queue).getNowait())).message, "the comparison")
    broken = false
    assert.deepStrictEqual([queue.size, queue.unfinished], [5, 5])
    const items: Array<number> = []
    while (!queue.empty) items.push(yield* on(queue).get())
    assert.deepStrictEqual(items, [1, 2, 3, 4, 5])
  })
})

describe("test__event.py", () => {
  both("VE-01 to VE-05, VE-07 and VE-12 a wait has its time, and leaves a timeout outside alone", function* () {
    const event = new Event<number>()
    const result = new AsyncResult<number>()
    assert.strictEqual(yield* on(event).wait({ timeout: 1 }), timedOut)
    assert.strictEqual(yield* on(event).wait({ block: false }), timedOut)
    assert.strictEqual(yield* on(result).wait({ timeout: 1 }), undefined)
    assert.instanceOf(yield* caught(on(result).get({ timeout: 1 })), Timeout)
    assert.instanceOf(yield* caught(on(result).get({ block: false })), Timeout)
    yield* leavesOuterTimeout(lifted(() => on(event).wait()))
    yield* leavesOuterTimeout(lifted(() => on(result).get()))
    yield* leavesOuterTimeout(lifted(() => on(result).wait()))
  })

  both(
    "VE-06 and VE-19 sent and at once reset, an event wakes all who waited, and nobody who comes later",
    function* () {
      for (const many of [1, 100, 1000]) {
        const event = new Event<string>()
        const woken: Array<number> = []
        const waiter = lifted(function* (i: number): Body {
          assert.strictEqual(yield* on(event).wait(), "sent")
          woken.push(i)
          if (i === 0) assert.strictEqual(yield* on(event).wait({ timeout: 1 }), timedOut)
        })
        const tasks: Array<Task<any>> = []
        for (let i = 0; i < many; i++) tasks.push(yield* go(spawn, waiter, i))
        yield* go(sleep)
        event.send("sent")
        event.reset()
        yield* go(joinall, tasks)
        assert.deepStrictEqual(
          woken,
          Array.from({ length: many }, (_, i) => i)
        )
      }
    }
  )

  both(
    "VE-08 to VE-11 and VE-18 errors arrive as they are, an interrupt before the value, a default where nothing comes",
    function* () {
      const error = new Error("set")
      const result = new AsyncResult<number>()
      const waiter = yield* go(
        spawn,
        lifted(() => on(result).get())
      )
      yield* go(sleep)
      const interrupt = new Error("interrupt")
      yield* on(waiter).kill({ error: interrupt, wait: false })
      result.set(1)
      assert.strictEqual(yield* caught(on(waiter).wait()), interrupt)
      result.setException(error)
      assert.strictEqual(yield* caught(on(result).get()), error)
      const never = new Event<string>()
      const waitForIt = lifted(() => on(never).wait())
      assert.strictEqual(yield* go(timeout<string, string>, 1, waitForIt, () => "default"), "default")
      const linked = new AsyncResult<string>()
      const task = yield* go(spawn, () => "ended")
      yield* on(task).link(linked.settle)
      assert.strictEqual(yield* on(linked).get(), "ended")
    }
  )

  both("VE-20 of ten tasks all are waited for, or so many, or as many as end in time", function* () {
    const gates = Array.from({ length: 10 }, () => new Event())
    const tasks: Array<Task<any>> = []
    for (const gate of gates) {
      tasks.push(
        yield* go(
          spawn,
          lifted(() => on(gate).wait())
        )
      )
    }
    yield* go(sleep)
    gates[4]!.send()
    assert.deepStrictEqual(yield* go(joinall, tasks, { count: 1 }), [tasks[4]])
    gates[2]!.send()
    assert.deepStrictEqual(yield* go(joinall, tasks, { count: 2 }), [tasks[4], tasks[2]])
    assert.lengthOf(yield* go(joinall, tasks, { timeout: 1 }), 2)
    for (const gate of gates) if (!gate.ready) gate.send()
    assert.lengthOf(yield* go(joinall, tasks), 10)
    assert.lengthOf(yield* list(iwait([tasks[0]!, tasks[0]!, tasks[1]!])), 2)
  })
})

describe("test__semaphore.py and test__lock.py", () => {
  both("VL-01, VL-02, VL-05 and VL-08 in time or not at all; who gave up leaves nothing", function* () {
    const semaphore = new Semaphore(0)
    assert.isFalse(yield* on(semaphore).acquire({ timeout: 1 }))
    assert.strictEqual(semaphore.waiting, 0)
    semaphore.release()
    semaphore.release()
    assert.isTrue(yield* on(semaphore).acquire())
    assert.isTrue(yield* on(semaphore).acquire())
    assert.isTrue(semaphore.locked)
  })

  both("VL-12 fair: who waits gets its turn among those that spin", function* () {
    const lock = new Lock()
    let through = false
    const spin = lifted(function* (): Body {
      while (!through) {
        yield* on(lock).acquire()
        yield* go(sleep)
        lock.release()
      }
    })
    const spinners = [yield* go(spawn, spin), yield* go(spawn, spin)]
    yield* go(sleep)
    const finish = lifted(function* (): Body {
      yield* on(lock).acquire()
      through = true
      lock.release()
    })
    const task = yield* go(spawn, finish)
    yield* on(task).wait()
    yield* go(joinall, spinners)
    assert.isFalse(lock.locked)
  })

  it("a failed release leaves a lock as it was", () => {
    const lock = new RLock()
    assert.throws(() => lock.release(), "without holding")
    lock.acquire()
    lock.release()
    assert.isFalse(lock.locked)
  })
})

describe("test__timeout.py and test__api_timeout.py", () => {
  both(
    "VT-01 to VT-03 and VT-06 to VT-10 a timeout is itself, may run again, is quiet if told so, never fires once cancelled",
    function* () {
      const limit = new Timeout(1)
      const slow = lifted(() => go(sleep, 60_000))
      for (let i = 0; i < 2; i++) assert.strictEqual(yield* caught(on(limit).run(slow)), limit)
      assert.isFalse(limit.pending)
      assert.strictEqual(yield* on(new Timeout(1, false)).run(slow), undefined)
      assert.throws(() => new Timeout(1, 7 as never), TypeError)
      const cancelled = new Timeout(1)
      const cancelling = lifted(function* (): Body<string> {
        cancelled.cancel()
        assert.isFalse(cancelled.pending)
        yield* go(sleep, 3)
        return "through"
      })
      assert.strictEqual(yield* on(cancelled).run(cancelling), "through")
    }
  )

  both(
    "VT-11 to VT-13 and VT-16 nested ones are told apart, and a long computation before shortens none",
    function* () {
      const until = performance.now() + 5
      while (performance.now() < until);
      const quick = lifted(() => go(sleep, 1))
      yield* on(new Timeout(20_000)).run(quick)
      const slow = lifted(() => go(sleep, 60_000))
      const [inner, outer] = [new Timeout(60_000), new Timeout(1)]
      const nested = lifted(() => on(inner).run(slow))
      assert.strictEqual(yield* caught(on(outer).run(nested)), outer)
      assert.isFalse(inner.pending)
    }
  )

  both("VT-14 is not pending before its block, nor after it; and a quiet one ends a loop of sleep(0)", function* () {
    const limit = new Timeout(2, false)
    assert.isFalse(limit.pending)
    let turns = 0
    const loop = lifted(function* (): Body {
      assert.isTrue(limit.pending)
      for (;;) {
        yield* go(sleep)
        turns++
      }
    })
    assert.strictEqual(yield* on(limit).run(loop), undefined)
    assert.isFalse(limit.pending)
    assert.isAbove(turns, 0)
  })
})
