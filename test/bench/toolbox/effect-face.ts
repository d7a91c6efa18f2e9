/** The same toolbox as Effects. Tasks, timers and turns are Effect's own there. */
import * as Effect from "effect/Effect"
import * as Green from "greenlift"
import { Event, type LightQueue } from "greenlift/green"
import { both, effects, hundred, tick, turns } from "./effect.ts"
import type { Kind } from "./kind.ts"

const pass = (queue: LightQueue<number>, times: number) =>
  both(
    Effect.gen(function* () {
      for (let i = 0; i < times; i++) yield* Green.offer(queue, i)
    }),
    Effect.gen(function* () {
      for (let i = 0; i < times; i++) yield* Green.take(queue)
    })
  )

export const effectFace: Kind = {
  ...effects,
  name: "greenlift, as Effects",
  queue: (times) => Effect.runPromise(Effect.flatMap(Green.makeLightQueue<number>(100), (queue) => pass(queue, times))),
  channel: (times) => Effect.runPromise(Effect.flatMap(Green.makeChannel<number>(), (queue) => pass(queue, times))),
  semaphore: (times) =>
    Effect.runPromise(
      Effect.flatMap(Green.makeSemaphore(1), (semaphore) =>
        hundred(turns(times / 100, Green.withPermit(semaphore, tick)))
      )
    ),
  event: (times) => {
    let next = new Event()
    const waiter = Effect.gen(function* () {
      for (let i = 0; i < times; i++) {
        yield* Green.happened(next)
        next = new Event()
      }
    })
    const sender = Effect.gen(function* () {
      for (let i = 0; i < times; i++) {
        while (next.ready) yield* tick
        next.send()
        yield* tick
      }
    })
    return Effect.runPromise(both(waiter, sender))
  },
  imap: (times) =>
    Effect.runPromise(
      Effect.flatMap(Green.makePool(100), (pool) =>
        Effect.asVoid(Effect.forEach(Array(times).keys(), () => Green.runIn(pool, tick), { concurrency: 100 }))
      )
    ),
  timeout: (times) => Effect.runPromise(turns(times, Green.limited(tick, 60_000)))
}
