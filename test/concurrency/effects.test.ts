import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import * as Toolbox from "../../src/concurrency/effects.js"
import { Event, GreenPool, Local, Pool, Queue, Semaphore, sleep, spawn, type Task } from "../../src/green.js"
import { lift } from "../../src/runtime/lift.js"
import { effectOp } from "../../src/runtime/op.js"
import { stamp } from "../../src/runtime/twin.js"
import { go, green, lifted, on, until } from "./run.js"

describe("the Effect face", () => {
  it.effect("runs Effects in a pool, so many at a time", () =>
    Effect.gen(function* () {
      const pool = yield* Toolbox.makePool(3)
      let peak = 0
      const job = (i: number) =>
        Effect.as(
          Effect.andThen(
            Effect.sync(() => {
              peak = Math.max(peak, pool.running())
            }),
            Effect.sleep("1 second")
          ),
          i
        )
      const jobs = [0, 1, 2, 3, 4, 5, 6].map((i) => Toolbox.runIn(pool, job(i)))
      const all = yield* Effect.fork(Effect.all(jobs, { concurrency: "unbounded" }))
      yield* TestClock.adjust("3 seconds")
      assert.deepStrictEqual(yield* Fiber.join(all), [0, 1, 2, 3, 4, 5, 6])
      assert.deepStrictEqual([peak, pool.running(), pool.free()], [3, 0, 3])
    })
  )

  it.effect("has one value of a Local for Effects and the lifted code they call, and for Effects that it calls", () =>
    Effect.gen(function* () {
      const user = new Local<string>()
      const pool = new Pool({ create: () => user.get() })
      const legacy = lifted(function* () {
        const before = user.get()
        user.set("set by lifted code")
        const inside = yield* on(pool).use(
          stamp(
            () => "",
            function* () {
              return yield* effectOp("what it is", Toolbox.getLocal(user), () => "")
            }
          )
        )
        return [before, inside]
      })
      yield* Toolbox.setLocal(user, "set by an Effect")
      assert.deepStrictEqual(yield* lift(legacy)(), ["set by an Effect", "set by lifted code"])
      assert.strictEqual(yield* Toolbox.getLocal(user), "set by an Effect")
      assert.strictEqual(
        yield* Toolbox.withItem(new Pool({ create: () => user.get() }), Effect.succeed),
        "set by an Effect"
      )
    })
  )

  it.effect("lifts methods: this passes through", () =>
    Effect.gen(function* () {
      const account = {
        name: "a",
        get: lifted(function* (this: any) {
          yield* on({ sleep }).sleep(0)
          return this.name
        })
      }
      assert.strictEqual(yield* lift(account.get).call(account), "a")
    })
  )

  it.effect("spawns Effects beside the caller, as tasks of its scope", () =>
    Toolbox.scope(
      Effect.gen(function* () {
        const pool = yield* Toolbox.makePool(1)
        const first = yield* Toolbox.spawnIn(pool, Effect.as(Effect.sleep("1 second"), "first"))
        const second = yield* Effect.fork(Toolbox.spawnIn(pool, Effect.die(new Error("second"))))
        yield* Effect.yieldNow()
        assert.deepStrictEqual([pool.running(), pool.waiting()], [1, 1])
        yield* TestClock.adjust("1 second")
        assert.strictEqual(yield* Toolbox.join(first), "first")
        const failed = yield* Fiber.join(second)
        assert.strictEqual((yield* Effect.flip(Toolbox.waitall(pool))).message, "second")
        assert.isTrue(failed.dead)
        assert.strictEqual(pool.free(), 1)
      })
    )
  )

  it.live("shares a pool, a queue and an event with lifted code", () =>
    Effect.gen(function* () {
      const pool = new GreenPool(1)
      const queue = new Queue<string>(0)
      const event = new Event<string>()
      const order: Array<string> = []
      const legacy = green(function* () {
        const member = lifted(function* () {
          order.push(yield* on(queue).get())
          yield* go(sleep, 2)
          order.push("legacy ends")
        })
        yield* on(pool).spawn(member)
        yield* on(pool).waitall()
        event.send("all through")
      })
      const fiber = yield* Effect.fork(legacy)
      yield* Toolbox.offer(queue, "from an Effect")
      yield* Toolbox.runIn(
        pool,
        Effect.sync(() => order.push("Effect runs"))
      )
      assert.strictEqual(yield* Toolbox.happened(event), "all through")
      yield* Fiber.join(fiber)
      assert.deepStrictEqual(order, ["from an Effect", "legacy ends", "Effect runs"])
    })
  )

  it.live("waits for tasks of lifted code, and kills them", () =>
    Effect.gen(function* () {
      const tasks: Array<Task<any>> = []
      const started = new Event()
      let cleaned = false
      const legacy = green(function* () {
        const good = lifted(function* () {
          yield* go(sleep, 1)
          return "good"
        })
        const bad = lifted(function* () {
          yield* go(sleep, 1)
          throw new Error("bad")
        })
        const long = lifted(function* () {
          try {
            yield* go(sleep, 5000)
          } finally {
            yield* go(sleep, 1)
            cleaned = true
          }
        })
        for (const f of [good, bad, long]) tasks.push(yield* go(spawn, f as () => unknown))
        yield* go(sleep)
        started.send()
        yield* until(() => tasks.every((task) => task.dead))
      })
      const fiber = yield* Effect.fork(legacy)
      yield* Toolbox.happened(started)
      const waiting = yield* Effect.fork(Effect.flip(Toolbox.join(tasks[1]!)))
      assert.strictEqual(yield* Toolbox.join(tasks[0]!), "good")
      yield* Toolbox.kill(tasks[2]!)
      assert.isTrue(cleaned)
      assert.strictEqual((yield* Effect.flip(Toolbox.join(tasks[2]!)))._tag, "TaskKilled")
      assert.strictEqual((yield* Fiber.join(waiting)).message, "bad")
      yield* Fiber.join(fiber)
    })
  )

  it.effect("one that is interrupted in line leaves it", () =>
    Effect.gen(function* () {
      const semaphore = yield* Toolbox.makeSemaphore(1)
      const queue = yield* Toolbox.makeQueue<number>()
      const held = yield* Effect.fork(Toolbox.withPermit(semaphore, Effect.never))
      yield* Effect.yieldNow()
      const waiter = yield* Effect.fork(Toolbox.withPermit(semaphore, Effect.never))
      const getter = yield* Effect.fork(Toolbox.take(queue))
      yield* Effect.yieldNow()
      assert.deepStrictEqual([semaphore.waiting, queue.getting], [1, 1])
      yield* Fiber.interruptAll([waiter, getter])
      assert.deepStrictEqual([semaphore.waiting, queue.getting], [0, 0])
      yield* Fiber.interrupt(held)
      assert.strictEqual(semaphore.balance, 1)
    })
  )

  it.effect("one that is interrupted just as its turn has come gives back what it got", () =>
    Effect.gen(function* () {
      const semaphore = new Semaphore(0)
      const queue = new Queue<number>()
      const pool = new GreenPool(0)
      const fibers = [
        yield* Effect.fork(Toolbox.withPermit(semaphore, Effect.never)),
        yield* Effect.fork(Toolbox.take(queue)),
        yield* Effect.fork(Toolbox.runIn(pool, Effect.never))
      ]
      yield* Effect.yieldNow()
      const serveAndInterrupt = Effect.sync(() => {
        semaphore.release()
        queue.putNowait(7)
        pool.resize(1)
        for (const fiber of fibers) fiber.unsafeInterruptAsFork(fiber.id())
      })
      yield* serveAndInterrupt
      yield* Effect.forEach(fibers, Fiber.await)
      assert.deepStrictEqual([semaphore.balance, queue.size, pool.free()], [1, 1, 1])
    })
  )
})
