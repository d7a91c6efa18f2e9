/** Semaphores, as Effects. A `BoundedSemaphore` and a `Lock` are semaphores, too. */
import * as Effect from "effect/Effect"
import { Semaphore } from "../semaphore.js"
import { inLine, served } from "./in-line.js"

/** Makes a `Semaphore`. */
export const makeSemaphore = (permits?: number): Effect.Effect<Semaphore> => Effect.sync(() => new Semaphore(permits))

/** Runs an Effect with a permit held. */
export const withPermit = <A, E, R>(semaphore: Semaphore, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.uninterruptibleMask((restore) => {
    const release = () => semaphore.release()
    return Effect.flatMap(
      inLine<boolean>(restore, (waiter) => semaphore.enter(waiter), release),
      () => Effect.ensuring(restore(effect), Effect.sync(release))
    )
  })

/** Takes a permit, waiting for it in line. It is given back by `semaphore.release()`; `withPermit` sees to that by itself. */
export const acquire = (semaphore: Semaphore): Effect.Effect<void> =>
  Effect.asVoid(
    served<boolean>(
      (waiter) => semaphore.enter(waiter),
      () => semaphore.release()
    )
  )
