import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import {
  DeadlockError,
  Event,
  Group,
  getcurrent,
  iwait,
  joinall,
  killall,
  Local,
  scope,
  sleep,
  spawn,
  type Task
} from "../../src/green.js"
import { type Body, caught, go, green, lifted, list, on, until } from "./run.js"

const nap = lifted(function* (ms: number): Body<number> {
  yield* go(sleep, ms)
  return ms
})

const failing = lifted(function* (ms: number): Body {
  yield* go(sleep, ms)
  throw new Error(`failed after ${ms}`)
})

const gated = lifted(function* (gate: Event): Body {
  yield* on(gate).wait()
})

const ids = (tasks: ReadonlyArray<Task<any>>): Array<number> => tasks.map((task) => task.id)

describe("tasks", () => {
  it.live("start in the order they were spawned, when the spawner waits", () =>
    green(function* () {
      const order: Array<unknown> = []
      for (let i = 0; i < 3; i++) yield* go(spawn, (n: number) => order.push(n), i)
      order.push("spawner")
      yield* go(sleep)
      assert.deepStrictEqual(order, ["spawner", 0, 1, 2])
    })
  )

  it.live("know themselves, by name and id", () =>
    green(function* () {
      const self = lifted(function* who(): Body<Task> {
        yield* go(sleep)
        return getcurrent()
      })
      const task: Task<any> = yield* go(spawn, self)
      assert.strictEqual(yield* on(task).wait(), task)
      assert.notStrictEqual(task.id, getcurrent().id)
      assert.strictEqual(getcurrent().name, "main")
    })
  )

  it.live("wait for the promise that their function returns", () =>
    green(function* () {
      const task = yield* go(spawn, async () => "awaited")
      assert.strictEqual(yield* on(task).wait(), "awaited")
      const rejected = yield* go(spawn, async () => {
        throw new Error("rejected")
      })
      assert.strictEqual((yield* caught(on(rejected).wait())).message, "rejected")
    })
  )

  it.live("stop at once when they kill themselves, and their finally blocks run", () =>
    green(function* () {
      const events: Array<string> = []
      const suicidal = lifted(function* () {
        try {
          yield* on(getcurrent()).kill()
          events.push("went on")
        } finally {
          yield* go(sleep)
          events.push("cleaned up")
        }
      })
      const task = yield* go(spawn, suicidal)
      assert.strictEqual((yield* caught(on(task).wait())).code, "GREENLIFT_KILLED")
      assert.deepStrictEqual(events, ["cleaned up"])
    })
  )

  it.live("may catch the error they are killed with, and go on", () =>
    green(function* () {
      const stubborn = lifted(function* () {
        const error = yield* caught(go(sleep, 5000))
        yield* go(sleep)
        return error
      })
      const task = yield* go(spawn, stubborn)
      yield* go(sleep)
      yield* on(task).kill({ error: "stop" })
      assert.strictEqual(yield* on(task).wait(), "stop")
    })
  )

  it.live("that wait for each other are told so", () =>
    green(function* () {
      const tasks: Array<Task<any>> = []
      const a = lifted(function* a(): Body {
        yield* on(tasks[1]!).wait()
      })
      const b = lifted(function* b(): Body {
        yield* on(tasks[0]!).wait()
      })
      tasks.push(yield* go(spawn, a), yield* go(spawn, b))
      const error = yield* caught(on(tasks[0]!).wait())
      assert.instanceOf(error, DeadlockError)
      assert.match(error.message, /ring/)
      const lone: Task<any> = yield* go(spawn, lifted(() => on(lone).wait()) as () => unknown)
      assert.instanceOf(yield* caught(on(lone).wait()), DeadlockError)
    })
  )
})

describe("links", () => {
  it.live("can be taken back, also while links are being called", () =>
    green(function* () {
      const called: Array<string> = []
      const task = yield* go(spawn, nap, 1)
      const second = () => called.push("second")
      const third = () => called.push("third")
      yield* on(task).link(() => {
        called.push("first")
        assert.isTrue(task.unlink(third))
      })
      yield* on(task).link(second)
      yield* on(task).link(third)
      assert.isTrue(task.unlink(second))
      assert.isFalse(task.unlink(second))
      yield* on(task).wait()
      yield* go(sleep)
      assert.deepStrictEqual(called, ["first"])
    })
  )

  it.live("are called also for a task that was killed before it began", () =>
    green(function* () {
      const called: Array<boolean> = []
      const task = yield* go(spawn, nap, 1)
      yield* on(task).link((ended: Task) => called.push(ended.killed))
      yield* on(task).kill()
      yield* go(sleep)
      assert.deepStrictEqual(called, [true])
    })
  )
})

describe("several tasks", () => {
  it.live("joinall gives those that ended, in that order", () =>
    green(function* () {
      const gates = [new Event(), new Event(), new Event()]
      const tasks: Array<Task<any>> = []
      for (const gate of gates) tasks.push(yield* go(spawn, gated, gate))
      gates[1]!.send()
      assert.deepStrictEqual(ids(yield* go(joinall, tasks, { count: 1 })), [tasks[1]!.id])
      assert.deepStrictEqual(ids(yield* go(joinall, tasks, { timeout: 1 })), [tasks[1]!.id])
      gates[2]!.send()
      gates[0]!.send()
      assert.deepStrictEqual(ids(yield* go(joinall, [...tasks, tasks[0]!])), ids([tasks[1]!, tasks[2]!, tasks[0]!]))
    })
  )

  it.live("joinall throws the error of the first that fails, if asked to", () =>
    green(function* () {
      const gates = [new Event(), new Event()]
      const fails = lifted(function* (gate: Event, name: string): Body {
        yield* on(gate).wait()
        throw new Error(name)
      })
      const tasks = [yield* go(spawn, fails, gates[0], "a"), yield* go(spawn, fails, gates[1], "b")]
      gates[1]!.send()
      assert.strictEqual((yield* caught(go(joinall, tasks, { fail: true }))).message, "b")
      gates[0]!.send()
      yield* go(joinall, tasks)
      assert.strictEqual((tasks[0]!.error as Error).message, "a")
    })
  )

  it.live("killall stops all but the caller", () =>
    green(function* () {
      const tasks: Array<Task<any>> = [yield* go(spawn, gated, new Event()), yield* go(spawn, nap, 0)]
      yield* on(tasks[1]!).wait()
      yield* go(killall, [...tasks, getcurrent()])
      assert.deepStrictEqual(
        tasks.map((task) => task.killed),
        [true, false]
      )
    })
  )

  it.live("iwait gives them as they end, and can be left", () =>
    green(function* () {
      const gates = [new Event(), new Event()]
      const tasks: Array<Task<any>> = []
      for (const gate of gates) tasks.push(yield* go(spawn, gated, gate))
      const timed = iwait(tasks, { timeout: 1 })
      assert.isTrue((yield* caught(on(timed).next())).isTimeout)
      const left = iwait(tasks)
      gates[1]!.send()
      assert.strictEqual((yield* on(left).next()).value, tasks[1])
      yield* on(left).return()
      assert.isTrue((yield* on(left).next()).done)
      gates[0]!.send()
      assert.deepStrictEqual(ids(yield* list(iwait(tasks))), ids([tasks[1]!, tasks[0]!]))
    })
  )

  it.live("a group is joined and killed as one", () =>
    green(function* () {
      const group = new Group()
      const gate = new Event()
      const waiting = lifted(() => on(gate).wait())
      for (let i = 0; i < 3; i++) yield* on(group).spawn(waiting)
      assert.strictEqual(group.size, 3)
      assert.isFalse(yield* on(group).join({ timeout: 1 }))
      gate.send()
      assert.isTrue(yield* on(group).join())
      const task = yield* on(group).spawn(nap, 5000)
      yield* on(group).kill()
      assert.deepStrictEqual([task.killed, group.size], [true, 0])
      assert.strictEqual(yield* on(group).apply(nap, 1), 1)
      assert.deepStrictEqual(yield* on(group).map(nap, [3, 2, 1]), [3, 2, 1])
      const outside: Task<any> = yield* go(spawn, nap, 1)
      group.add(outside)
      group.discard(outside)
      assert.isFalse(group.has(outside))
    })
  )

  it.live("the first failure of a group's map stops the others", () =>
    green(function* () {
      const group = new Group()
      const stopped: Array<number> = []
      const job = lifted(function* (i: number): Body<number> {
        try {
          if (i === 1) yield* go(failing, 1)
          yield* go(sleep, 5000)
        } finally {
          stopped.push(i)
        }
        return i
      })
      assert.strictEqual((yield* caught(on(group).map(job, [0, 1, 2]))).message, "failed after 1")
      assert.deepStrictEqual(stopped.toSorted(), [0, 1, 2])
    })
  )
})

describe("scope", () => {
  it.live("ends after its children, whoever in it spawned them", () =>
    green(function* () {
      const events: Array<string> = []
      const grandchild = lifted(function* (): Body {
        yield* until(() => events.includes("child"))
        events.push("grandchild")
      })
      const parent = lifted(function* (): Body {
        yield* go(spawn, grandchild)
        yield* go(sleep, 1)
        events.push("child")
      })
      const body = lifted(function* (): Body<string> {
        yield* go(spawn, parent)
        events.push("body")
        return "value"
      })
      const gate = new Event()
      const outside = lifted(() => on(gate).wait())
      yield* go(spawn, outside)
      assert.strictEqual(yield* go(scope<string>, body), "value")
      gate.send()
      assert.deepStrictEqual(events, ["body", "child", "grandchild"])
    })
  )

  it.live("hears of a failure once, and interrupts the others", () =>
    green(function* () {
      const events: Array<string> = []
      const sibling = lifted(function* (): Body {
        try {
          yield* go(sleep, 5000)
        } finally {
          yield* go(sleep)
          events.push("sibling cleaned up")
        }
      })
      const body = lifted(function* (): Body {
        yield* go(spawn, sibling)
        for (let i = 0; i < 2; i++) yield* go(spawn, failing, 0)
      })
      assert.strictEqual((yield* caught(go(scope, body))).message, "failed after 0")
      assert.deepStrictEqual(events, ["sibling cleaned up"])
    })
  )

  it.live("stops its children when it is stopped", () =>
    green(function* () {
      let cleaned = 0
      const child = lifted(function* (): Body {
        try {
          yield* go(sleep, 5000)
        } finally {
          yield* go(sleep)
          cleaned++
        }
      })
      const body = lifted(function* (): Body {
        yield* go(spawn, child)
        yield* go(spawn, child)
      })
      const nested = lifted(() =>
        go(
          scope,
          lifted(() => go(scope, body))
        )
      )
      const task = yield* go(spawn, nested)
      yield* go(sleep)
      yield* on(task).kill()
      assert.strictEqual(cleaned, 2)
    })
  )

  it.live("hears nothing of a failure that another of its tasks waits for", () =>
    green(function* () {
      const seen: Array<string> = []
      const body = lifted(function* (): Body {
        const failed = yield* go(spawn, failing, 2)
        const other = lifted(function* (): Body {
          seen.push((yield* caught(on(failed).wait())).message)
          yield* go(sleep, 1)
          seen.push("went on")
        })
        yield* go(spawn, other)
      })
      yield* go(scope, body)
      assert.deepStrictEqual(seen, ["failed after 2", "went on"])
    })
  )

  it.live("a run that is interrupted stops all", () =>
    Effect.gen(function* () {
      let cleaned = 0
      const child = lifted(function* (): Body {
        try {
          yield* go(sleep, 5000)
        } finally {
          cleaned++
        }
      })
      const main = green(function* () {
        yield* go(spawn, child)
        yield* go(
          scope,
          lifted(() => go(child))
        )
      })
      const exit = yield* Effect.exit(Effect.timeout(main, 5))
      assert.strictEqual(exit._tag, "Failure")
      assert.strictEqual(cleaned, 2)
    })
  )
})

describe("Local", () => {
  it.live("each task has its own, and starts with what its spawner had", () =>
    green(function* () {
      const local = new Local<string>({ initial: () => "initial" })
      const seen: Array<string> = []
      const child = lifted(function* (): Body {
        seen.push(local.get())
        local.set("child")
        yield* go(sleep)
        seen.push(local.get())
      })
      assert.strictEqual(local.get(), "initial")
      local.set("main")
      const task = yield* go(spawn, child)
      local.set("main, later")
      yield* on(task).wait()
      assert.deepStrictEqual(seen, ["main", "child"])
      assert.strictEqual(local.get(), "main, later")
      local.delete()
      assert.strictEqual(local.get(), "initial")
    })
  )

  it.live("is not taken over, or copied, where that is asked for", () =>
    green(function* () {
      const own = new Local<Array<number>>({ initial: () => [], inherit: false })
      const copied = new Local<Array<number>>({ inherit: (value) => [...value] })
      own.get().push(1)
      copied.set([1])
      const child = lifted(function* (): Body<unknown> {
        copied.get().push(2)
        return [own.get(), copied.get()]
      })
      const task = yield* go(spawn, child)
      assert.deepStrictEqual(yield* on(task).wait(), [[], [1, 2]])
      assert.deepStrictEqual([own.get(), copied.get()], [[1], [1]])
    })
  )
})
