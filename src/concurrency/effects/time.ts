/** Timeouts of the toolbox, as Effects. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { Timeout } from "../timeout.js"

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
export const limited = <A, E, R>(effect: Effect.Effect<A, E, R>, ms: number): Effect.Effect<A, E | Timeout, R> =>
  Effect.suspend(() => {
    const limit = new Timeout(ms)
    return Effect.timeoutFail(effect, { duration: Duration.millis(limit.ms!), onTimeout: () => limit })
  })
