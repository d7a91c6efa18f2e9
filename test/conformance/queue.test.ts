/** Conformance 4.2: what eventlet's tests of queues assert. */
import { assert, describe, it } from "@effect/vitest"
import { Channel, type LightQueue, Queue, sleep, spawn } from "../../src/green.js"
import { type Body, both, caught, go, lifted, on, until } from "../concurrency/run.js"

/** A task that gets one item, and says what became of it. */
const getter = (queue: LightQueue<any>, ms: number | undefined, results: Array<unknown>, name?: string) =>
  lifted(function* (): Body {
    try {
      const item = yield* on(queue).get({ timeout: ms })
      results.push(name === undefined ? item : `${name} ${item}`)
    } catch (error) {
      results.push(`${name ?? ""} ${(error as { _tag: string })._tag}`.trim())
    }
  })

const putter = (queue: LightQueue<any>, item: unknown, order: Array<unknown>) =>
  lifted(function* (): Body {
    yield* on(queue).put(item)
    order.push(`put ${item}`)
  })

describe("4.2 Queue", () => {
  both("Q-01 put, then get", function* () {
    const queue = new Queue<string>()
    yield* on(queue).put("hi")
    assert.strictEqual(yield* on(queue).get(), "hi")
  })

  both("Q-02 a waiting getter gets an item put later", function* () {
    const queue = new Queue<string>()
    const results: Array<unknown> = []
    const task = yield* go(spawn, getter(queue, undefined, results))
    yield* go(sleep)
    yield* on(queue).put("hi2")
    yield* on(task).wait()
    assert.deepStrictEqual(results, ["hi2"])
  })

  both("Q-03 the third put into a queue of two waits for a get", function* () {
    const queue = new Queue<string>(2)
    const order: Array<unknown> = []
    const puts = lifted(function* () {
      for (const item of ["a", "b", "c"]) {
        yield* on(queue).put(item)
        order.push(item)
      }
    })
    const task = yield* go(spawn, puts)
    yield* go(sleep)
    assert.deepStrictEqual(order, ["a", "b"])
    assert.strictEqual(yield* on(queue).get(), "a")
    yield* on(task).wait()
    assert.deepStrictEqual(order, ["a", "b", "c"])
    assert.deepStrictEqual([yield* on(queue).get(), yield* on(queue).get()], ["b", "c"])
  })

  both("Q-04 with capacity 0 a put waits for the getter", function* () {
    const queue = new Queue<string>(0)
    const order: Array<unknown> = []
    const task = yield* go(spawn, putter(queue, "a", order))
    yield* go(sleep)
    assert.deepStrictEqual(order, [])
    assert.deepStrictEqual([queue.empty, queue.full], [true, true])
    assert.strictEqual(yield* on(queue).get(), "a")
    yield* on(task).wait()
    assert.deepStrictEqual(order, ["put a"])
  })

  for (const [id, capacity] of [
    ["Q-05 raising the capacity", 1],
    ["Q-07 removing the bound", null]
  ] as const) {
    both(`${id} releases a blocked putter`, function* () {
      const queue = new Queue<number>(0)
      const order: Array<unknown> = []
      const task = yield* go(spawn, putter(queue, 0, order))
      yield* go(sleep)
      assert.deepStrictEqual([order.length, queue.putting], [0, 1])
      queue.resize(capacity)
      yield* on(task).wait()
      assert.deepStrictEqual([order, queue.size], [["put 0"], 1])
    })
  }

  both("Q-06 shrinking keeps all items in order", function* () {
    const queue = new Queue<number>(5)
    for (let i = 0; i < 5; i++) yield* on(queue).put(i)
    queue.resize(1)
    const items = []
    for (let i = 0; i < 5; i++) items.push(yield* on(queue).get())
    assert.deepStrictEqual(items, [0, 1, 2, 3, 4])
  })

  both("Q-08 waiters each get one item, first come first served", function* () {
    const queue = new Queue<number>()
    const results: Array<unknown> = []
    const tasks = []
    for (const name of ["w0", "w1", "w2", "w3"]) tasks.push(yield* go(spawn, getter(queue, undefined, results, name)))
    yield* go(sleep)
    for (let i = 0; i < 4; i++) yield* on(queue).put(i)
    for (const task of tasks) yield* on(task).wait()
    assert.deepStrictEqual(results, ["w0 0", "w1 1", "w2 2", "w3 3"])
  })

  both("Q-09 a getter that timed out does not take the next item", function* () {
    const queue = new Queue<string>()
    const results: Array<unknown> = []
    const task = yield* go(spawn, getter(queue, 1, results))
    yield* on(task).wait()
    yield* on(queue).put("hi")
    assert.deepStrictEqual([results, yield* on(queue).get()], [["QueueEmpty"], "hi"])
  })

  both("Q-10 get before put", function* () {
    const queue = new Queue<number>()
    const task = yield* go(spawn, putter(queue, 17, []))
    assert.strictEqual(yield* on(queue).get(), 17)
    yield* on(task).wait()
  })

  both("Q-11 of two waiters one gives up, the other gets the item", function* () {
    const queue = new Queue<string>()
    const results: Array<unknown> = []
    const dying = yield* go(spawn, getter(queue, 1, results, "dying"))
    const waiting = yield* go(spawn, getter(queue, undefined, results, "waiting"))
    yield* on(dying).wait()
    yield* on(queue).put("hi")
    yield* on(waiting).wait()
    assert.deepStrictEqual(results, ["dying QueueEmpty", "waiting hi"])
  })

  both("Q-12 when both give up the item stays", function* () {
    const queue = new Queue<string>()
    const results: Array<unknown> = []
    const tasks = [yield* go(spawn, getter(queue, 1, results)), yield* go(spawn, getter(queue, 1, results))]
    for (const task of tasks) yield* on(task).wait()
    yield* on(queue).put("hi")
    assert.deepStrictEqual([results, yield* on(queue).get()], [["QueueEmpty", "QueueEmpty"], "hi"])
  })

  both("Q-13 getting counts the waiters", function* () {
    const queue = new Queue<string>()
    const task = yield* go(spawn, getter(queue, undefined, []))
    yield* go(sleep)
    assert.strictEqual(queue.getting, 1)
    yield* on(queue).put("hi")
    assert.strictEqual(queue.getting, 0)
    yield* on(task).wait()
    assert.strictEqual(queue.getting, 0)
  })

  both("Q-14 the putter of a channel goes on after the hand-over", function* () {
    const channel = new Channel<string>()
    const events: Array<string> = []
    const sender = lifted(function* () {
      events.push("sending")
      yield* on(channel).put("one")
      events.push("sent1")
      yield* on(channel).put("two")
      events.push("sent2")
    })
    const task = yield* go(spawn, sender)
    yield* go(sleep)
    yield* on(channel).get()
    events.push("received1")
    yield* go(sleep)
    yield* on(channel).get()
    events.push("received2")
    yield* on(task).wait()
    assert.deepStrictEqual(events, ["sending", "received1", "sent1", "received2", "sent2"])
  })

  both("Q-15 a getter that is first", function* () {
    const channel = new Channel<string>()
    const events: Array<string> = []
    const receiver = lifted(function* () {
      events.push("waiting")
      events.push(`got${yield* on(channel).get()}`)
      events.push(`got${yield* on(channel).get()}`)
    })
    const sender = lifted(function* () {
      events.push("sending1")
      yield* on(channel).put("1")
      events.push("sending2")
      yield* on(channel).put("2")
      events.push("sent2")
    })
    const a = yield* go(spawn, receiver)
    yield* go(sleep)
    const b = yield* go(spawn, sender)
    yield* on(a).wait()
    yield* on(b).wait()
    assert.deepStrictEqual(events, ["waiting", "sending1", "got1", "sending2", "got2", "sent2"])
  })

  both("Q-16 three getters and three putters of a channel pair off, first come first served", function* () {
    const channel = new Channel<number>()
    const results: Array<unknown> = []
    const tasks = []
    for (const name of ["g1", "g2", "g3"]) {
      tasks.push(yield* go(spawn, getter(channel, undefined, results, name)))
    }
    yield* go(sleep)
    assert.strictEqual(channel.getting, 3)
    for (const item of [1, 2, 3]) tasks.push(yield* go(spawn, putter(channel, item, [])))
    for (const task of tasks) yield* on(task).wait()
    assert.deepStrictEqual(results, ["g1 1", "g2 2", "g3 3"])
    assert.strictEqual(channel.getting, 0)
  })

  both("Q-17 a putter of a channel that gives up takes its item along", function* () {
    const channel = new Channel<string>()
    assert.strictEqual((yield* caught(on(channel).put("hi", { timeout: 1 })))._tag, "QueueFull")
    assert.throws(() => channel.getNowait(), /empty/)
  })

  for (const capacity of [0, 5]) {
    both(`Q-18 unfinished items, with capacity ${capacity}`, function* () {
      const queue = new Queue<string>(capacity)
      const put = yield* go(spawn, putter(queue, "hi", []))
      const joiner = yield* go(
        spawn,
        lifted(() => on(queue).join())
      )
      assert.strictEqual(yield* on(queue).get(), "hi")
      assert.strictEqual(queue.unfinished, 1)
      const waiting = yield* go(
        spawn,
        lifted(() => on(queue).join())
      )
      yield* go(sleep)
      assert.isFalse(waiting.dead)
      queue.taskDone()
      assert.strictEqual(queue.unfinished, 0)
      for (const task of [put, joiner, waiting]) yield* on(task).wait()
      assert.throws(() => queue.taskDone(), /more often/)
    })
  }

  both("Q-19 join with nothing outstanding returns at once", function* () {
    const queue = new Queue<number>()
    yield* on(queue).join()
    yield* on(queue).put(1)
    yield* on(queue).get()
    queue.taskDone()
    yield* on(queue).join()
  })

  both("Q-20 ten puts reach the ten getters that did not give up", function* () {
    const channel = new Channel<number>()
    const good: Array<unknown> = []
    const dead: Array<unknown> = []
    const tasks = []
    for (let i = 0; i < 10; i++) {
      tasks.push(yield* go(spawn, getter(channel, 1, dead)))
      tasks.push(yield* go(spawn, getter(channel, undefined, good)))
    }
    yield* until(() => dead.length === 10)
    assert.strictEqual(channel.getting, 10)
    for (let i = 0; i < 10; i++) channel.putNowait(i)
    assert.throws(() => channel.putNowait(10), /full/)
    for (const task of tasks) yield* on(task).wait()
    assert.deepStrictEqual(good, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  it("Q-21 putNowait outside of any task", () => {
    const queue = new Queue<number>(1)
    queue.putNowait(1)
    assert.throws(() => queue.putNowait(2), /full/)
  })

  it("Q-22 getNowait outside of any task", () => {
    const queue = new Queue<number>(1)
    queue.put(4)
    assert.strictEqual(queue.getNowait(), 4)
    assert.throws(() => queue.getNowait(), /empty/)
  })

  both("Q-23 getNowait on a channel releases a blocked putter", function* () {
    const channel = new Channel<number>()
    const task = yield* go(spawn, putter(channel, 5, []))
    yield* go(sleep)
    const item = yield* later(() => channel.getNowait())
    assert.strictEqual(item, 5)
    yield* on(task).wait()
  })

  both("Q-24 putNowait on a channel hands to a blocked getter", function* () {
    const channel = new Channel<number>()
    const results: Array<unknown> = []
    const task = yield* go(spawn, getter(channel, undefined, results))
    yield* go(sleep)
    yield* later(() => channel.putNowait(7))
    yield* on(task).wait()
    assert.deepStrictEqual(results, [7])
  })
})

/** Has `f` called by the event loop, outside of any fiber. */
function* later<A>(f: () => A): Body<A> {
  const job = () => new Promise<A>((resolve) => setImmediate(() => resolve(f())))
  const task = yield* go(spawn, job)
  return yield* on(task).wait()
}
