/** `Local`, as Effects: each Effect fiber has values of its own, too, and takes over those of the one that forked it. */
import * as Effect from "effect/Effect"
import * as FiberRef from "effect/FiberRef"
import { Local, type Values } from "../local.js"

/** What a fiber hands down at a fork goes through `inherit`; what a joined fiber has set stays its own. */
const valuesRef = FiberRef.unsafeMake<Values>(new Map(), { fork: Local.handDown, join: (own) => own })

/** The current fiber's value of a `Local`. */
export const getLocal = <A>(local: Local<A>): Effect.Effect<A> =>
  FiberRef.modify(valuesRef, (values) => local.readFrom(values))

/** Sets the current fiber's value of a `Local`. */
export const setLocal = <A>(local: Local<A>, value: A): Effect.Effect<void> =>
  FiberRef.update(valuesRef, (values) => new Map(values).set(local, value))

/**
 * Runs an Effect with a value of a `Local`.
 *
 * @example
 * import * as Effect from "effect/Effect"
 * import * as Green from "greenlift"
 * import { Local } from "greenlift/green"
 *
 * const user = new Local({ initial: () => "nobody" })
 * const greeting = Green.withLocal(user, "ann", Effect.map(Green.getLocal(user), (name) => `hello ${name}`))
 */
export const withLocal = <A, B, E, R>(
  local: Local<A>,
  value: A,
  effect: Effect.Effect<B, E, R>
): Effect.Effect<B, E, R> =>
  Effect.flatMap(FiberRef.get(valuesRef), (values) =>
    Effect.locally(effect, valuesRef, new Map(values).set(local, value))
  )
