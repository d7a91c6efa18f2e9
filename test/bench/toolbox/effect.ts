/** Effect's own: forks, queues, semaphores, deferreds. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Queue from "effect/Queue"
import type { Kind } from "./kind.ts"

export const tick: Effect.Effect<void> = Effect.yieldNow()

export const turns = <E>(times: number, effect: Effect.Effect<unknown, E>) =>
  Effect.gen(function* () {
    for (let i = 0; i < times; i++) yield* effect
  })

export const both = <E>(one: Effect.Effect<unknown, E>, other: Effect.Effect<unknown, E>): Effect.Effect<void, E> =>
  Effect.all([one, other], { concurrency: 2, discard: true })

export const hundred = <E>(effect: Effect.Effect<unknown, E>): Effect.Effect<void, E> =>
  Effect.all(Array(100).fill(effect) as Array<typeof effect>, { concurrency: "unbounded", discard: true })

const pass = (queue: Queue.Queue<number>, times: number) =>
  both(
    Effect.gen(function* () {
      for (let i = 0; i < times; i++) yield* Queue.offer(queue, i)
    }),
    turns(times, Queue.take(queue))
  )

export const effects: Kind = {
  name: "Effect's own",
  spawnAndWait: (times) =>
    Effect.runPromise(
      Effect.gen(function* () {
        const fibers: Array<Fiber.Fiber<void>> = []
        for (let i = 0; i < times; i++) fibers.push(yield* Effect.fork(Effect.void))
        for (const fiber of fibers) yield* Fiber.join(fiber)
      })
    ),
  queue: (times) => Effect.runPromise(Effect.flatMap(Queue.bounded<number>(100), (queue) => pass(queue, times))),
  channel: (times) => Effect.runPromise(Effect.flatMap(Queue.bounded<number>(1), (queue) => pass(queue, times))),
  semaphore: (times) =>
    Effect.runPromise(
      Effect.flatMap(Effect.makeSemaphore(1), (semaphore) =>
        hundred(turns(times / 100, semaphore.withPermits(1)(tick)))
      )
    ),
  event: (times) =>
    Effect.runPromise(
      Effect.gen(function* () {
        let next = yield* Deferred.make<void>()
        const waiter = Effect.gen(function* () {
          for (let i = 0; i < times; i++) {
            yield* Deferred.await(next)
            next = yield* Deferred.make<void>()
          }
        })
        const sender = Effect.gen(function* () {
          for (let i = 0; i < times; i++) {
            while (!(yield* Deferred.succeed(next, undefined))) yield* tick
            yield* tick
          }
        })
        yield* both(waiter, sender)
      })
    ),
  imap: (times) =>
    Effect.runPromise(Effect.asVoid(Effect.forEach(Array(times).keys(), () => tick, { concurrency: 100 }))),
  timeout: (times) => Effect.runPromise(turns(times, Effect.timeout(tick, 60_000))),
  yields: (times) => Effect.runPromise(both(turns(times / 2, tick), turns(times / 2, tick)))
}
