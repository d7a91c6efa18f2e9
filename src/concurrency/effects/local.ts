/**
 * `Local`, as Effects: each Effect fiber has values of its own, too, and takes over those of the one that forked it. Lifted
 * code that an Effect calls sees what the Effect has set, and the other way round; what is set further in stays there.
 */
import * as Effect from "effect/Effect"
import * as FiberRef from "effect/FiberRef"
import { localsRef } from "../../runtime/locals.js"
import { type Local, Values } from "../local.js"

/** The current fiber's value of a `Local`. */
export const getLocal = <A>(local: Local<A>): Effect.Effect<A> =>
  FiberRef.modify(localsRef, (values) => local.readFrom(Values.of(values)))

/** Sets the current fiber's value of a `Local`. */
export const setLocal = <A>(local: Local<A>, value: A): Effect.Effect<void> =>
  FiberRef.update(localsRef, (values) => Values.of(values).with(local, value))

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
  Effect.flatMap(FiberRef.get(localsRef), (values) =>
    Effect.locally(effect, localsRef, Values.of(values).with(local, value))
  )
