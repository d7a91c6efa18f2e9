/** Effect's own fibers. */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type { Frames, Kind } from "./kind.ts"

type Wait = Effect.Effect<void>
type Resume = (effect: Wait) => void

const microtask: Wait = Effect.async((resume) => queueMicrotask(() => resume(Effect.void)))

const body = (frames: Frames, wait: Wait): Wait => Effect.gen(() => descend(frames, wait))

function* descend(frames: number, wait: Wait): Effect.fn.Return<void> {
  if (frames === 1) yield* wait
  else yield* descend(frames - 1, wait)
}

export const effects: Kind = {
  name: "Effect: fork of Effect.gen",
  park: (parked, frames, seen) => {
    const wait: Wait = Effect.async((resume: Resume) => parked.add(resume))
    const seenThen: Wait = Effect.async((resume: Resume) =>
      parked.whenAllWait(() => {
        seen()
        resume(Effect.void)
      }, Effect.void)
    )
    const all = Effect.gen(function* () {
      const forked = new Array<Fiber.Fiber<void>>(parked.room)
      for (let n = 0; n < parked.room; n++) forked[n] = yield* Effect.fork(body(frames, wait))
      yield* seenThen
      yield* Fiber.joinAll(forked)
    })
    return Effect.runPromise(all)
  },
  spawnAndJoinEach: (many) =>
    Effect.runPromise(
      Effect.gen(function* () {
        for (let n = 0; n < many; n++) yield* Fiber.join(yield* Effect.fork(body(1, Effect.void)))
      })
    ),
  spawnThenJoinAll: (many) =>
    Effect.runPromise(
      Effect.gen(function* () {
        const forked: Array<Fiber.Fiber<void>> = []
        for (let n = 0; n < many; n++) forked.push(yield* Effect.fork(body(1, Effect.void)))
        for (const fiber of forked) yield* Fiber.join(fiber)
      })
    ),
  resumeOne: (times) =>
    Effect.runPromise(
      Effect.gen(function* () {
        for (let n = 0; n < times; n++) yield* microtask
      })
    )
}
