/** Conformance 4.8: what eventlet's tests of resource pools assert. */
import { assert, describe } from "@effect/vitest"
import { Pool, sleep, spawn, TokenPool, timeout } from "../../src/green.js"
import { type Body, both, caught, go, lifted, on } from "../concurrency/run.js"

/** Hands out 1, 2, 3, … */
const ints = (options: { min?: number; max?: number; order?: "queue" | "stack" } = {}): Pool<number> => {
  let last = 0
  return new Pool({ ...options, create: () => ++last })
}

function* take<A>(pool: Pool<A>, count: number): Body<Array<A>> {
  const items: Array<A> = []
  for (let i = 0; i < count; i++) items.push(yield* on(pool).get())
  return items
}

describe("4.8 Pool", () => {
  both("P-01 items are made in order, when needed", function* () {
    assert.deepStrictEqual(yield* take(ints(), 4), [1, 2, 3, 4])
  })

  both("P-02 free falls on get and rises on put", function* () {
    const pool = ints()
    assert.strictEqual(pool.free(), 4)
    const item = yield* on(pool).get()
    assert.strictEqual(pool.free(), 3)
    yield* on(pool).put(item)
    assert.strictEqual(pool.free(), 4)
  })

  both("P-03 who waits gets the item that is next put back", function* () {
    const pool = ints()
    const [first] = yield* take(pool, 4)
    const getting = lifted(() => on(pool).get())
    const task = yield* go(spawn, getting)
    yield* go(sleep)
    assert.isFalse(task.dead)
    yield* on(pool).put(first)
    assert.strictEqual(yield* on(task).wait(), first)
  })

  both("P-04 waiting counts who waits", function* () {
    const pool = ints()
    const fifth = lifted(function* () {
      yield* take(pool, 5)
      assert.fail("it went on")
    })
    assert.strictEqual(pool.waiting(), 0)
    const task = yield* go(spawn, fifth)
    yield* go(sleep)
    assert.strictEqual(pool.waiting(), 1)
    yield* on(task).kill()
    assert.strictEqual(pool.waiting(), 0)
  })

  both("P-05 items are used again, the first put back first", function* () {
    const pool = ints()
    const items = yield* take(pool, 4)
    for (const item of items) yield* on(pool).put(item)
    assert.deepStrictEqual(yield* take(pool, 4), items)
  })

  both("P-06 more rounds than items, with putters beside", function* () {
    const pool = ints()
    const putting = lifted((item: number) => on(pool).put(item))
    for (let i = 0; i < 5; i++) {
      const item = yield* on(pool).get()
      yield* go(spawn, putting, item)
    }
    yield* go(sleep)
    assert.strictEqual(pool.free(), 4)
  })

  both("P-07 what is too many after a shrink is dropped", function* () {
    const destroyed: Array<number> = []
    let last = 0
    const destroy = lifted(function* (item: number) {
      yield* go(sleep)
      destroyed.push(item)
    })
    const pool = new Pool({ create: () => ++last, destroy })
    const items = yield* take(pool, 4)
    pool.resize(2)
    for (const item of items) yield* on(pool).put(item)
    assert.deepStrictEqual([pool.free(), destroyed], [2, [1, 2]])
    pool.resize(4)
    assert.strictEqual(pool.free(), 4)
    assert.deepStrictEqual(yield* take(pool, 4), [3, 4, 5, 6])
  })

  both("P-08 a hundred tasks make no more than there can be", function* () {
    let made = 0
    const create = lifted(function* () {
      made++
      yield* go(sleep, 1)
      return made
    })
    const pool = new Pool({ create })
    const hold = lifted(function* () {
      yield* go(sleep)
    })
    const use = lifted(() => on(pool).use(hold))
    const tasks = []
    for (let i = 0; i < 100; i++) tasks.push(yield* go(spawn, use))
    for (const task of tasks) yield* on(task).wait()
    assert.strictEqual(made, 4)
  })

  both("P-09 a put while five getters give up keeps its item", function* () {
    const pool = new TokenPool({ max: 1 })
    const token = yield* on(pool).get()
    const getting = lifted(() => on(pool).get())
    const impatient = lifted(() => caught(go(timeout<any>, 1, getting)))
    const tasks = []
    for (let i = 0; i < 5; i++) tasks.push(yield* go(spawn, impatient))
    for (const task of tasks) assert.isTrue((yield* on(task).wait()).isTimeout)
    yield* on(pool).put(token)
    assert.strictEqual(pool.free(), 1)
  })

  both("P-10 a pool that cannot make items says so on get", function* () {
    const pool = new Pool()
    assert.strictEqual((yield* caught(on(pool).get())).code, "GREENLIFT_POOL_NO_CREATE")
  })

  both("P-11 the least number is made beforehand, and used first", function* () {
    let made = 0
    const pool = new Pool({ min: 2, max: 4, create: () => ++made })
    assert.strictEqual(yield* on(pool).get(), 1)
    assert.strictEqual(made, 2)
    assert.deepStrictEqual(yield* take(pool, 3), [2, 3, 4])
  })

  both("P-12 as a stack, the last put back first", function* () {
    const pool = ints({ order: "stack" })
    for (const item of yield* take(pool, 4)) yield* on(pool).put(item)
    assert.deepStrictEqual(yield* take(pool, 4), [4, 3, 2, 1])
  })

  both("P-13 an error of create goes to the getter, and leaks no slot", function* () {
    const create = lifted(function* () {
      yield* go(sleep)
      throw new Error("cannot make one")
    })
    const pool = new Pool({ max: 1, create })
    for (let i = 0; i < 3; i++) {
      assert.strictEqual((yield* caught(on(pool).get())).message, "cannot make one")
      assert.strictEqual(pool.free(), 1)
    }
  })
})
