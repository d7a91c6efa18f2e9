/** Pools of connections, as Effects. */
import * as Effect from "effect/Effect"
import type { LiftedError } from "../../runtime/errors.js"
import { callTwin, type Steps } from "../../runtime/twin.js"
import { type Cleanup, ConnectionPool, type ConnectionPoolOptions } from "../db/pool.js"
import type { Pooled } from "../db/pooled.js"
import { asFunction, exitOf } from "./from-twin.js"

/** Makes a `ConnectionPool`, whose connections are made and ended by functions of lifted code. */
export const makeConnectionPool = <C extends object>(
  options: ConnectionPoolOptions<C>
): Effect.Effect<ConnectionPool<C>> => Effect.sync(() => new ConnectionPool(options))

/**
 * Runs an Effect with a connection of a pool, and gives it back, cleaned; where the Effect is interrupted, perhaps in
 * mid-exchange, the connection is ended and never handed out again. Fails as the Effect does, and with a `LiftedError`
 * around what connecting throws.
 *
 * @param cleanup what to do before another gets the connection, in place of the pool's own
 *
 * @example
 * import * as Effect from "effect/Effect"
 * import * as Green from "greenlift"
 *
 * declare const connect: () => { query(sql: string): Promise<number>; close(): void }
 *
 * const program = Effect.gen(function* () {
 *   const pool = yield* Green.makeConnectionPool({ connect, max: 8 })
 *   return yield* Green.withConnection(pool, (db) => Effect.promise(() => db.query("SELECT 1")))
 * })
 */
export const withConnection = <C extends object, A, E, R>(
  pool: ConnectionPool<C>,
  use: (connection: Pooled<C>) => Effect.Effect<A, E, R>,
  cleanup?: Cleanup<C>
): Effect.Effect<A, E | LiftedError, R> =>
  exitOf(
    "use of a connection",
    () => callTwin(pool.item, pool, [asFunction("use of a connection", use), cleanup]) as Steps<any>
  )
