/** Events and results, as Effects. */
import * as Effect from "effect/Effect"
import { LiftedError } from "../../runtime/errors.js"
import type { AsyncResult, Event } from "../event.js"
import { served } from "./in-line.js"

/** Waits until an `AsyncResult` is set. Fails with what was set as an error. */
export const resultOf = <A>(result: AsyncResult<A>): Effect.Effect<A, LiftedError> =>
  Effect.flatMap(
    served<unknown>((waiter) => result.enter(waiter)),
    () => (result.successful ? Effect.succeed(result.value as A) : Effect.fail(LiftedError.from(result.exception)))
  )

/** Waits until an event has happened. Fails with what was sent as an error. */
export const happened = <A>(event: Event<A>): Effect.Effect<A, LiftedError> =>
  Effect.flatMap(
    served<unknown>((waiter) => event.enter(waiter)),
    () => Effect.try({ try: () => event.poll() as A, catch: LiftedError.from })
  )
