/** Pools of resources, as Effects. */
import * as Effect from "effect/Effect"
import type { LiftedError } from "../../runtime/errors.js"
import { runTwin } from "../../runtime/host.js"
import { callTwin, type Steps } from "../../runtime/twin.js"
import { Pool, type PoolOptions, TokenPool } from "../resources.js"
import { asFunction, exitOf } from "./from-twin.js"

/** Makes a `Pool` of resources, whose items are made and ended by functions of lifted code. */
export const makeResourcePool = <A>(options: PoolOptions<A>): Effect.Effect<Pool<A>> =>
  Effect.sync(() => new Pool(options))

/** Makes a `TokenPool`. */
export const makeTokenPool = (options?: ConstructorParameters<typeof TokenPool>[0]): Effect.Effect<TokenPool> =>
  Effect.sync(() => new TokenPool(options))

/** Takes an item, waiting for one; fails with a `LiftedError` around what making one throws. `withItem` gives it back by itself. */
export const takeItem = <A>(pool: Pool<A>): Effect.Effect<A, LiftedError> =>
  runTwin(() => callTwin(pool.get, pool, []), { name: "an item of a pool" })

/** Gives an item back. Fails with GREENLIFT_POOL_ITEM, in a `LiftedError`, if it is not out. */
export const putItem = <A>(pool: Pool<A>, item: A): Effect.Effect<void, LiftedError> =>
  runTwin(() => callTwin(pool.put, pool, [item]), { name: "putting an item back" })

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
