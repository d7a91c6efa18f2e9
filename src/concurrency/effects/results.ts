/** `AsyncResult`, as an Effect. */
import * as Effect from "effect/Effect"
import { LiftedError } from "../../runtime/errors.js"
import type { AsyncResult } from "../event.js"
import { served } from "./in-line.js"

/** Waits until an `AsyncResult` is set. Fails with what was set as an error. */
export const resultOf = <A>(result: AsyncResult<A>): Effect.Effect<A, LiftedError> =>
  Effect.flatMap(
    served<unknown>((waiter) => result.enter(waiter)),
    () => (result.successful ? Effect.succeed(result.value as A) : Effect.fail(LiftedError.from(result.exception)))
  )
