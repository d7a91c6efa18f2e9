/** Pools of resources, as Effects. */
import * as Effect from "effect/Effect"
import type { LiftedError } from "../../runtime/errors.js"
import { callTwin, type Steps } from "../../runtime/twin.js"
import { Pool, type PoolOptions } from "../resources.js"
import { asFunction, exitOf } from "./from-twin.js"

/** Makes a `Pool` of resources, whose items are made and ended by functions of lifted code. */
export const makeResourcePool = <A>(options: PoolOptions<A>): Effect.Effect<Pool<A>> =>
  Effect.sync(() => new Pool(options))

/**
 * Runs an Effect with an item of a pool: an idle one, or a new one, or, when all are out, the next that is given back. It is
 * given back afterwards; where the Effect is interrupted, perhaps in mid-exchange, it is discarded. Fails as the Effect does,
 * and with a `LiftedError` around what making an item throws.
 *
 * @example
 * import * as Effect from "effect/Effect"
 * import * as Green from "greenlift"
 *
 * let made = 0
 * const program = Effect.gen(function* () {
 *   const pool = yield* Green.makeResourcePool({ create: () => ({ id: ++made }), max: 2 })
 *   return yield* Green.withItem(pool, ({ id }) => Effect.succeed(id))
 * })
 */
export const withItem = <A, B, E, R>(
  pool: Pool<A>,
  use: (item: A) => Effect.Effect<B, E, R>
): Effect.Effect<B, E | LiftedError, R> =>
  exitOf("use of a pool", () => callTwin(pool.use, pool, [asFunction("use of an item", use)]) as Steps<any>)
