import { execFileSync } from "node:child_process"
import { assert, describe, it } from "@effect/vitest"
import {
  Channel,
  Condition,
  DAGPool,
  DeadlockError,
  Event,
  GreenPile,
  GreenPool,
  Group,
  getcurrent,
  joinall,
  Local,
  Lock,
  Pool,
  Queue,
  Semaphore,
  scope,
  sleep,
  spawn,
  spawnAfter,
  Timeout,
  timedOut,
  timeout
} from "../../src/green.js"
import { go, green, lifted, on } from "./run.js"

describe("a program that is not lifted", () => {
  it("runs a task at once, to its end, and keeps its outcome", () => {
    const order: Array<string> = []
    const task = spawn((name: string) => {
      order.push(name)
      return name.length
    }, "task")
    order.push("after")
    assert.deepStrictEqual([order, task.wait(), task.wait()], [["task", "after"], 4, 4])
    const error = new Error("failed")
    const failed = spawn(() => {
      throw error
    })
    assert.throws(() => failed.wait(), error)
    assert.strictEqual(failed.error, error)
    assert.strictEqual(spawnAfter(1, () => "late").wait(), "late")
    assert.isTrue(joinall([task, failed]).length === 2 && !task.cancel())
    task.kill()
    let linked: unknown
    task.link((ended, extra) => {
      linked = [ended.id, extra]
    }, 7)
    assert.deepStrictEqual(linked, [task.id, 7])
  })

  it("knows which task runs", () => {
    const main = getcurrent()
    const task = spawn(function named() {
      return getcurrent()
    })
    assert.strictEqual(task.wait(), task)
    assert.strictEqual(task.name, "named")
    assert.strictEqual(getcurrent(), main)
  })

  it("maps one item after the other", () => {
    const events: Array<string> = []
    const input = function* () {
      for (const i of [1, 2, 3]) {
        events.push(`take ${i}`)
        yield i
      }
    }
    const results = new GreenPool(2).imap((i) => i * 2, input())
    for (const result of results) events.push(`got ${result}`)
    assert.deepStrictEqual(events, ["take 1", "got 2", "take 2", "got 4", "take 3", "got 6"])
    assert.isTrue(results.next().done)
    const pile = new GreenPile<number>(2)
    for (const i of [1, 2]) pile.spawn((n) => n * 3, i)
    assert.deepStrictEqual([...pile], [3, 6])
  })

  it("throws in a scope what nobody waited for", () => {
    const failed = () => {
      throw new Error("unseen")
    }
    assert.throws(() => scope(() => void spawn(failed)), "unseen")
    assert.strictEqual(
      scope(() => {
        const task = spawn(failed)
        assert.throws(() => task.wait(), "unseen")
        return "seen"
      }),
      "seen"
    )
  })

  it("throws at its end what nobody waited for", () => {
    const program = `
      import { spawn } from "./src/green.ts"
      spawn(function unseen() { throw new Error("nobody waited") })
      console.log("went on")`
    try {
      execFileSync("npx", ["tsx", "--input-type=module", "-e", program], { stdio: "pipe" })
      assert.fail("it succeeded")
    } catch (error) {
      const { stdout, stderr, status } = error as { stdout: Buffer; stderr: Buffer; status: number }
      assert.strictEqual(stdout.toString(), "went on\n")
      assert.match(stderr.toString(), /Error: nobody waited\n\s+at unseen/)
      assert.strictEqual(status, 1)
    }
  })

  it("says of a wait that could never end that it is a deadlock", () => {
    const lock = new Lock()
    lock.acquire()
    const condition = new Condition()
    const pool = new Pool({ max: 1, create: () => 1 })
    pool.get()
    const waits: ReadonlyArray<() => unknown> = [
      () => new Event().wait(),
      () => new Queue().get(),
      () => new Channel().put(1),
      () => new Semaphore(0).acquire(),
      () => lock.acquire(),
      () => condition.lock.run(() => condition.wait()),
      () => pool.get(),
      () => new GreenPool(0).spawn(() => 1),
      () => new DAGPool().get("a")
    ]
    for (const wait of waits) {
      assert.throws(wait, DeadlockError)
      assert.throws(wait, /wait for ever/)
    }
  })

  it("waits a bounded wait out", () => {
    assert.strictEqual(new Event().wait({ timeout: 1 }), timedOut)
    assert.throws(() => new Queue().get({ timeout: 1 }), /is empty/)
    assert.isFalse(new Semaphore(0).acquire({ timeout: 1 }))
  })

  it("keeps to a timeout in the waits of the toolbox", () => {
    const limit = new Timeout(2)
    const began = performance.now()
    assert.throws(() => limit.run(() => sleep(60_000)), limit)
    assert.throws(() => limit.run(() => timeout(60_000, () => new Event().wait())), limit)
    assert.isBelow(performance.now() - began, 30_000)
    assert.strictEqual(
      timeout(
        1,
        () => new Queue<string>().get(),
        () => "default"
      ),
      "default"
    )
    assert.throws(() => limit.run(() => spawn(() => sleep(60_000))), limit)
    assert.isUndefined(new Timeout(1, false).run(() => sleep(60_000)))
    assert.isFalse(limit.pending)
  })

  it("gives each task its own locals", () => {
    const local = new Local<string>()
    local.set("main")
    const task = spawn(() => {
      const before = local.get()
      local.set("task")
      return before
    })
    assert.deepStrictEqual([task.wait(), local.get()], ["main", "main"])
  })

  it("runs groups and graphs in order", () => {
    assert.deepStrictEqual(
      new Group().map((i: number) => i + 1, [1, 2]),
      [2, 3]
    )
    const dag = new DAGPool<string, number>({ a: 1 })
    const sum = (_key: string, inputs: Iterable<[string, number]>) => [...inputs].reduce((all, [, n]) => all + n, 1)
    const depends = new Map([
      ["c", ["b", "a"]],
      ["b", ["a"]]
    ])
    dag.spawnMany(depends, sum)
    assert.deepStrictEqual(Object.fromEntries(dag.waitall()), { a: 1, b: 2, c: 4 })
  })

  it.live("in the middle of one that is, a wait that would block all fibers says so", () =>
    green(function* () {
      const body = lifted(function* () {
        const error = [1].map(() => {
          try {
            return new Event().wait()
          } catch (error) {
            return error
          }
        })[0]
        assert.instanceOf(error, DeadlockError)
        assert.match((error as unknown as Error).message, /Add its module to `lift`/)
        return [1, 2].map((i) => spawn(() => i).wait())
      })
      const task = yield* go(spawn, body)
      assert.deepStrictEqual(yield* on(task).wait(), [1, 2])
    })
  )
})
