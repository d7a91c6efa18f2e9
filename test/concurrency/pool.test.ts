import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Event, GreenPool, sleep, spawn } from "../../src/green.js"
import { caught, go, green, lifted, on } from "./run.js"

const nap = lifted(function* (ms: number) {
  yield* go(sleep, ms)
  return ms
})

const failing = lifted(function* (message: string) {
  yield* go(sleep, 1)
  throw new Error(message)
})

describe("GreenPool", () => {
  it.live("runs as many as it has slots, in spawn order", () =>
    green(function* () {
      const pool = new GreenPool(3)
      const started: Array<number> = []
      let peak = 0
      const job = lifted(function* (i: number) {
        started.push(i)
        peak = Math.max(peak, pool.running())
        yield* go(sleep, 2)
        return i * 2
      })
      const tasks = []
      for (let i = 0; i < 10; i++) tasks.push(yield* on(pool).spawn(job, i))
      yield* on(pool).waitall()
      assert.deepStrictEqual(started, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
      assert.strictEqual(peak, 3)
      assert.deepStrictEqual(
        tasks.map((task) => task.result()),
        [0, 2, 4, 6, 8, 10, 12, 14, 16, 18]
      )
      assert.deepStrictEqual([pool.running(), pool.free(), pool.waiting()], [0, 3, 0])
    })
  )

  it.live("throws the first failure that nobody consumed, and keeps the others", () =>
    green(function* () {
      const pool = new GreenPool(3)
      const consumed = yield* on(pool).spawn(failing, "consumed")
      yield* on(pool).spawnN(failing, "first")
      yield* on(pool).spawnN(failing, "second")
      const error = yield* caught(on(consumed).wait())
      assert.strictEqual(error.message, "consumed")
      assert.strictEqual((yield* caught(on(pool).waitall())).message, "first")
      assert.deepStrictEqual(
        pool.failures.map((failure) => (failure as Error).message),
        ["second"]
      )
      yield* on(pool).waitall()
    })
  )

  it.live("lets a failure that nobody waits for reach the run", () =>
    Effect.gen(function* () {
      const exit = yield* Effect.flip(
        green(function* () {
          const pool = new GreenPool(3)
          yield* on(pool).spawnN(failing, "unseen")
        })
      )
      assert.strictEqual((exit as Error).message, "unseen")
    })
  )

  it.live("runs the function in the member's own slot when a member spawns into the full pool", () =>
    green(function* () {
      const pool = new GreenPool(1)
      const outer = lifted(function* () {
        const inner = yield* on(pool).spawn(nap, 1)
        assert.isTrue(inner.dead)
        return yield* on(inner).wait()
      })
      const task = yield* on(pool).spawn(outer)
      assert.strictEqual(yield* on(task).wait(), 1)
    })
  )

  it.live("runs it likewise for a task that the only member waits for", () =>
    green(function* () {
      const pool = new GreenPool(1)
      const child = lifted(function* () {
        const inner = yield* on(pool).spawn(nap, 1)
        return yield* on(inner).wait()
      })
      const early = lifted(function* () {
        const task = yield* go(spawn, child)
        return yield* on(task).wait()
      })
      const late = lifted(function* () {
        const task = yield* go(spawn, child)
        yield* go(sleep, 3)
        return yield* on(task).wait()
      })
      for (const member of [early, late]) {
        const task = yield* on(pool).spawn(member)
        assert.strictEqual(yield* on(task).wait(), 1)
      }
    })
  )

  it.live("wakes blocked spawners when it grows", () =>
    green(function* () {
      const pool = new GreenPool(1)
      const gate = new Event()
      const waiting = lifted(() => on(gate).wait())
      yield* on(pool).spawn(waiting)
      const spawner = yield* go(
        spawn,
        lifted(function* () {
          yield* on(pool).spawnN(waiting)
        })
      )
      yield* go(sleep, 1)
      assert.strictEqual(pool.waiting(), 1)
      pool.resize(2)
      yield* on(spawner).wait()
      assert.deepStrictEqual([pool.running(), pool.waiting()], [2, 0])
      gate.send()
      yield* on(pool).waitall()
    })
  )

  it("runs one at a time where nothing is lifted", () => {
    const pool = new GreenPool(2)
    const seen: Array<number> = []
    for (let i = 0; i < 3; i++) {
      pool.spawnN(() => {
        assert.strictEqual(pool.running(), 1)
        seen.push(i)
      })
    }
    assert.deepStrictEqual(seen, [0, 1, 2])
    pool.waitall()
    pool.spawnN(() => {
      throw new Error("first")
    })
    pool.spawn(() => {
      throw new Error("second")
    })
    assert.throws(() => pool.waitall(), "first")
    assert.strictEqual(pool.failures.length, 1)
  })

  it("calls the method of its first argument on it", () => {
    const account = {
      id: 7,
      update(by: number) {
        this.id += by
        return this.id
      }
    }
    const pool = new GreenPool(2)
    assert.strictEqual(pool.spawn(account.update, account, 3).wait(), 10)
  })

  it("checks its arguments", () => {
    assert.throws(() => new GreenPool("4" as any), TypeError)
    assert.throws(() => new GreenPool(-1), RangeError)
    assert.throws(() => new GreenPool(1).spawn(undefined as any), TypeError)
    assert.throws(() => new GreenPool(0).spawn(() => 1), /size 0/)
  })
})
