/** Conformance 4.11 and 4.13: timers, locals, debugging, and the bridges to promises and Effects. */
import * as childProcess from "node:child_process"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Green from "../../src/concurrency/effects.js"
import {
  dump,
  Event,
  fibers,
  isTimeout,
  joinall,
  Local,
  Lock,
  sleep,
  spawn,
  spawnAfter,
  spawnAfterLocal,
  type Task,
  timeout
} from "../../src/green.js"
import { lift } from "../../src/runtime/lift.js"
import "../../src/twins/child-process.js"
import { type Body, both, caught, go, green, greenOnly, lifted, on } from "../concurrency/run.js"
import { startGreenlift } from "../support/child.js"
import { collectGarbage } from "./garbage.js"

const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length

const nap = lifted(function* napping(ms: number): Body<number> {
  yield* go(sleep, ms)
  return ms
})

describe("4.11 timers", () => {
  both("H-01, H-02 and H-03 what is cancelled leaves nothing behind, and the others fire", function* () {
    const before = timers()
    for (const yields of [false, true]) {
      const tasks: Array<Task<any>> = []
      for (let i = 0; i < 2000; i++) tasks.push(yield* go(spawnAfter, 60_000, () => assert.fail("it ran")))
      if (yields) yield* go(sleep)
      for (const task of tasks) assert.isTrue(task.cancel())
      yield* go(joinall, tasks)
      assert.isAtMost(timers(), before)
    }
    let ran = 0
    const tasks: Array<Task<any>> = []
    for (let i = 0; i < 300; i++) tasks.push(yield* go(spawnAfter, 1, () => ++ran))
    for (let i = 0; i < 300; i += 3) tasks[i]!.cancel()
    yield* go(joinall, tasks)
    assert.strictEqual(ran, 200)
  })

  both("H-05 and H-06 a local timer ends with its task, another fires all the same", function* () {
    const fired: Array<string> = []
    const creator = lifted(function* (): Body {
      yield* go(spawnAfterLocal, 1, () => fired.push("local"))
      yield* go(spawnAfter, 1, () => fired.push("global"))
    })
    const task = yield* go(spawn, creator)
    yield* on(task).wait()
    yield* go(sleep, 5)
    assert.deepStrictEqual(fired, ["global"])
  })

  both("H-07 fire when they are due, equal ones in the order they were set", function* () {
    const order: Array<string> = []
    const tasks: Array<Task<any>> = []
    for (const [ms, name] of [
      [20, "d"],
      [1, "a"],
      [1, "b"],
      [1, "c"]
    ] as const) {
      tasks.push(yield* go(spawnAfter, ms, () => order.push(name)))
    }
    yield* go(joinall, tasks)
    assert.strictEqual(order.join(""), "abcd")
  })

  both("H-10 and AP-10 a failure elsewhere shortens no sleep; sleep(0) is allowed anywhere", function* () {
    const fails = lifted(function* (): Body {
      yield* go(sleep, 0)
      throw new Error("elsewhere")
    })
    const task = yield* go(spawn, fails)
    const before = performance.now()
    yield* go(sleep, 10)
    assert.isAtLeast(performance.now() - before, 9)
    assert.strictEqual((yield* caught(on(task).wait())).message, "elsewhere")
  })

  it("H-15 a process that is stopped and continued goes on waiting", async () => {
    const child = startGreenlift(["test/trace/programs/parked.mjs"], process.env)
    await child.printed(/ready/)
    child.signal("SIGSTOP")
    child.signal("SIGCONT")
    child.signal("SIGUSR2")
    await child.printed(/waits for sleep 60000 ms/)
    child.signal("SIGINT")
    assert.strictEqual((await child.finished).code, 130)
  })

  greenOnly("H-16 the same bad call throws the same error again", function* () {
    const errors: Array<string> = []
    for (let i = 0; i < 2; i++) errors.push((yield* caught(go(childProcess.execFileSync, "/no/such/file"))).code)
    assert.deepStrictEqual(errors, ["ENOENT", "ENOENT"])
  })

  it.live("H-19 and TM-02 a run that is stopped leaves no timer, and a later kill does nothing", () =>
    Effect.gen(function* () {
      let task: Task<any> | undefined
      const run = yield* Effect.fork(
        green(function* () {
          task = yield* go(spawnAfter, 60_000, () => assert.fail("it ran"))
          yield* go(sleep, 60_000)
        })
      )
      yield* Effect.repeat(Effect.sleep(1), { until: () => task !== undefined })
      yield* Fiber.interrupt(run)
      assert.isTrue(task!.killed)
      task!.kill()
      assert.isTrue(task!.killed)
    })
  )
})

describe("4.11 debugging", () => {
  greenOnly("DB-08 every dump can be taken at any time", function* () {
    assert.include(dump(), "main #")
    const task = yield* go(spawn, nap, 60_000)
    assert.include(dump(), "napping #")
    yield* go(sleep)
    assert.include(dump(), "waits for sleep 60000 ms")
    yield* on(task).kill({ wait: false })
    assert.include(dump(), "was told to stop")
    yield* go(joinall, [task])
    assert.lengthOf(fibers(), 1)
  })
})

describe("4.11 locals and locks", () => {
  greenOnly(
    "TH-01, TH-02 and TH-03 each task has its own, made once for it, and methods see the caller's",
    function* () {
      let made = 0
      class Session {
        readonly number = ++made
        readonly user = own.get()
      }
      const own = new Local<string>({ inherit: false })
      const session = new Local({ initial: () => new Session(), inherit: false })
      const look = () => [session.get().number, session.get().user]
      const body = lifted(function* (name: string): Body<unknown> {
        own.set(name)
        yield* go(sleep)
        return [look(), look(), own.get()]
      })
      const tasks = [yield* go(spawn, body, "ann"), yield* go(spawn, body, "bob")]
      yield* go(joinall, tasks)
      assert.deepStrictEqual(
        tasks.map((task) => task.result()),
        [
          [[1, "ann"], [1, "ann"], "ann"],
          [[2, "bob"], [2, "bob"], "bob"]
        ]
      )
      assert.isUndefined(own.get())
    }
  )

  greenOnly("TH-04 what ended tasks had is let go", function* () {
    const local = new Local<object>()
    const values: Array<WeakRef<object>> = []
    const body = lifted(function* (): Body {
      const value = { large: new Array(100).fill(0) }
      values.push(new WeakRef(value))
      local.set(value)
      yield* go(sleep)
    })
    for (let i = 0; i < 100; i++) yield* on(yield* go(spawn, body)).wait()
    yield* go(sleep, 1)
    collectGarbage()
    assert.isAtMost(values.filter((value) => value.deref() !== undefined).length, 1)
  })

  it("TH-05 releasing what is not locked is an error", () => {
    assert.throws(() => new Lock().release(), "all its 1 permits")
  })
})

describe("4.13 api", () => {
  greenOnly("AP-06 who catches what it is killed with goes on at a later turn, not inside of kill", function* () {
    const order: Array<string> = []
    const stubborn = lifted(function* (): Body {
      yield* caught(go(sleep, 60_000))
      order.push("caught")
      yield* go(sleep)
      order.push("went on")
    })
    const task = yield* go(spawn, stubborn)
    yield* go(sleep)
    yield* on(task).kill({ error: new Error("stop"), wait: false })
    order.push("killed")
    yield* on(task).wait()
    assert.deepStrictEqual(order, ["killed", "caught", "went on"])
  })

  both(
    "AP-07 and AP-08 a shorter timeout outside passes an inner one with a default; any error can bear the mark",
    function* () {
      const inner = lifted(() =>
        go(
          timeout<any, string>,
          60_000,
          lifted(() => go(sleep, 60_000)),
          () => "default"
        )
      )
      const error = yield* caught(go(timeout, 1, inner))
      assert.deepStrictEqual([isTimeout(error), error.ms], [true, 1])
      assert.isTrue(isTimeout(Object.assign(new Error("mine"), { isTimeout: true })))
      assert.isFalse(isTimeout(new Error("timeout")))
    }
  )
})

describe("4.13 promises and Effects, in place of asyncio", () => {
  both("AS-02, AS-03 and AS-04 what a promise settles to comes to who waits for its task", function* () {
    const value = yield* go(spawn, async () => "value")
    assert.strictEqual(yield* on(value).wait(), "value")
    const made = yield* go(spawn, () => new Promise((resolve) => setImmediate(resolve, "made")))
    assert.strictEqual(yield* on(made).wait(), "made")
    const failed = yield* go(spawn, async () => {
      throw new Error("rejected")
    })
    assert.strictEqual((yield* caught(on(failed).wait())).message, "rejected")
  })

  it.live("AS-07 to AS-10 and AS-13 an Effect joins a task: later or at once, well or badly, or killed", () =>
    Effect.gen(function* () {
      const gate = new Event()
      const tasks: Array<Task<any>> = []
      const body = lifted(function* (fails: boolean): Body<string> {
        yield* on(gate).wait()
        if (fails) throw new Error("badly")
        return "well"
      })
      const run = yield* Effect.fork(
        green(function* () {
          for (const fails of [false, true]) tasks.push(yield* go(spawn, body, fails))
          tasks.push(yield* go(spawn, nap, 60_000))
          yield* go(joinall, tasks)
          tasks[1]!.observe()
        })
      )
      yield* Effect.repeat(Effect.sleep(1), { until: () => tasks.length === 3 })
      const later = yield* Effect.fork(Effect.all([Green.join(tasks[0]!), Effect.flip(Green.join(tasks[1]!))]))
      yield* Effect.sleep(1)
      gate.send()
      for (const joined of [
        later,
        yield* Effect.fork(Effect.all([Green.join(tasks[0]!), Effect.flip(Green.join(tasks[1]!))]))
      ]) {
        const [value, error] = yield* Fiber.join(joined)
        assert.deepStrictEqual([value, error.message], ["well", "badly"])
      }
      yield* Green.kill(tasks[2]!)
      assert.strictEqual((yield* Effect.flip(Green.join(tasks[2]!)))._tag, "TaskKilled")
      yield* Fiber.join(run)
    })
  )

  it.live("AS-06, AS-11 and AS-12 lifted code as an Effect: interrupting it stops the code at its wait", () =>
    Effect.gen(function* () {
      const events: Array<string> = []
      const body = lifted(function* (): Body {
        try {
          events.push("began")
          yield* go(sleep, 60_000)
          events.push("went on")
        } finally {
          yield* go(sleep)
          events.push("cleaned up")
        }
      })
      const fiber = yield* Effect.fork(lift(body)())
      yield* Effect.repeat(Effect.sleep(1), { until: () => events.length > 0 })
      yield* Fiber.interrupt(fiber)
      assert.deepStrictEqual(events, ["began", "cleaned up"])
    })
  )
})
