/** Conformance 4.14: faults of eventlet that none of its tests catches. The better behaviour is asserted. */
import { assert, describe } from "@effect/vitest"
import {
  DAGPool,
  Event,
  GreenPile,
  GreenPool,
  LightQueue,
  Pool,
  scope,
  sleep,
  spawn,
  Timeout,
  timeout
} from "../../src/green.js"
import { type Body, both, caught, go, lifted, list, on } from "../concurrency/run.js"

const nap = lifted(function* (ms: number): Body<number> {
  yield* go(sleep, ms)
  return ms
})

const failing = lifted(function* (message: string): Body {
  yield* go(sleep)
  throw new Error(message)
})

describe("4.14 faults", () => {
  both("X-01 growing a pool wakes blocked spawners", function* () {
    const pool = new GreenPool(1)
    const gate = new Event()
    const member = lifted(() => on(gate).wait())
    const spawner = lifted(() => on(pool).spawnN(member))
    const tasks = []
    for (let i = 0; i < 3; i++) tasks.push(yield* go(spawn, spawner))
    yield* go(sleep)
    assert.deepStrictEqual([pool.running(), pool.waiting()], [1, 2])
    pool.resize(3)
    for (const task of tasks) yield* on(task).wait()
    assert.deepStrictEqual([pool.running(), pool.waiting()], [3, 0])
    gate.send()
    yield* on(pool).waitall()
  })

  both("X-02 the work of imap counts in its pool", function* () {
    const pool = new GreenPool(3)
    const gate = new Event()
    const job = lifted(function* (i: number) {
      if (i > 0) yield* on(gate).wait()
      return i
    })
    const results = pool.imap(job, [0, 1, 2, 3])
    assert.strictEqual((yield* on(results).next()).value, 0)
    yield* go(sleep)
    assert.deepStrictEqual([pool.running(), pool.free()], [3, 0])
    const waiter = yield* go(
      spawn,
      lifted(() => on(pool).waitall())
    )
    yield* go(sleep)
    assert.isFalse(waiter.dead)
    gate.send()
    yield* on(waiter).wait()
    assert.deepStrictEqual(yield* list(results), [1, 2, 3])
    assert.strictEqual(pool.running(), 0)
  })

  both("X-03 an input that throws reaches the consumer, after what came before", function* () {
    const input = function* () {
      yield 3
      yield 2
      throw new Error("bad input")
    }
    for (const method of ["imap", "imapUnordered"] as const) {
      const results = new GreenPool(4)[method](nap, input())
      const seen: Array<unknown> = []
      for (let i = 0; i < 3; i++) {
        try {
          seen.push((yield* on(results).next()).value)
        } catch (error) {
          seen.push((error as Error).message)
        }
      }
      assert.deepStrictEqual(new Set(seen), new Set([3, 2, "bad input"]))
      if (method === "imap") assert.deepStrictEqual(seen, [3, 2, "bad input"])
      assert.isTrue((yield* on(results).next()).done)
    }
  })

  both("X-04 the end stays the end", function* () {
    for (const size of [0, 1, 3]) {
      const results = new GreenPool(2).imap(nap, Array(size).fill(0))
      assert.strictEqual((yield* list(results)).length, size)
      for (let i = 0; i < 3; i++) assert.isTrue((yield* on(results).next()).done)
    }
  })

  both("X-05 leaving an imap interrupts what runs, and closes its input", function* () {
    const pool = new GreenPool(2)
    const events: Array<string> = []
    const input = function* () {
      try {
        for (let i = 0; ; i++) yield i
      } finally {
        events.push("input closed")
      }
    }
    const job = lifted(function* (i: number) {
      try {
        if (i > 0) yield* on(new Event()).wait()
        return i
      } finally {
        yield* go(sleep)
        events.push(`cleaned up ${i}`)
      }
    })
    const results = pool.imap(job, input())
    assert.strictEqual((yield* on(results).next()).value, 0)
    yield* go(sleep)
    assert.strictEqual(pool.running(), 2)
    yield* on(results).return()
    assert.deepStrictEqual(events, ["cleaned up 0", "cleaned up 1", "cleaned up 2", "input closed"])
    assert.strictEqual(pool.running(), 0)
    assert.isTrue((yield* on(results).next()).done)
  })

  both("X-06 a consumer that times out loses no result", function* () {
    const gate = new Event()
    const job = lifted(function* (i: number) {
      yield* on(gate).wait()
      return i
    })
    const pile = new GreenPile<number>(4)
    for (let i = 0; i < 4; i++) yield* on(pile).spawn(job, i)
    const mapped = new GreenPool(4).imap(job, [0, 1, 2, 3])
    for (const iterator of [pile, mapped]) {
      const next = lifted(() => on(iterator).next())
      assert.isTrue((yield* caught(go(timeout<any>, 1, next))).isTimeout)
    }
    gate.send()
    assert.deepStrictEqual(
      [yield* list(pile), yield* list(mapped)],
      [
        [0, 1, 2, 3],
        [0, 1, 2, 3]
      ]
    )
  })

  both("X-07 waitall fails if a member failed", function* () {
    const pool = new GreenPool(4)
    yield* on(pool).spawnN(failing, "one")
    yield* on(pool).spawnN(nap, 1)
    yield* on(pool).spawnN(failing, "two")
    assert.strictEqual((yield* caught(on(pool).waitall())).message, "one")
    assert.deepStrictEqual(
      pool.failures.map((error) => (error as Error).message),
      ["two"]
    )
  })

  both("X-08 killed with an error before it starts, waiters get that error", function* () {
    const task = yield* go(spawn, () => assert.fail("it ran"))
    const error = new Error("this one")
    yield* on(task).kill({ error })
    assert.strictEqual(yield* caught(on(task).wait()), error)
  })

  both("X-09 kill waits for the victim's cleanup, or not", function* () {
    let cleaned = 0
    const victim = lifted(function* () {
      try {
        yield* go(sleep, 5000)
      } finally {
        yield* go(sleep, 1)
        cleaned++
      }
    })
    const first = yield* go(spawn, victim)
    const second = yield* go(spawn, victim)
    yield* go(sleep)
    yield* on(first).kill()
    assert.deepStrictEqual([first.dead, cleaned], [true, 1])
    yield* on(second).kill({ wait: false })
    assert.deepStrictEqual([second.dead, cleaned], [false, 1])
  })

  both("X-10 a link that fails does not keep the others from being called", function* () {
    const called: Array<string> = []
    const block = lifted(function* (): Body {
      const task = yield* go(spawn, nap, 1)
      yield* on(task).link(() => called.push("first"))
      yield* on(task).link(() => {
        throw new Error("a link failed")
      })
      yield* on(task).link(() => called.push("third"))
      yield* on(task).wait()
    })
    assert.strictEqual((yield* caught(go(scope, block))).message, "a link failed")
    assert.deepStrictEqual(called, ["first", "third"])
  })

  both("X-11 a member that waits for a plain task which spawns into the same full pool", function* () {
    const pool = new GreenPool(2)
    const child = lifted(function* () {
      const task = yield* on(pool).spawn(nap, 1)
      return yield* on(task).wait()
    })
    const member = lifted(function* () {
      const task = yield* go(spawn, child)
      return yield* on(task).wait()
    })
    const members = []
    for (let i = 0; i < 5; i++) members.push(yield* on(pool).spawn(member))
    for (const task of members) assert.strictEqual(yield* on(task).wait(), 1)
    assert.deepStrictEqual([pool.running(), pool.waiting()], [0, 0])
  })

  both("X-12 no timeout fires outside of its block", function* () {
    const limit = new Timeout(2)
    const computing = lifted(function* () {
      const until = performance.now() + 4
      while (performance.now() < until);
      return "computed"
    })
    assert.strictEqual(yield* on(limit).run(computing), "computed")
    yield* go(sleep, 4)
    const escaping = lifted(function* () {
      throw new Error("out")
    })
    assert.strictEqual((yield* caught(on(limit).run(escaping))).message, "out")
    yield* go(sleep, 4)
  })

  both("X-13 waiters of queues and events are woken in the order they came", function* () {
    const queue = new LightQueue<number>()
    const event = new Event()
    const order: Array<number> = []
    const tasks = []
    for (let i = 0; i < 100; i++) {
      const waiter = lifted(function* () {
        yield* on(queue).get()
        order.push(i)
        yield* on(event).wait()
        order.push(i)
      })
      tasks.push(yield* go(spawn, waiter))
    }
    yield* go(sleep)
    for (let i = 0; i < 100; i++) yield* on(queue).put(i)
    yield* go(sleep)
    event.send()
    for (const task of tasks) yield* on(task).wait()
    const inOrder = Array.from({ length: 100 }, (_, i) => i)
    assert.deepStrictEqual(order, [...inOrder, ...inOrder])
  })

  both("X-14 equal timers fire in the order they were set", function* () {
    const order: Array<number> = []
    const tasks = []
    for (let i = 0; i < 100; i++) {
      const sleeper = lifted(function* () {
        yield* go(sleep, 3)
        order.push(i)
      })
      tasks.push(yield* go(spawn, sleeper))
    }
    for (const task of tasks) yield* on(task).wait()
    assert.deepStrictEqual(
      order,
      Array.from({ length: 100 }, (_, i) => i)
    )
  })

  both("X-15 a ring of nodes, or a key that no node has, is an error that names them", function* () {
    const node = lifted(function* (_key: string, inputs: any): Body<unknown> {
      return yield* list(inputs)
    })
    const dag = new DAGPool<string, unknown>()
    yield* on(dag).spawn("a", ["b"], node)
    yield* on(dag).spawn("b", ["c"], node)
    const ring = yield* caught(on(dag).spawn("c", ["a"], node))
    assert.deepStrictEqual([ring.code, /c → a → b → c/.test(ring.message)], ["GREENLIFT_DAG_CYCLE", true])
    const unknown = yield* caught(on(dag).waitall())
    assert.deepStrictEqual(
      [unknown.code, /key c will not come/.test(unknown.message)],
      ["GREENLIFT_DAG_UNKNOWN_KEY", true]
    )
    const many = new DAGPool<string, unknown>()
    const rings = new Map([
      ["x", ["y"]],
      ["y", ["x"]]
    ])
    assert.match((yield* caught(on(many).spawnMany(rings, node))).message, /x → y → x/)
    assert.match((yield* caught(on(many).spawnMany(new Map([["x", ["z"]]]), node))).message, /key z/)
    for (const key of ["a", "b"]) yield* on(dag).kill(key)
  })

  both("X-16 what is not out cannot be put back", function* () {
    const pool = new Pool({ create: () => ({}) })
    const item = yield* on(pool).get()
    yield* on(pool).put(item)
    for (const foreign of [item, {}]) {
      assert.strictEqual((yield* caught(on(pool).put(foreign))).code, "GREENLIFT_POOL_ITEM")
    }
    assert.strictEqual(pool.free(), 4)
  })

  both("X-17 growing a resource pool serves its waiters", function* () {
    let made = 0
    const pool = new Pool({ max: 1, create: () => ++made })
    yield* on(pool).get()
    const getting = lifted(() => on(pool).get())
    const tasks = [yield* go(spawn, getting), yield* go(spawn, getting)]
    yield* go(sleep)
    assert.strictEqual(pool.waiting(), 2)
    pool.resize(3)
    assert.deepStrictEqual([yield* on(tasks[0]!).wait(), yield* on(tasks[1]!).wait()], [2, 3])
  })

  both("X-18 a spawn that runs in the spawner's slot fails through its handle", function* () {
    const pool = new GreenPool(1)
    const member = lifted(function* () {
      const task = yield* on(pool).spawn(failing, "inner")
      assert.isTrue(task.dead)
      return (yield* caught(on(task).wait())).message
    })
    const task = yield* on(pool).spawn(member)
    assert.strictEqual(yield* on(task).wait(), "inner")
  })

  both(
    "X-20 a killed task reports nothing, a failed one that is waited for neither, else its scope hears once",
    function* () {
      const quiet = lifted(function* () {
        const killed = yield* go(spawn, nap, 5000)
        const torn = yield* go(spawn, nap, 5000)
        const failed = yield* go(spawn, failing, "waited for")
        yield* go(sleep)
        yield* on(killed).kill()
        yield* on(torn).kill({ error: new Error("torn") })
        assert.strictEqual((yield* caught(on(failed).wait())).message, "waited for")
        const late = yield* go(spawn, failing, "waited for late")
        yield* go(sleep, 1)
        assert.strictEqual((yield* caught(on(late).wait())).message, "waited for late")
      })
      yield* go(scope, quiet)
      const loud = lifted(function* () {
        yield* go(spawn, failing, "unseen")
        yield* go(spawn, failing, "unseen too")
      })
      assert.strictEqual((yield* caught(go(scope, loud))).message, "unseen")
    }
  )
})
