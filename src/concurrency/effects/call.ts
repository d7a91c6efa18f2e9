/** Any method of an object of the toolbox, as an Effect. */
import type * as Effect from "effect/Effect"
import type { LiftedError } from "../../runtime/errors.js"
import { runTwin } from "../../runtime/host.js"
import { callTwin } from "../../runtime/twin.js"
import type { AnyFunction, ResultOf } from "../call.js"

/**
 * Calls a method that waits, of an object of `greenlift/green` for which there is no function of its own here. It is called by
 * a fiber of its own: what it spawns has ended before it is over, and what depends on who calls, such as the holder of a lock,
 * is not for it. Fails with a `LiftedError` around what the method throws. Interruption reaches it where it waits.
 *
 * @example
 * import * as Green from "greenlift"
 * import { Pool } from "greenlift/green"
 *
 * const pool = new Pool({ create: () => ({ open: true }) })
 * const cleared = Green.call(pool, "clear")
 */
export const call = <T extends object, K extends keyof T & string>(
  self: T,
  method: K,
  ...args: T[K] extends AnyFunction ? Parameters<T[K]> : never
): Effect.Effect<T[K] extends AnyFunction ? ResultOf<T[K]> : never, LiftedError> =>
  runTwin(() => callTwin<any>(self[method] as AnyFunction, self, args), { name: method })
