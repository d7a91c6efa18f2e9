/** Events and results, as Effects. */
import * as Effect from "effect/Effect"
import { LiftedError } from "../../runtime/errors.js"
import type { AsyncResult, Event, Settled } from "../event.js"
import type { Waiter } from "../waiter.js"
import { served } from "./in-line.js"

const settled = <A>(outcome: Settled): Effect.Effect<A, LiftedError> =>
  outcome._tag === "Success" ? Effect.succeed(outcome.value as A) : Effect.fail(LiftedError.from(outcome.error))

/** Waits until an `AsyncResult` is set. Fails with what was set as an error. */
export const resultOf = <A>(result: AsyncResult<A>): Effect.Effect<A, LiftedError> =>
  Effect.flatMap(
    served<Settled>((waiter) => result.enter(waiter as Waiter<any>)),
    settled<A>
  )

/** Waits until an event has happened. Fails with what was sent as an error. */
export const happened = <A>(event: Event<A>): Effect.Effect<A, LiftedError> =>
  Effect.flatMap(
    served<Settled>((waiter) => event.enter(waiter as Waiter<any>)),
    settled<A>
  )
