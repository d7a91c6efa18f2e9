/** Timeouts of the toolbox, as Effects. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { Timeout } from "../timeout.js"

/** Fails when the time of a block is up: with nothing where it is to end quietly. */
const expiry = (expire: ReturnType<Timeout["begin"]>, ms: number): Effect.Effect<never, Option.Option<unknown>> =>
  Effect.flatMap(Effect.sleep(Duration.millis(ms)), () => {
    const expired = expire()
    if (expired === undefined) return Effect.never
    return Effect.fail(expired.quietly ? Option.none() : Option.some(expired.error))
  })

interface Limited {
  /**
   * Runs an Effect for at most `ms` milliseconds. When they are up it is interrupted, and this fails with a `Timeout` of its
   * own, which a timeout inside or around it does not take for its own.
   *
   * @example
   * import * as Effect from "effect/Effect"
   * import * as Green from "greenlift"
   *
   * const answer = Green.limited(Effect.never, 100).pipe(Effect.catchTag("Timeout", () => Effect.succeed("too slow")))
   */
  <A, E, R>(effect: Effect.Effect<A, E, R>, ms: number): Effect.Effect<A, E | Timeout, R>
  /**
   * Runs an Effect under a `Timeout`, which may be cancelled meanwhile. When its time is up the Effect is interrupted, and this
   * fails with what the timeout throws, by default itself; it succeeds with undefined under one that is quiet.
   */
  <A, E, R>(effect: Effect.Effect<A, E, R>, limit: Timeout): Effect.Effect<A | undefined, E | Error, R>
}

const under = <A, E, R>(effect: Effect.Effect<A, E, R>, limit: Timeout): Effect.Effect<A | undefined, any, R> => {
  if (limit.ms === null) return effect
  return Effect.raceFirst(Effect.mapError(effect, Option.some), expiry(limit.begin(), limit.ms)).pipe(
    Effect.catchAll((failure) => (Option.isSome(failure) ? Effect.fail(failure.value) : Effect.succeed(undefined))),
    Effect.ensuring(Effect.sync(() => limit.cancel()))
  )
}

/** Runs an Effect for so long. */
export const limited: Limited = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  limit: number | Timeout
): Effect.Effect<any, any, R> =>
  Effect.suspend(() => {
    if (limit instanceof Timeout) return under(effect, limit)
    const own = new Timeout(limit)
    return Effect.timeoutFail(effect, { duration: Duration.millis(own.ms!), onTimeout: () => own })
  })
