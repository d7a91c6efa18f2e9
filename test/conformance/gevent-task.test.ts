/** Conformance 4.15: what gevent's tests of greenlets assert. */
import { assert, describe, it } from "@effect/vitest"
import {
  AsyncResult,
  Channel,
  Event,
  joinall,
  killall,
  Local,
  Queue,
  scope,
  sleep,
  spawn,
  spawnAfter,
  type Task
} from "../../src/green.js"
import { type Body, both, caught, go, lifted, on, until } from "../concurrency/run.js"

const nap = lifted(function* nap(ms: number): Body<number> {
  yield* go(sleep, ms)
  return ms
})

const failing = lifted(function* failing(message: string): Body {
  yield* go(sleep)
  throw new Error(message)
})

describe("links", () => {
  both("VG-01 and VG-02 an AsyncResult takes over how a task ends, again and again", function* () {
    const well = yield* go(spawn, nap, 1)
    const badly = yield* go(spawn, failing, "badly")
    for (let i = 0; i < 3; i++) {
      const [value, error] = [new AsyncResult<number>(), new AsyncResult()]
      yield* on(well).link(value.settle)
      yield* on(badly).link(error.settle)
      assert.strictEqual(yield* on(value).get(), 1)
      assert.strictEqual(yield* caught(on(error).get()), badly.error)
    }
  })

  both("VG-03 and VG-04 tasks that ended arrive in a queue, and in a channel", function* () {
    for (const queue of [new Queue<Task<any>>(), new Channel<Task<any>>()]) {
      const put = lifted((task: Task<any>) => on(queue).put(task))
      const task = yield* go(spawn, nap, 0)
      yield* on(task).link(put)
      assert.strictEqual(yield* on(queue).get(), task)
    }
  })

  both("VG-05, VG-12 and VG-17 to VG-19 a link that is taken back is not called, one made again is", function* () {
    const called: Array<string> = []
    const task = yield* go(spawn, nap, 1)
    const link = () => called.push("link")
    const late = () => called.push("late")
    yield* on(task).link(link)
    assert.deepStrictEqual([yield* on(task).unlink(link), yield* on(task).unlink(link)], [true, false])
    yield* on(task).link(lifted(() => on(task).unlink(late)))
    yield* on(task).link(late)
    yield* on(task).link(link)
    yield* go(joinall, [task])
    yield* go(sleep)
    assert.deepStrictEqual([called, task.result()], [["link"], 1])
  })

  both(
    "VG-08 to VG-10 and VG-16 each is told how the task ended: well, badly, killed; one that fails stops no other",
    function* () {
      const told: Array<string> = []
      const tell = (task: Task<any>) => void told.push(task.outcome!._tag)
      const tasks: Array<Task<any>> = [
        yield* go(spawn, nap, 0),
        yield* go(spawn, failing, "x"),
        yield* go(spawn, nap, 60_000)
      ]
      for (const task of tasks) {
        yield* on(task).link(tell)
        yield* on(task).link(tell)
      }
      yield* go(sleep, 1)
      yield* on(tasks[2]!).kill()
      for (let i = 0; i < 5; i++) yield* go(sleep)
      assert.deepStrictEqual(told.toSorted(), [
        "Failure",
        "Failure",
        "Interrupted",
        "Interrupted",
        "Success",
        "Success"
      ])
      assert.strictEqual((tasks[1]!.error as Error).message, "x")
    }
  )

  it("VG-27 what is no function is refused where it is spawned", () => {
    assert.throws(() => spawn(7 as never), TypeError)
    assert.throws(() => spawn(() => 1).link(7 as never), TypeError)
  })
})

describe("joinall", () => {
  both("VG-13 and VG-14 throws the error that came first in time, each time", function* () {
    const fails = lifted(function* (ms: number): Body {
      yield* go(sleep, ms)
      throw new Error(`after ${ms}`)
    })
    const tasks = [yield* go(spawn, fails, 5), yield* go(spawn, fails, 1)]
    for (let i = 0; i < 2; i++) {
      assert.strictEqual((yield* caught(go(joinall, tasks, { fail: true }))).message, "after 1")
      yield* until(() => tasks[0]!.dead)
      tasks[0]!.observe()
      tasks.reverse()
    }
  })

  both("VG-15 with count 1 it returns when the first ends, be it by an error", function* () {
    const tasks = [yield* go(spawn, failing, "first"), yield* go(spawn, nap, 60_000)]
    assert.deepStrictEqual(yield* go(joinall, tasks, { count: 1 }), [tasks[0]])
    tasks[0]!.observe()
    yield* go(killall, tasks)
  })

  both("VG-23 to VG-26 a join and a wait leave a timeout outside alone, and have their own time", function* () {
    const task = yield* go(spawn, nap, 60_000)
    const outer = new Error("outer")
    for (const waiting of [lifted(() => on(task).wait()), lifted(() => go(joinall, [task]))]) {
      const waiter: Task<any> = yield* go(spawn, waiting as () => unknown)
      yield* go(sleep)
      yield* on(waiter).kill({ error: outer })
      assert.strictEqual(yield* caught(on(waiter).wait()), outer)
    }
    assert.deepStrictEqual(yield* go(joinall, [task], { timeout: 1 }), [])
    assert.isFalse(task.dead)
    yield* on(task).kill()
  })
})

describe("the life of a task", () => {
  both("VG-11 ids are small numbers", function* () {
    const task = yield* go(spawn, nap, 0)
    assert.isTrue(Number.isSafeInteger(task.id) && task.id > 0)
    yield* on(task).wait()
  })

  both("VG-20 to VG-22 and VG-28 a task is called by its function, and gets its arguments", function* () {
    class Account {
      balance = 0
      update(by: number) {
        this.balance += by
        return this.balance
      }
    }
    const account = new Account()
    const task = yield* go(spawn, account.update, account, 5)
    assert.deepStrictEqual([task.name, yield* on(task).wait(), account.balance], ["update", 5, 5])
    assert.strictEqual((yield* go(spawn, () => {})).name, "<anonymous>")
  })

  both("VG-29 to VG-31 what a task tells of itself: fresh, started, through; well or badly", function* () {
    for (const fails of [false, true]) {
      const gate = new Event()
      const body = lifted(function* (): Body<string> {
        yield* on(gate).wait()
        if (fails) throw Object.assign(new Error("badly"), { code: 7 })
        return "well"
      })
      const task: Task<any> = yield* go(spawn, body)
      const state = () => [task.fiber!.started, task.dead, task.killed, task.outcome?._tag ?? null]
      assert.deepStrictEqual(state(), [false, false, false, null])
      yield* go(sleep)
      assert.deepStrictEqual(state(), [true, false, false, null])
      gate.send()
      assert.deepStrictEqual(state(), [true, false, false, null])
      yield* go(sleep)
      assert.deepStrictEqual(state(), [true, true, false, fails ? "Failure" : "Success"])
      if (fails) assert.strictEqual((task.error as { code: number }).code, 7)
      else assert.deepStrictEqual([task.result(), task.error], ["well", undefined])
    }
  })

  both("VG-32 an overflowing stack is an ordinary failure of its task", function* () {
    const deeper = (): number => 1 + deeper()
    const task = yield* go(spawn, deeper)
    const other = yield* go(spawn, nap, 0)
    assert.instanceOf(yield* caught(on(task).wait()), RangeError)
    assert.strictEqual(yield* on(other).wait(), 0)
  })

  both("VG-33 children take over their spawner's locals, those of another spawner stay apart", function* () {
    const root = new Local<string>()
    const child = lifted(function* (): Body<string> {
      yield* go(sleep)
      return yield* on(root).get()
    })
    const tree = lifted(function* (name: string): Body<string> {
      yield* on(root).set(name)
      const task = yield* go(spawn, child)
      return yield* on(task).wait()
    })
    const tasks = [yield* go(spawn, tree, "a"), yield* go(spawn, tree, "b")]
    assert.deepStrictEqual(
      [yield* on(tasks[0]!).wait(), yield* on(tasks[1]!).wait(), yield* on(root).get()],
      ["a", "b", undefined]
    )
  })

  both("VG-56 a task that was started stays the one it is, whatever is done to it after its end", function* () {
    let ran = 0
    const task = yield* go(spawn, () => ++ran)
    assert.strictEqual(yield* on(task).wait(), 1)
    assert.isFalse(task.cancel())
    yield* on(task).kill()
    assert.deepStrictEqual([yield* on(task).wait(), ran], [1, 1])
  })

  both("VG-58 a task that is about to go on is not dead", function* () {
    const event = new Event()
    const seen: Array<boolean> = []
    const task: Task<any> = yield* go(
      spawn,
      lifted(function* (): Body {
        yield* on(event).wait()
        seen.push(task.dead)
      })
    )
    yield* go(sleep)
    event.send()
    seen.push(task.dead)
    yield* on(task).wait()
    assert.deepStrictEqual(seen, [false, false])
  })
})

describe("kill", () => {
  const starts: ReadonlyArray<[name: string, started: (f: () => unknown) => Body<Task<any>>]> = [
    ["before it starts", (f) => go(spawn, f)],
    [
      "once it runs",
      function* (f) {
        const task = yield* go(spawn, f)
        yield* go(sleep)
        return task
      }
    ],
    ["before its time has come", (f) => go(spawnAfter, 60_000, f)],
    [
      "once it runs after its time",
      function* (f) {
        const task = yield* go(spawnAfter, 0, f)
        yield* until(() => task.began)
        return task
      }
    ]
  ]
  const error = new Error("killed with this")
  const ways: ReadonlyArray<[name: string, kill: (task: Task<any>) => Body<unknown>, outcome: string]> = [
    ["VG-37 waiting", (task) => on(task).kill(), "Interrupted"],
    ["VG-38 not waiting", (task) => on(task).kill({ wait: false }), "Interrupted"],
    ["VG-39 by killall", (task) => go(killall, [task]), "Interrupted"],
    ["VG-40 by killall, not waiting", (task) => go(killall, [task], { wait: false }), "Interrupted"],
    ["VG-41 to VG-44 with an error", (task) => on(task).kill({ error }), "Failure"],
    ["VG-45 to VG-48 with what is no error", (task) => on(task).kill({ error: "no error" }), "Failure"],
    ["VG-49 twice", (task) => go(killall, [task, task]), "Interrupted"]
  ]
  for (const [start, started] of starts) {
    for (const [way, kill, outcome] of ways) {
      both(
        `${way}, ${start}: its rest never runs, its links are called once, a second kill changes nothing`,
        function* () {
          const told: Array<string> = []
          const body = lifted(function* (): Body {
            yield* go(sleep, 60_000)
            told.push("went on")
          })
          const task = yield* started(body)
          yield* on(task).link((ended: Task<any>) => told.push(ended.outcome!._tag))
          yield* kill(task)
          yield* go(joinall, [task])
          task.observe()
          yield* on(task).kill({ error: new Error("again") })
          for (let i = 0; i < 5; i++) yield* go(sleep)
          assert.deepStrictEqual([told, task.dead], [[outcome], true])
        }
      )
    }
  }
})

describe("scope, in place of a context manager", () => {
  both("VG-50, VG-51 and VG-52 the task is through after the block; its error comes to who waits for it", function* () {
    let task: Task<any>
    const block = lifted(function* (): Body {
      task = yield* go(spawn, nap, 1)
      const failed = yield* go(spawn, failing, "inside")
      assert.strictEqual((yield* caught(on(failed).wait())).message, "inside")
    })
    yield* go(scope, block)
    assert.isTrue(task!.dead)
  })

  both("VG-53 to VG-55 an error of the block, at once or later, stops the task", function* () {
    for (const ms of [0, 1]) {
      let task: Task<any>
      const block = lifted(function* (): Body {
        task = yield* go(spawn, nap, 60_000)
        yield* go(sleep, ms)
        throw new Error("the block")
      })
      assert.strictEqual((yield* caught(go(scope, block))).message, "the block")
      assert.isTrue(task!.killed)
    }
  })
})

describe("test__order.py", () => {
  both("links are called in the order they were made, and sleep(0) takes turns", function* () {
    for (const many of [2, 3, 4, 1000]) {
      const order: Array<number> = []
      const gate = new Event()
      const task = yield* go(
        spawn,
        lifted(() => on(gate).wait())
      )
      for (let i = 0; i < many; i++) yield* on(task).link(() => order.push(i))
      gate.send()
      yield* on(task).wait()
      yield* until(() => order.length === many)
      assert.deepStrictEqual(
        order,
        Array.from({ length: many }, (_, i) => i)
      )
    }
    const turns: Array<string> = []
    const twice = lifted(function* (name: string): Body {
      turns.push(`${name}A`)
      yield* go(sleep)
      turns.push(`${name}B`)
    })
    yield* go(joinall, [yield* go(spawn, twice, "1"), yield* go(spawn, twice, "2")])
    assert.deepStrictEqual(turns, ["1A", "2A", "1B", "2B"])
  })
})
