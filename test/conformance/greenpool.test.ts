/** Conformance 4.1: what eventlet's tests of GreenPool and GreenPile assert. */
import { assert, describe, it } from "@effect/vitest"
import { Event, GreenPile, GreenPool, sleep, spawn, spawnAfterLocal, TokenPool, timeout } from "../../src/green.js"
import { type Body, both, caught, go, lifted, list, on } from "../concurrency/run.js"
import { random } from "./random.js"

const range = (n: number): Array<number> => Array.from({ length: n }, (_, i) => i)

const pass = lifted(function* (value: number) {
  yield* go(sleep)
  return value
})

/** Some jobs on a pile, with random delays, one in five failing. */
function* produce(pile: GreenPile<number>, jobs: number, next: () => number): Body {
  const job = lifted(function* (i: number) {
    yield* go(sleep, next() < 0.5 ? 0 : next() * 3)
    if (i % 5 === 3) throw new Error(`failed ${i}`)
    return i
  })
  for (let i = 0; i < jobs; i++) {
    yield* on(pile).spawn(job, i)
    if (next() < 0.3) yield* go(sleep)
  }
}

function* drainInOrder(pile: GreenPile<number>, jobs: number): Body {
  for (let i = 0; i < jobs; i++) {
    if (i % 5 === 3) assert.strictEqual((yield* caught(on(pile).next())).message, `failed ${i}`)
    else assert.deepStrictEqual(yield* on(pile).next(), { done: false, value: i })
  }
  assert.isTrue((yield* on(pile).next()).done)
}

const ordering = (concurrency: number) =>
  function* (): Body {
    const pool = new GreenPool(concurrency)
    const piles = range(3).map(() => new GreenPile<number>(pool))
    const producers = []
    for (const [i, pile] of piles.entries()) {
      const producer = lifted(() => produce(pile, 1000, random(i)))
      producers.push(yield* go(spawn, producer))
    }
    for (const producer of producers) yield* on(producer).wait()
    for (const pile of piles) yield* drainInOrder(pile, 1000)
    assert.strictEqual(pool.running(), 0)
  }

const imapOrdered = (concurrency: number) =>
  function* (): Body {
    const pool = new GreenPool(concurrency)
    const next = random(concurrency)
    let taken = 0
    let given = 0
    let kept = 0
    const input = function* () {
      for (; taken < 1000; taken++) yield taken
    }
    const job = lifted(function* (i: number) {
      yield* go(sleep, next() * 2)
      return i
    })
    const results = pool.imap(job, input())
    for (; ; given++) {
      const result = yield* on(results).next()
      if (result.done) break
      assert.strictEqual(result.value, given)
      kept = Math.max(kept, taken - given)
    }
    assert.strictEqual(given, 1000)
    assert.isAtMost(kept, concurrency + 1)
  }

describe("4.1 GreenPool", () => {
  both("GP-01 each handle gives its own result", function* () {
    const pool = new GreenPool(4)
    const tasks = []
    for (const i of range(10)) tasks.push(yield* on(pool).spawn(pass, i))
    for (const i of range(10)) assert.strictEqual(yield* on(tasks[i]!).wait(), i)
  })

  both("GP-02 jobs of equal length finish in spawn order", function* () {
    const pool = new GreenPool(4)
    const finished: Array<number> = []
    const job = lifted(function* (i: number) {
      yield* go(sleep)
      finished.push(i)
    })
    for (const i of range(10)) yield* on(pool).spawnN(job, i)
    yield* on(pool).waitall()
    assert.deepStrictEqual(finished, range(10))
  })

  both("GP-03 waiting counts blocked spawners", function* () {
    const pool = new GreenPool(1)
    const gate = new Event()
    const job = lifted(() => on(gate).wait())
    const spawner = lifted(function* () {
      yield* on(pool).spawn(job)
    })
    const spawners = []
    for (const waiting of [0, 1, 2]) {
      spawners.push(yield* go(spawn, spawner))
      yield* go(sleep)
      assert.deepStrictEqual([pool.running(), pool.waiting()], [1, waiting])
    }
    gate.send()
    for (const task of spawners) yield* on(task).wait()
    yield* on(pool).waitall()
    assert.deepStrictEqual([pool.running(), pool.waiting(), pool.free()], [0, 0, 1])
  })

  both("GP-04 two members interleave at an event", function* () {
    const pool = new GreenPool(2)
    const event = new Event<string>()
    const order: Array<string> = []
    const consumer = lifted(function* () {
      order.push("consumer starts")
      order.push(yield* on(event).wait())
    })
    const producer = lifted(function* () {
      order.push("producer runs")
      event.send("consumer resumes")
    })
    yield* on(pool).spawn(consumer)
    yield* on(pool).spawn(producer)
    yield* on(pool).waitall()
    assert.deepStrictEqual(order, ["consumer starts", "producer runs", "consumer resumes"])
  })

  both("GP-05 a member's local timer does not fire once the member has ended", function* () {
    const pool = new GreenPool(2)
    let fired = false
    const job = lifted(function* () {
      yield* go(spawnAfterLocal, 2, () => {
        fired = true
      })
    })
    yield* on(pool).spawn(job)
    yield* on(pool).waitall()
    yield* go(sleep, 5)
    assert.isFalse(fired)
  })

  both("GP-06 a member of a full pool may spawn into it", function* () {
    const pool = new GreenPool(1)
    const fireAndForget: Array<number> = []
    const note = lifted(function* (value: number) {
      yield* go(sleep)
      fireAndForget.push(value)
    })
    const reenter = lifted(function* () {
      const task = yield* on(pool).spawn(pass, 42)
      yield* on(pool).spawnN(note, 7)
      return yield* on(task).wait()
    })
    const outer = yield* on(pool).spawn(reenter)
    assert.strictEqual(yield* on(outer).wait(), 42)
    assert.deepStrictEqual(fireAndForget, [7])
    assert.strictEqual(pool.free(), 1)
  })

  both("GP-07 resize", function* () {
    const pool = new GreenPool(2)
    let gate = new Event()
    const job = lifted(() => on(gate).wait())
    const blocks = lifted(function* () {
      yield* on(pool).spawnN(job)
    })
    yield* on(pool).spawnN(job)
    yield* on(pool).spawnN(job)
    assert.deepStrictEqual([pool.free(), pool.running()], [0, 2])
    pool.resize(1)
    assert.strictEqual(pool.free(), -1)
    gate.send()
    yield* on(pool).waitall()
    assert.deepStrictEqual([pool.free(), pool.running()], [1, 0])
    gate = new Event()
    yield* on(pool).spawnN(job)
    const blocked = yield* go(spawn, blocks)
    yield* go(sleep)
    assert.deepStrictEqual([pool.running(), pool.waiting(), blocked.dead], [1, 1, false])
    pool.resize(2)
    yield* on(blocked).wait()
    assert.deepStrictEqual([pool.free(), pool.running()], [0, 2])
    const again = yield* go(spawn, blocks)
    yield* go(sleep)
    assert.isFalse(again.dead)
    gate.send()
    yield* on(again).wait()
    yield* on(pool).waitall()
  })

  both("GP-08 a member that times out waiting for a token harms neither pool", function* () {
    const pool = new GreenPool(1)
    const tokens = new TokenPool({ max: 1 })
    const token = yield* on(tokens).get()
    const impatient = lifted(function* () {
      return yield* go(
        timeout<any, any>,
        2,
        lifted(() => on(tokens).get()),
        () => "gave up"
      )
    })
    const task = yield* on(pool).spawn(impatient)
    assert.strictEqual(yield* on(task).wait(), "gave up")
    assert.deepStrictEqual([pool.free(), tokens.waiting()], [1, 0])
    const next = yield* on(pool).spawn(pass, 1)
    assert.strictEqual(yield* on(next).wait(), 1)
    yield* on(tokens).put(token)
    assert.strictEqual(yield* on(tokens).get(), token)
  })

  both("GP-09 free falls at spawn, jobs start when the caller yields", function* () {
    const pool = new GreenPool(2)
    const ran: Array<number> = []
    const job = lifted(function* (i: number) {
      ran.push(i)
      yield* go(sleep)
    })
    yield* on(pool).spawnN(job, 0)
    assert.strictEqual(pool.free(), 1)
    yield* on(pool).spawnN(job, 1)
    assert.strictEqual(pool.free(), 0)
    assert.deepStrictEqual(ran, [])
    yield* on(pool).spawnN(job, 2)
    assert.deepStrictEqual(ran.slice(0, 2), [0, 1])
    yield* on(pool).waitall()
    assert.deepStrictEqual(ran, [0, 1, 2])
  })

  both("GP-10 failing members give their slots back", function* () {
    const pool = new GreenPool(5)
    const fails = lifted(function* () {
      yield* go(sleep)
      throw new Error("failed")
    })
    for (const method of ["spawn", "spawnN"] as const) {
      yield* on(pool)[method](fails)
      assert.strictEqual(pool.free(), 4)
      yield* on(pool).waitall({ fail: false })
      assert.strictEqual(pool.free(), 5)
      assert.strictEqual(pool.failures.length, 1)
      const victim = yield* on(pool).spawn(pass, 1)
      assert.strictEqual(pool.free(), 4)
      yield* on(victim).kill()
      yield* on(pool).waitall()
      assert.strictEqual(pool.free(), 5)
    }
  })

  both("GP-11 imap gives results in input order", function* () {
    const job = lifted(function* (i: number) {
      yield* go(sleep, 10 - i)
      return i
    })
    assert.deepStrictEqual(yield* list(new GreenPool(4).imap(job, range(10))), range(10))
  })

  both("GP-12 imap over nothing ends at once", function* () {
    assert.deepStrictEqual(yield* on(new GreenPool(4).imap(pass, [])).next(), { done: true, value: undefined })
  })

  both("GP-14 several inputs are zipped to arguments", function* () {
    const add = lifted(function* (a: number, b: number) {
      yield* go(sleep)
      return a + b
    })
    assert.deepStrictEqual(yield* list(new GreenPool(4).imap(add, range(10), [10, 20, 30])), [10, 21, 32])
    assert.deepStrictEqual(yield* list(new GreenPool(4).imap(null, [1, 2], ["a", "b"])), [
      [1, "a"],
      [2, "b"]
    ])
  })

  both("GP-15 errors stand in their place", function* () {
    const job = lifted(function* (i: number) {
      yield* go(sleep)
      if (i === 1 || i === 7) throw new Error(`item ${i}`)
      return i
    })
    const results = new GreenPool(4).imap(job, range(10))
    const seen: Array<unknown> = []
    for (const i of range(10)) {
      const bad = i === 1 || i === 7
      seen.push(bad ? (yield* caught(on(results).next())).message : (yield* on(results).next()).value)
    }
    assert.deepStrictEqual(seen, [0, "item 1", 2, 3, 4, 5, 6, "item 7", 8, 9])
    assert.isTrue((yield* on(results).next()).done)
  })

  both("GP-16 starmap takes lists of arguments", function* () {
    const power = lifted(function* (a: number, b: number) {
      yield* go(sleep, 3 - a)
      return a ** b
    })
    const results = new GreenPool(4).starmap(power, [
      [1, 2],
      [2, 3],
      [3, 4]
    ])
    assert.deepStrictEqual(yield* list(results), [1, 8, 81])
  })

  both("GP-17 waitall on nothing returns at once", function* () {
    yield* on(new GreenPool(4)).waitall()
  })

  both("GP-18 waitall from a member is an error", function* () {
    const pool = new GreenPool(4)
    const member = lifted(() => caught(on(pool).waitall()))
    const task = yield* on(pool).spawn(member)
    assert.strictEqual((yield* on(task).wait()).code, "GREENLIFT_WAITALL_FROM_MEMBER")
  })

  both("GP-19 a pile gives results in spawn order", function* () {
    const pile = new GreenPile<number>(4)
    const job = lifted(function* (i: number) {
      yield* go(sleep, 10 - i)
      return i
    })
    for (const i of range(10)) yield* on(pile).spawn(job, i)
    assert.deepStrictEqual(yield* list(pile), range(10))
  })

  both("GP-20 a spawn that times out registers nothing", function* () {
    const pile = new GreenPile<number>(4)
    const gate = new Event()
    const job = lifted(function* (i: number) {
      yield* on(gate).wait()
      return i
    })
    for (const i of range(4)) yield* on(pile).spawn(job, i)
    const tooMany = lifted(() => on(pile).spawn(job, 99))
    assert.isTrue((yield* caught(go(timeout<any>, 2, tooMany))).isTimeout)
    gate.send()
    yield* on(pile).spawn(job, 4)
    assert.deepStrictEqual(yield* list(pile), range(5))
    yield* on(pile).spawn(job, 5)
    assert.deepStrictEqual(yield* list(pile), [5])
  })

  both("GP-21 an empty pile ends at once", function* () {
    assert.deepStrictEqual(yield* list(new GreenPile(4)), [])
  })

  both("GP-22 two piles on one pool give their own results", function* () {
    const pool = new GreenPool(4)
    const [a, b] = [new GreenPile<number>(pool), new GreenPile<number>(pool)]
    for (const i of range(10)) {
      yield* on(a).spawn(pass, i)
      yield* on(b).spawn(pass, 100 + i)
    }
    assert.deepStrictEqual(
      yield* list(b),
      range(10).map((i) => 100 + i)
    )
    assert.deepStrictEqual(yield* list(a), range(10))
  })

  it("GP-23 the size is checked", () => {
    for (const size of [0, 1, 1e3]) assert.strictEqual(new GreenPool(size).size, size)
    assert.throws(() => new GreenPool("foo" as any), TypeError)
    assert.throws(() => new GreenPool(-1), RangeError)
  })

  both("GP-24 order under random delays and failures, 5 at a time", ordering(5))

  both("GP-25 order under random delays and failures, 50 at a time", ordering(50))

  both("GP-26 imap over 1000 items, 50 at a time, holds no more than it must", imapOrdered(50))

  both("GP-27 imap over 1000 items, 500 at a time, holds no more than it must", imapOrdered(500))

  both("GP-28 a pool of tasks larger than the pool of resources they use", function* () {
    for (const resources of range(4).map((i) => i + 1)) {
      for (const size of range(5).map((i) => i + 1)) {
        const ints = new TokenPool({ max: resources })
        const pool = new GreenPool(size)
        let done = 0
        const use = lifted(function* () {
          yield* go(sleep)
          done++
        })
        const job = lifted(() => on(ints).use(use))
        for (let i = 0; i < 10; i++) yield* on(pool).spawnN(job)
        yield* on(pool).waitall()
        assert.deepStrictEqual([done, ints.free()], [10, resources])
      }
    }
  })
})
