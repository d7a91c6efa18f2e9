/** Conformance 4.6: what eventlet's tests of green threads assert. */
import { assert, describe } from "@effect/vitest"
import {
  Event,
  kill,
  scope,
  sleep,
  spawn,
  spawnAfter,
  spawnAfterLocal,
  type Task,
  TaskKilled
} from "../../src/green.js"
import { type Body, both, caught, go, lifted, on, until } from "../concurrency/run.js"

/** Both ways to spawn a task that starts as soon as it can. */
const ways: ReadonlyArray<[ids: ReadonlyArray<string>, spawned: (f: any, ...args: Array<any>) => Body<Task<any>>]> = [
  [["G-01", "G-02", "G-03", "G-04", "G-05", "G-06", "G-07", "G-08"], (f, ...args) => go(spawn<any>, f, ...args)],
  [["G-09", "G-10", "G-11", "G-12", "G-13", "G-14", "G-15", "G-16"], (f, ...args) => go(spawnAfter<any>, 0, f, ...args)]
]

for (const [ids, spawned] of ways) {
  describe(`4.6 ${ids[0] === "G-01" ? "spawn" : "spawnAfter"}`, () => {
    both(`${ids[0]} wait returns the result of a function called once`, function* () {
      const calls: Array<unknown> = []
      const f = lifted(function* (a: number, options: { b: number }) {
        calls.push([a, options])
        yield* go(sleep)
        return a + options.b
      })
      const task = yield* spawned(f, 1, { b: 2 })
      assert.strictEqual(yield* on(task).wait(), 3)
      assert.strictEqual(yield* on(task).wait(), 3)
      assert.deepStrictEqual(calls, [[1, { b: 2 }]])
    })

    both(`${ids[1]} not dead when spawned, dead when it has run`, function* () {
      let ran = false
      const task = yield* spawned(() => {
        ran = true
      })
      assert.deepStrictEqual([task.dead, ran], [false, false])
      yield* go(sleep)
      yield* go(sleep)
      assert.deepStrictEqual([task.dead, ran], [true, true])
    })

    for (const [id, killing] of [
      [ids[2], (task: Task<any>) => go(kill, task)],
      [ids[3], (task: Task<any>) => on(task).kill()]
    ] as const) {
      both(`${id} killed before it starts, it never runs`, function* () {
        const task = yield* spawned(() => assert.fail("it ran"))
        yield* killing(task)
        assert.isTrue(task.dead)
        const error = yield* caught(on(task).wait())
        assert.instanceOf(error, TaskKilled)
        yield* killing(task)
        assert.strictEqual(yield* caught(on(task).wait()), error)
      })
    }

    both(`${ids[4]} killed and not waited for, it is dead and never ran`, function* () {
      const task = yield* spawned(() => assert.fail("it ran"))
      yield* on(task).kill({ wait: false })
      yield* go(sleep)
      assert.isTrue(task.dead)
    })

    both(`${ids[5]} a link gets the task and its own arguments`, function* () {
      const called: Array<unknown> = []
      const link = lifted(function* (...args: Array<unknown>) {
        yield* go(sleep)
        called.push(args)
      })
      const task = yield* spawned(() => 5)
      yield* on(task).link(link, 4, "b")
      assert.deepStrictEqual(called, [])
      yield* on(task).wait()
      yield* go(sleep)
      yield* go(sleep)
      assert.deepStrictEqual(called, [[task, 4, "b"]])
    })

    both(`${ids[6]} a link made after the end is called at once`, function* () {
      const called: Array<unknown> = []
      const task = yield* spawned(() => 5)
      yield* on(task).wait()
      const link = lifted(function* (ended: Task) {
        yield* go(sleep)
        called.push(ended)
      })
      yield* on(task).link(link)
      assert.deepStrictEqual(called, [task])
    })

    both(`${ids[7]} a link made in a link is called once`, function* () {
      let called = 0
      const inner = () => {
        called++
      }
      const link = lifted(function* (task: Task): Body {
        yield* on(task).link(inner)
      })
      const task = yield* spawned(() => 5)
      yield* on(task).link(link)
      yield* on(task).wait()
      yield* go(sleep)
      assert.strictEqual(called, 1)
    })
  })
}

const napping = lifted(function* (ms: number): Body<string> {
  yield* go(sleep, ms)
  return "rested"
})

describe("4.6 tasks", () => {
  both("G-17 a delayed task returns its result", function* () {
    const task = yield* go(spawnAfter, 2, napping, 1)
    assert.strictEqual(yield* on(task).wait(), "rested")
  })

  both("G-18 cancelled before its time, it never runs", function* () {
    const task = yield* go(spawnAfter, 5000, () => assert.fail("it ran"))
    yield* go(sleep)
    assert.isTrue(task.cancel())
    yield* go(sleep)
    assert.isTrue(task.dead)
    assert.instanceOf(yield* caught(on(task).wait()), TaskKilled)
  })

  both("G-19 cancel does nothing once it has started", function* () {
    const gate = new Event<string>()
    let started = false
    const waiting = lifted(function* () {
      started = true
      return yield* on(gate).wait()
    })
    const task = yield* go(spawnAfter, 1, waiting)
    yield* until(() => started)
    assert.isFalse(task.cancel())
    gate.send("rested")
    assert.strictEqual(yield* on(task).wait(), "rested")
    assert.isFalse(task.cancel())
  })

  both("G-20 kill stops it at its wait", function* () {
    const task = yield* go(spawn, napping, 5000)
    yield* go(sleep)
    yield* on(task).kill()
    assert.instanceOf(yield* caught(on(task).wait()), TaskKilled)
  })

  both("G-21 a local delayed call runs while its creator lives", function* () {
    let ran = false
    const creator = lifted(function* () {
      yield* go(spawnAfterLocal, 1, () => {
        ran = true
      })
      yield* until(() => ran)
    })
    const task = yield* go(spawn, creator)
    yield* on(task).wait()
    assert.isTrue(ran)
  })

  both("G-22 and is dropped when its creator ends first", function* () {
    const creator = lifted(function* () {
      yield* go(spawnAfterLocal, 2, () => assert.fail("it ran"))
    })
    const task = yield* go(spawn, creator)
    yield* on(task).wait()
    yield* go(sleep, 5)
  })

  both("G-23 a scope awaits the children of tasks that have ended, and interrupts them when it fails", function* () {
    const ended: Array<string> = []
    const gates = [new Event(), new Event()] as const
    const child = lifted(function* (gate: Event): Body {
      try {
        yield* on(gate).wait()
        ended.push("through")
      } finally {
        yield* go(sleep)
        ended.push("cleaned up")
      }
    })
    const creator = lifted(function* (gate: Event): Body {
      yield* go(spawn, child, gate)
    })
    const succeeds = lifted(function* () {
      const task = yield* go(spawn, creator, gates[0])
      yield* on(task).wait()
      assert.deepStrictEqual(ended, [])
      gates[0].send()
    })
    yield* go(scope, succeeds)
    assert.deepStrictEqual(ended, ["through", "cleaned up"])
    const fails = lifted(function* () {
      const task = yield* go(spawn, creator, gates[1])
      yield* on(task).wait()
      yield* go(sleep)
      throw new Error("failed")
    })
    assert.strictEqual((yield* caught(go(scope, fails))).message, "failed")
    assert.deepStrictEqual(ended, ["through", "cleaned up", "cleaned up"])
  })

  both("the same error object is thrown each time", function* () {
    const gate = new Event()
    const fails = lifted(function* () {
      yield* on(gate).wait()
      throw new Error("failed")
    })
    const task = yield* go(spawn, fails)
    gate.send()
    const error = yield* caught(on(task).wait())
    assert.strictEqual(yield* caught(on(task).wait()), error)
    assert.strictEqual(task.error, error)
  })
})
