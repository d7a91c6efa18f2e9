/** Tasks, pools and Streams of the Effect face where things go wrong: nothing hangs, and nothing is left behind. */
import { assert, describe, it } from "@effect/vitest"
import * as Chunk from "effect/Chunk"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { Event, GreenPool, type Group } from "../../src/green.js"
import * as Green from "../../src/index.js"

const settle = Effect.repeatN(Effect.yieldNow(), 30)

/** Runs a program in a scope of tasks. Afterwards no fiber may be left. */
const clean = <A, E>(program: Effect.Effect<A, E, Green.CurrentTask>) =>
  Effect.flatMap(Effect.exit(Green.scope(program)), (exit) =>
    Effect.zipRight(
      Effect.map(Green.dump, (text) => assert.strictEqual(text, "0 fibers")),
      exit
    )
  )

const noted = (notes: Array<string>, note: string) => Effect.sync(() => void notes.push(note))

describe("tasks as Effects", () => {
  it.live("a failure that nobody waits for stops the others, and is the scope's", () =>
    Effect.gen(function* () {
      const notes: Array<string> = []
      const program = Effect.gen(function* () {
        yield* Green.spawn(Effect.ensuring(Effect.never, Effect.zipRight(Effect.sleep(1), noted(notes, "cleaned up"))))
        yield* Green.spawn(Effect.fail(new Error("alone")))
      })
      assert.strictEqual((yield* Effect.flip(clean(program))).message, "alone")
      assert.deepStrictEqual(notes, ["cleaned up"])
    })
  )

  it.live("a scope that fails keeps its own error, stops its tasks, and waits for scopes inside of them", () =>
    Effect.gen(function* () {
      const notes: Array<string> = []
      const inner = Green.scope(Green.spawn(Effect.ensuring(Effect.never, noted(notes, "innermost"))))
      const program = Effect.gen(function* () {
        yield* Green.spawn(Effect.ensuring(inner, noted(notes, "inner")))
        yield* settle
        return yield* Effect.fail({ _tag: "Mine" as const })
      })
      assert.deepStrictEqual(yield* Effect.flip(clean(program)), { _tag: "Mine" })
      assert.deepStrictEqual(notes, ["innermost", "inner"])
    })
  )

  it.live("a scope that is interrupted ends after its tasks", () =>
    Effect.gen(function* () {
      const notes: Array<string> = []
      const started = yield* Deferred.make<void>()
      const program = Effect.gen(function* () {
        yield* Green.spawn(Effect.ensuring(Effect.never, Effect.zipRight(Effect.sleep(1), noted(notes, "cleaned up"))))
        yield* settle
        yield* Deferred.succeed(started, undefined)
        yield* Effect.never
      })
      const fiber = yield* Effect.fork(clean(program))
      yield* Deferred.await(started)
      assert.isTrue(Exit.isInterrupted(yield* Fiber.interrupt(fiber)))
      assert.deepStrictEqual(notes, ["cleaned up"])
      assert.strictEqual(yield* Green.dump, "0 fibers")
    })
  )

  it.live("a task that kills or interrupts itself is killed, and one that is killed in its cleanup ends it", () =>
    clean(
      Effect.gen(function* () {
        const notes: Array<string> = []
        const suicide = yield* Green.spawn(
          Effect.ensuring(Effect.flatMap(Green.getcurrent, Green.kill), noted(notes, "cleaned up"))
        )
        const interrupted = yield* Green.spawn(Effect.interrupt)
        const slow = yield* Green.spawn(
          Effect.ensuring(Effect.never, Effect.zipRight(Effect.sleep(5), noted(notes, "slowly")))
        )
        yield* settle
        yield* Green.kill(slow, { wait: false })
        yield* settle
        yield* Green.killall([slow, suicide, interrupted])
        assert.deepStrictEqual(notes, ["cleaned up", "slowly"])
        assert.deepStrictEqual([suicide.killed, interrupted.killed, slow.killed], [true, true, true])
        assert.strictEqual((yield* Effect.flip(Green.join(suicide)))._tag, "TaskKilled")
      })
    )
  )

  it.live("have the services and references of who spawned them, and ids and names of their own", () =>
    Effect.gen(function* () {
      class Word extends Context.Tag("Word")<Word, string>() {}
      const program = Effect.gen(function* () {
        const task = yield* Effect.provideService(Green.spawn(Word, { name: "speaker" }), Word, "hello")
        assert.strictEqual(task.name, "speaker")
        return yield* Green.join(task)
      })
      assert.strictEqual(yield* clean(program), "hello")
    })
  )

  it.live("lose no wake-up where joins give up", () =>
    clean(
      Effect.gen(function* () {
        const gate = new Event<number>()
        const task = yield* Green.spawn(Green.happened(gate))
        const joins = yield* Effect.forEach(Array.from({ length: 50 }), () => Effect.fork(Green.join(task)))
        yield* settle
        for (const join of joins.filter((_, i) => i % 2 === 0)) yield* Fiber.interrupt(join)
        gate.send(7)
        const results = yield* Effect.forEach(
          joins.filter((_, i) => i % 2 === 1),
          Fiber.join
        )
        assert.deepStrictEqual(new Set(results), new Set([7]))
      })
    )
  )
})

describe("pools as Effects", () => {
  it.live("spawners that give up in line leave it, and what waits in a full pool for itself goes on", () =>
    clean(
      Effect.gen(function* () {
        const pool = new GreenPool(1)
        const gate = new Event()
        yield* Green.spawnIn(pool, Green.happened(gate))
        const waiting = yield* Effect.forEach([1, 2, 3], () => Effect.fork(Green.spawnIn(pool, Effect.void)))
        yield* settle
        assert.strictEqual(pool.waiting(), 3)
        yield* Fiber.interrupt(waiting[1]!)
        assert.strictEqual(pool.waiting(), 2)
        gate.send()
        yield* Fiber.join(waiting[0]!)
        yield* Fiber.join(waiting[2]!)
        yield* Green.waitall(pool)
        const nested = Green.runIn(pool, Effect.timeout(Green.runIn(pool, Effect.succeed("inside")), "1 second"))
        assert.strictEqual(yield* Green.runIn(pool, nested), "inside")
        const member = yield* Green.spawnIn(pool, Effect.flip(Green.waitall(pool)))
        assert.strictEqual(
          ((yield* Green.join(member)).cause as { code: string }).code,
          "GREENLIFT_WAITALL_FROM_MEMBER"
        )
        assert.strictEqual(pool.free(), 1)
      })
    )
  )

  it.live("imap in order, out of order, and over lists; stopped early it interrupts what runs", () =>
    clean(
      Effect.gen(function* () {
        const pool = new GreenPool(2)
        const slow = (ms: number) => Effect.as(Effect.sleep(ms), ms)
        const collected = (stream: Stream.Stream<number, Green.LiftedError>) =>
          Effect.map(Stream.runCollect(stream), Chunk.toReadonlyArray)
        assert.deepStrictEqual(yield* collected(Green.imap(pool, slow, [9, 1, 5])), [9, 1, 5])
        assert.deepStrictEqual(yield* collected(Green.imapUnordered(pool, slow, [30, 1, 5])), [1, 5, 30])
        const sum = (a: number, b: number) => Effect.succeed(a + b)
        assert.deepStrictEqual(yield* collected(Green.starmap(pool, sum, [[1, 2] as const, [3, 4] as const])), [3, 7])
        assert.deepStrictEqual(yield* collected(Green.imap(pool, sum, [1, 2], [10, 20, 30])), [11, 22])
        const notes: Array<string> = []
        let closed = false
        const input = function* () {
          try {
            for (let i = 0; ; i++) yield i
          } finally {
            closed = true
          }
        }
        const stubborn = (i: number) =>
          i === 0 ? Effect.succeed(i) : Effect.onInterrupt(Effect.never, () => noted(notes, `stopped ${i}`))
        const first = Stream.take(Green.imap(pool, stubborn, input()), 1)
        assert.deepStrictEqual(yield* collected(first as Stream.Stream<number, Green.LiftedError>), [0])
        assert.deepStrictEqual([notes.length > 0, closed, pool.running()], [true, true, 0])
        const failing = Green.imap(pool, (i: number) => (i === 1 ? Effect.fail(new Error("one")) : slow(i)), [0, 1, 2])
        assert.strictEqual((yield* Effect.flip(Stream.runDrain(failing))).message, "one")
        assert.strictEqual(pool.free(), 2)
      })
    )
  )

  it.live("imap in a member of the full pool does without a slot of its own", () =>
    clean(
      Effect.gen(function* () {
        const pool = new GreenPool(1)
        const inner = Stream.runCollect(Green.imap(pool, (i: number) => Effect.succeed(i * 2), [1, 2, 3]))
        assert.deepStrictEqual(Chunk.toReadonlyArray(yield* Green.runIn(pool, inner)), [2, 4, 6])
      })
    )
  )

  it.live("a pile and a group", () =>
    clean(
      Effect.gen(function* () {
        const pile = yield* Green.makePile<number>(2)
        for (const ms of [5, 1, 3]) yield* Green.spawnOn(pile, Effect.as(Effect.sleep(ms), ms))
        assert.deepStrictEqual(Chunk.toReadonlyArray(yield* Stream.runCollect(Green.resultsOf(pile))), [5, 1, 3])
        const group: Group = yield* Green.makeGroup
        yield* Green.spawnInto(group, Effect.never)
        assert.isFalse(yield* Green.joinGroup(group, { timeout: 1 }))
        yield* Green.killGroup(group)
        assert.isTrue(yield* Green.joinGroup(group))
        const tasks = yield* Effect.forEach([5, 1], (ms) => Green.spawn(Effect.as(Effect.sleep(ms), ms)))
        const ended = yield* Stream.runCollect(Green.iwait(tasks))
        assert.deepStrictEqual(
          Chunk.toReadonlyArray(ended).map((task) => task.result()),
          [1, 5]
        )
      })
    )
  )
})
