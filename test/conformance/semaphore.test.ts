/** Conformance 4.4: what eventlet's tests of semaphores assert. */
import { assert, describe, it } from "@effect/vitest"
import { CappedSemaphore, Semaphore, sleep, spawn } from "../../src/green.js"
import { both, caught, go, lifted, on } from "../concurrency/run.js"

describe("4.4 Semaphore", () => {
  both("S-01 a capped semaphore waits at both ends", function* () {
    const semaphore = new CappedSemaphore(2, 3)
    const release = lifted(() => on(semaphore).release())
    const acquire = lifted(() => on(semaphore).acquire())
    assert.isTrue(yield* on(semaphore).acquire())
    assert.isTrue(yield* on(semaphore).acquire())
    const releaser = yield* go(spawn, release)
    assert.isTrue(yield* on(semaphore).acquire())
    yield* on(releaser).wait()
    assert.deepStrictEqual([semaphore.balance, semaphore.locked], [-3, true])
    for (let i = 0; i < 3; i++) yield* on(semaphore).release()
    assert.deepStrictEqual([semaphore.balance, semaphore.bounded], [3, true])
    const fourth = yield* go(spawn, release)
    yield* go(sleep)
    assert.isFalse(fourth.dead)
    const acquirer = yield* go(spawn, acquire)
    yield* on(fourth).wait()
    yield* on(acquirer).wait()
    assert.strictEqual(semaphore.balance, 3)
  })

  both("S-02 with limit 0 release and acquire meet", function* () {
    const semaphore = new CappedSemaphore(0, 0)
    const releaser = yield* go(
      spawn,
      lifted(() => on(semaphore).release())
    )
    yield* go(sleep)
    assert.isFalse(releaser.dead)
    assert.isTrue(yield* on(semaphore).acquire())
    assert.isTrue(yield* on(releaser).wait())
  })

  both("S-03 acquire without waiting", function* () {
    assert.isFalse(yield* on(new Semaphore(0)).acquire({ block: false }))
    assert.isTrue(yield* on(new Semaphore(1)).acquire({ block: false }))
  })

  both("S-04 acquire with a timeout", function* () {
    const semaphore = new Semaphore(0)
    assert.isFalse(yield* on(semaphore).acquire({ timeout: 1 }))
    assert.strictEqual(semaphore.balance, 0)
  })

  both("S-05 not both a timeout and no waiting", function* () {
    const error = yield* caught(on(new Semaphore(0)).acquire({ block: false, timeout: 1 }))
    assert.strictEqual(error.code, "GREENLIFT_ARGUMENT_VALUE")
  })

  both("S-06 two tasks that loop take turns", function* () {
    const semaphore = new Semaphore(1)
    const turns: Array<string> = []
    const loop = lifted(function* (name: string) {
      for (let i = 0; i < 50; i++) {
        yield* on(semaphore).acquire()
        turns.push(name)
        yield* go(sleep)
        semaphore.release()
      }
    })
    const tasks = [yield* go(spawn, loop, "a"), yield* go(spawn, loop, "b")]
    for (const task of tasks) yield* on(task).wait()
    assert.strictEqual(turns.join(""), "ab".repeat(50))
  })

  it("S-07 the number of permits is checked", () => {
    for (const permits of [0, 1, 1e2]) assert.strictEqual(new Semaphore(permits).balance, permits)
    assert.throws(() => new Semaphore("foo" as any), TypeError)
    assert.throws(() => new Semaphore(-1), RangeError)
  })
})
