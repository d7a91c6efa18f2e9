/** Conformance 4.15: what gevent's tests of pools and groups assert, for pools of several sizes. */
import { assert, describe, it } from "@effect/vitest"
import { Event, GreenPool, Group, sleep, spawn, type Task } from "../../src/green.js"
import { type Body, both, caught, go, greenOnly, lifted, list, on, until } from "../concurrency/run.js"
import { random } from "./random.js"

const nap = lifted(function* nap(ms: number): Body<number> {
  yield* go(sleep, ms)
  return ms
})

const failing = lifted(function* failing(message: string): Body {
  yield* go(sleep)
  throw new Error(message)
})

const sizes = [1, 2, 3, 10, 1000]

describe.each(sizes)("test__pool.py, size %i", (size) => {
  both(
    "VP-01, VP-02, VP-03, VP-13 and VP-15 apply gives the result or the error of a call with its arguments",
    function* () {
      const pool = new GreenPool(size)
      const ran: Array<number> = []
      yield* on(pool).spawnN((n: number) => ran.push(n), 1)
      const sum = lifted(function* (a: number, { b }: { b: number }): Body<number> {
        yield* go(sleep)
        return a + b
      })
      assert.strictEqual(yield* on(pool).apply(sum, 1, { b: 2 }), 3)
      assert.strictEqual((yield* caught(on(pool).apply(failing, "applied"))).message, "applied")
      yield* on(pool).waitall()
      assert.deepStrictEqual([ran, pool.running()], [[1], 0])
    }
  )

  both("VP-04 members interleave at an event", function* () {
    const pool = new GreenPool(Math.max(size, 2))
    const event = new Event<string>()
    const order: Array<string> = []
    const consumer = lifted(function* (): Body {
      order.push("consumer waits")
      order.push(yield* on(event).wait())
    })
    yield* on(pool).spawn(consumer)
    yield* on(pool).spawn(() => {
      order.push("producer sends")
      event.send("consumer goes on")
    })
    yield* on(pool).waitall()
    assert.deepStrictEqual(order, ["consumer waits", "producer sends", "consumer goes on"])
  })

  both("VP-16 map gives results in order, however many", function* () {
    const pool = new GreenPool(size)
    const later = lifted(function* (n: number): Body<number> {
      yield* go(sleep, n % 3 === 0 ? 1 : 0)
      return n * n
    })
    for (const many of [10, 100]) {
      const items = Array.from({ length: many }, (_, i) => i)
      assert.deepStrictEqual(
        yield* on(pool).map(later, items),
        items.map((n) => n * n)
      )
    }
  })

  both("VP-17, VP-18 and VP-19 a handle gives its result later; one who gives up harms nothing", function* () {
    const pool = new GreenPool(size)
    const gate = new Event<string>()
    const called: Array<string> = []
    const task: Task<any> = yield* on(pool).spawn(lifted(() => on(gate).wait()))
    yield* on(task).link((ended: Task<string>) => called.push(ended.result()))
    const impatient = yield* go(
      spawn,
      lifted(() => on(task).wait())
    )
    yield* go(sleep)
    yield* on(impatient).kill()
    gate.send("through")
    assert.strictEqual(yield* on(task).wait(), "through")
    yield* go(sleep)
    assert.deepStrictEqual(called, ["through"])
    yield* on(pool).waitall()
  })

  both("VP-20 to VP-25 imap keeps the order, imapUnordered loses none, twice in a row", function* () {
    const pool = new GreenPool(size)
    const next = random(size)
    const items = Array.from({ length: 100 }, (_, i) => i)
    const job = lifted(function* (i: number): Body<number> {
      yield* go(sleep, next() < 0.2 ? 1 : 0)
      return i
    })
    const ordered = pool.imap(job, items)
    assert.deepStrictEqual(yield* list(ordered), items)
    assert.isTrue((yield* on(ordered).next()).done)
    for (let i = 0; i < 2; i++) {
      const unordered = yield* list(pool.imapUnordered(job, items))
      assert.deepStrictEqual(
        unordered.toSorted((a, b) => a - b),
        items
      )
    }
  })

  both("VP-26 to VP-28 nothing comes of nothing", function* () {
    const pool = new GreenPool(size)
    assert.deepStrictEqual(yield* list(pool.imapUnordered(nap, [])), [])
    assert.deepStrictEqual(yield* list(pool.imap(nap, [])), [])
    assert.deepStrictEqual(yield* on(pool).map(nap, []), [])
  })

  both("VP-29 kill stops what a map has begun", function* () {
    const pool = new GreenPool(size)
    const mapping = yield* go(
      spawn,
      lifted(() => on(pool).map(nap, Array(2 * size).fill(60_000)))
    )
    yield* until(() => pool.full)
    yield* on(pool).kill()
    assert.match((yield* caught(on(mapping).wait())).code, /KILLED/)
    assert.strictEqual(pool.running(), 0)
  })

  both("VP-30 unordered results come as they are ready, in order where one runs at a time", function* () {
    const gates = new Map([10, 1, 2].map((n) => [n, new Event()]))
    const job = lifted(function* (n: number): Body<number> {
      yield* on(gates.get(n)!).wait()
      return n
    })
    const results = new GreenPool(size).imapUnordered(job, [10, 1, 2])
    const seen: Array<number> = []
    for (const n of size >= 3 ? [1, 2, 10] : size === 1 ? [10, 1, 2] : [1, 10, 2]) {
      gates.get(n)!.send()
      seen.push((yield* on(results).next()).value)
      assert.strictEqual(seen.at(-1), n)
    }
    assert.isTrue((yield* on(results).next()).done)
  })

  both("VP-31 to VP-34 an input that waits, also before its end, is drained", function* () {
    const input = () => {
      let n = 0
      const next = lifted(function* (): Body<IteratorResult<number>> {
        yield* go(sleep, 1)
        return ++n <= 3 ? { done: false, value: n } : { done: true, value: undefined }
      })
      return { [Symbol.iterator]: () => ({ next }) } as Iterable<number>
    }
    const pool = new GreenPool(size)
    assert.deepStrictEqual(yield* list(pool.imap(nap, input())), [1, 2, 3])
    assert.deepStrictEqual((yield* list(pool.imapUnordered(nap, input()))).toSorted(), [1, 2, 3])
  })

  both("VP-35 a slow reader is not run ahead of by more than the pool holds", function* () {
    const pool = new GreenPool(size)
    for (const method of ["imap", "imapUnordered"] as const) {
      let ran = 0
      const results = pool[method](() => ++ran, Array(5000).fill(0))
      for (let read = 1; read <= 20; read++) {
        yield* on(results).next()
        for (let i = 0; i < 5; i++) yield* go(sleep)
        assert.isAtMost(ran, read + size + 1)
      }
      yield* on(results).return()
    }
  })
})

describe("test__pool.py", () => {
  both("VP-05 a member of a full pool may apply in it", function* () {
    const pool = new GreenPool(1)
    const outer = lifted(function* (): Body<number> {
      return (yield* on(pool).apply(nap, 1)) + 1
    })
    assert.strictEqual(yield* on(pool).apply(outer), 2)
    assert.strictEqual(yield* on(pool).apply(nap, 0), 0)
  })

  both("VP-06 whatever a failure runs into, its slot comes free", function* () {
    const pool = new GreenPool(1)
    const task: Task<any> = yield* on(pool).spawn(failing, "once")
    const seen: Array<unknown> = []
    yield* on(task).link((ended: Task<any>) => seen.push((ended.error as Error).message))
    yield* on(pool).waitall({ fail: false })
    assert.strictEqual(yield* on(pool).apply(nap, 1), 1)
    assert.deepStrictEqual(seen, ["once"])
  })

  both("VP-07 and VP-40 the count of free slots falls at the spawn, and the spawn beyond them waits", function* () {
    const pool = new GreenPool(3)
    const gate = new Event()
    const free: Array<number> = []
    for (let i = 0; i < 3; i++) {
      yield* on(pool).spawnN(lifted(() => on(gate).wait()))
      free.push(pool.free())
    }
    const fourth = yield* go(
      spawn,
      lifted(() => on(pool).spawnN(nap, 0))
    )
    yield* go(sleep)
    assert.deepStrictEqual([free, pool.full, pool.waiting(), fourth.dead], [[2, 1, 0], true, 1, false])
    gate.send()
    yield* on(pool).waitall()
    assert.strictEqual(pool.free(), 3)
  })

  it("VP-14 a size below 0 is refused", () => {
    assert.throws(() => new GreenPool(-1), RangeError)
  })

  it("VP-36 a pool of size 0 is full", () => {
    const pool = new GreenPool(0)
    assert.deepStrictEqual([pool.full, pool.free()], [true, 0])
  })

  both(
    "VP-37 to VP-39 and VP-41 a join has its time, is not in the way of a timeout outside, and is true on nothing",
    function* () {
      const group = new Group()
      assert.isTrue(yield* on(group).join())
      const gate = new Event()
      yield* on(group).spawn(lifted(() => on(gate).wait()))
      assert.isFalse(yield* on(group).join({ timeout: 1 }))
      const joining = lifted(() => on(group).join())
      const outside = yield* go(spawn, joining)
      yield* go(sleep)
      const limit = new Error("the outer one")
      yield* on(outside).kill({ error: limit })
      assert.strictEqual(yield* caught(on(outside).wait()), limit)
      gate.send()
      assert.deepStrictEqual([yield* on(group).join(), group.size], [true, 0])
    }
  )

  both("VP-42 an input that fails makes map and imapUnordered fail", function* () {
    const input = function* () {
      yield 1
      throw new Error("the input")
    }
    const pool = new GreenPool(2)
    assert.strictEqual((yield* caught(on(pool).map(nap, input()))).message, "the input")
    assert.strictEqual((yield* caught(list(pool.imapUnordered(nap, input())))).message, "the input")
    yield* on(pool).waitall()
  })

  both("VP-43 and VP-44 map throws the first error, imap throws it in its place and goes on", function* () {
    const pool = new GreenPool(2)
    const job = lifted(function* (n: number): Body<number> {
      yield* go(sleep, n)
      if (n === 2) throw new Error("two")
      return n
    })
    assert.strictEqual((yield* caught(on(pool).map(job, [1, 2, 3]))).message, "two")
    for (const method of ["imap", "imapUnordered"] as const) {
      const results = pool[method](job, [1, 2, 3])
      assert.strictEqual((yield* on(results).next()).value, 1)
      assert.strictEqual((yield* caught(on(results).next())).message, "two")
      assert.strictEqual((yield* on(results).next()).value, 3)
      assert.isTrue((yield* on(results).next()).done)
    }
  })
})

describe("test__greenletset.py", () => {
  both("VS-01 and VS-02 a group shrinks as its members end, and is joined when the slowest has", function* () {
    const group = new Group()
    const gates = [new Event(), new Event()] as const
    for (const gate of gates) yield* on(group).spawn(lifted(() => on(gate).wait()))
    const joining = yield* go(
      spawn,
      lifted(() => on(group).join())
    )
    const lengths = [group.size]
    for (const gate of gates) {
      assert.isFalse(joining.dead)
      gate.send()
      for (let i = 0; i < 5; i++) yield* go(sleep)
      lengths.push(group.size)
    }
    assert.deepStrictEqual([lengths, joining.dead], [[2, 1, 0], true])
  })

  both("VS-03 and VS-04 kill returns when all are dead, or at once", function* () {
    const group = new Group()
    yield* on(group).spawn(nap, 60_000)
    yield* on(group).spawn(nap, 60_000)
    yield* go(sleep)
    yield* on(group).kill({ wait: false })
    assert.strictEqual(group.size, 2)
    yield* on(group).join()
    yield* on(group).spawn(nap, 60_000)
    yield* on(group).kill()
    assert.strictEqual(group.size, 0)
  })

  greenOnly(
    "VS-05 and VS-09 who catches what it is killed with stays, and the one who waits for that can give up",
    function* () {
      const group = new Group()
      const stop = new Error("stop")
      let caughtTimes = 0
      const gate = new Event()
      const stubborn = lifted(function* (): Body {
        try {
          yield* go(sleep, 60_000)
        } catch {
          caughtTimes++
        }
        yield* on(gate).wait()
      })
      yield* on(group).spawn(stubborn)
      yield* go(sleep)
      const killing = yield* go(
        spawn,
        lifted(() => on(group).kill({ error: stop }))
      )
      for (let i = 0; i < 5; i++) yield* go(sleep)
      assert.deepStrictEqual([caughtTimes, group.size, killing.dead], [1, 1, false])
      yield* on(killing).kill()
      gate.send()
      yield* on(group).join()
    }
  )

  both(
    "VS-06 to VS-08 any iterable of tasks is killed: those that fail, that sleep, that have not begun",
    function* () {
      const group = new Group()
      const begun: Array<Task<any>> = [yield* on(group).spawn(nap, 60_000)]
      yield* go(sleep)
      const fresh: Task<any> = yield* on(group).spawn(() => assert.fail("it ran"))
      yield* on(group).kill()
      assert.deepStrictEqual([begun[0]!.killed, fresh.killed, group.size], [true, true, 0])
    }
  )
})
