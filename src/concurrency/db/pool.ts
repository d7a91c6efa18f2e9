/** `ConnectionPool`: connections to a database, made when needed, kept for the next one, never more than so many. */
import { Postgres, type PostgresOptions } from "../../blocking/postgres.js"
import { isInterruption } from "../../runtime/interruption.js"
import { plain } from "../../runtime/plain.js"
import { callTwin, current, type Steps, stamp } from "../../runtime/twin.js"
import { callable, milliseconds } from "../arguments.js"
import { ConnectTimeout, GreenError } from "../errors.js"
import { now } from "../limits/line.js"
import { Pool } from "../resources.js"
import { isTimeout, Timeout } from "../timeout.js"
import { lifted } from "./lifted.js"
import { hand, type Lease, leaseOf, type Pooled, unwrap } from "./pooled.js"

/** Makes a connection clean for its next user. One that throws has the connection discarded. */
export type Cleanup<C> = "rollback" | null | ((connection: C) => void)

/** How many connections, and for how long. Times are in ms. */
export interface ConnectionPoolBounds {
  /** How many to make at once, when the first is asked for. Default 0. */
  readonly min?: number
  /** How many there can be. Default 4. */
  readonly max?: number
  /** How long a connection may lie idle. With 0 none is kept. Default 10,000. */
  readonly maxIdle?: number
  /** How old a connection may be to be kept. With 0 none is kept. Default 30,000. */
  readonly maxAge?: number
  /** How long connecting may take; then `get` throws a `ConnectTimeout`. Default 5000. */
  readonly connectTimeout?: number
}

export interface ConnectionPoolOptions<C> extends ConnectionPoolBounds {
  /** Makes a connection; may block. */
  readonly connect: () => C
  /** Ends a connection; may block. What it throws is reported as a warning of the process. Default: `close()`, or `end()`. */
  readonly close?: (connection: C) => void
  /**
   * Called on a connection that is given back. Default `"rollback"`: its `rollback()`, or `query("ROLLBACK")`, where it has
   * one; nothing with null.
   */
  readonly cleanup?: Cleanup<C>
}

interface Entry<C> {
  readonly connection: C
  readonly born: number
  idleSince: number
}

/**
 * A pool of connections to one database. One that is given back is cleaned of what its user left undone (by default,
 * rolled back) and handed to the next; one that is too old, cannot be cleaned, or was cut off in mid-exchange by an
 * interruption or a timeout is ended, and never handed out again. Who asks when all are out waits in line; leaving the line
 * leaves nothing behind. Connections that lie idle for too long are ended when the pool is next used.
 *
 * Two tasks in calls on one connection at the same time are an error that names both.
 *
 * The idea is eventlet's `db_pool`.
 *
 * @example
 * import { ConnectionPool } from "greenlift/green"
 *
 * const pool = ConnectionPool.postgres("postgres://localhost/crawl", { max: 8 })
 * const { rows } = pool.item((db) => db.query("SELECT id FROM accounts"))
 * console.log(rows.length)
 * pool.clear()
 */
export class ConnectionPool<C extends object> {
  readonly #pool: Pool<Entry<C>>
  readonly #out = new WeakMap<object, Entry<C>>()
  readonly #options: ConnectionPoolOptions<C>
  readonly #maxIdle: number
  readonly #maxAge: number

  constructor(options: ConnectionPoolOptions<C>) {
    callable(options.connect, "connect")
    this.#options = options
    this.#maxIdle = milliseconds(options.maxIdle ?? 10_000, "maxIdle")
    this.#maxAge = milliseconds(options.maxAge ?? 30_000, "maxAge")
    const timeout = milliseconds(options.connectTimeout ?? 5000, "connectTimeout")
    this.#pool = new Pool<Entry<C>>({
      min: options.min ?? 0,
      max: options.max ?? 4,
      order: "stack",
      create: lifted(() => this.#connecting(timeout)),
      destroy: lifted((entry: Entry<C>) => this.#closing(entry.connection))
    })
  }

  /** The connection itself behind what a pool handed out, or null where that is something else. */
  static unwrap(value: unknown): unknown {
    return unwrap(value)
  }

  /** A pool of sessions of `Postgres`, each of which is one connection. */
  static postgres(options: PostgresOptions | string, bounds: ConnectionPoolBounds = {}): ConnectionPool<Postgres> {
    const given = typeof options === "string" ? { url: options } : options
    const connect = function* (): Steps<Postgres> {
      const db = new Postgres({ ...given, connections: 1 })
      let connected = false
      try {
        yield* callTwin(db.query, db, ["SELECT 1"])
        connected = true
        return db
      } finally {
        if (!connected) yield* callTwin(db.close, db, [])
      }
    }
    return new ConnectionPool({ ...bounds, connect: lifted(connect) })
  }

  /**
   * Takes a connection: an idle one, or a new one, or, when all are out, the next that is given back. Give it back with
   * its `close()`, or with `put`. Throws what `connect` throws, and `ConnectTimeout`.
   */
  get(): Pooled<C> {
    return plain(this.getting, this, []) as Pooled<C>
  }

  /** Gives a connection back. `cleanup` stands in for that of the pool. */
  put(connection: Pooled<C>, cleanup?: Cleanup<C>): void {
    plain(this.putting, this, [connection, cleanup])
  }

  /** Gives back a connection that is of no use any more: it is ended, and another can be made. */
  discard(connection: Pooled<C>): void {
    plain(this.discarding, this, [connection])
  }

  /**
   * Calls `f` with a connection, and gives it back however `f` ends; where that was interrupted or timed out, perhaps in
   * mid-exchange, the connection is discarded.
   */
  item<A>(f: (connection: Pooled<C>) => A, cleanup?: Cleanup<C>): A {
    return plain(this.lending, this, [f, cleanup]) as A
  }

  /** Ends all idle connections. */
  clear(): void {
    plain(this.clearing, this, [])
  }

  /** How many more could be taken without waiting. */
  free(): number {
    return this.#pool.free()
  }

  /** How many wait for one. */
  waiting(): number {
    return this.#pool.waiting()
  }

  /** Changes how many there can be. */
  resize(max: number): void {
    this.#pool.resize(max)
  }

  /** @internal */
  *getting(): Steps<Pooled<C>> {
    const at = now()
    yield* this.#pool.dropping((entry) => this.#isStale(entry, at))
    const entry = yield* this.#pool.getting()
    const lease: Lease<C> = { connection: entry.connection, over: false, torn: false }
    const pooled = hand(lease, (pooled) => this.putting(pooled))
    this.#out.set(pooled, entry)
    return pooled
  }

  /** @internal */
  *putting(pooled: Pooled<C>, cleanup = this.#options.cleanup): Steps<void> {
    const [entry, lease] = this.#take(pooled)
    let keep = false
    try {
      if (!lease.torn) keep = yield* this.#cleaned(entry.connection, cleanup)
    } finally {
      const at = now()
      entry.idleSince = at
      yield* this.#pool.putting(entry, keep && this.#maxIdle > 0 && at - entry.born < this.#maxAge)
    }
  }

  /** @internal */
  *discarding(pooled: Pooled<C>): Steps<void> {
    const [entry] = this.#take(pooled)
    yield* this.#pool.putting(entry, false)
  }

  /** @internal */
  *lending<A>(f: (connection: Pooled<C>) => A, cleanup?: Cleanup<C>): Steps<A> {
    callable(f, "f")
    const pooled = yield* this.getting()
    const lease = leaseOf<C>(pooled)!
    try {
      return yield* callTwin(f, undefined, [pooled])
    } catch (error) {
      if (isInterruption(error) || isTimeout(error)) lease.torn = true
      throw error
    } finally {
      if (!lease.over) yield* this.putting(pooled, cleanup)
    }
  }

  /** @internal */
  *clearing(): Steps<void> {
    yield* this.#pool.dropping(() => true)
  }

  #isStale({ born, idleSince }: Entry<C>, at: number): boolean {
    return at - idleSince > this.#maxIdle || at - born > this.#maxAge
  }

  /** Takes a connection out of the hands of its user. */
  #take(pooled: unknown): readonly [Entry<C>, Lease<C>] {
    const entry = this.#out.get(pooled as object)
    const lease = leaseOf<C>(pooled)
    if (entry === undefined || lease === undefined || lease.over) {
      throw new GreenError(
        "GREENLIFT_POOL_ITEM",
        "put was given a connection that is not out: put back once, and only here, what get returned"
      )
    }
    lease.over = true
    return [entry, lease]
  }

  /** Whether the connection could be cleaned. */
  *#cleaned(connection: C, cleanup: Cleanup<C> = "rollback"): Steps<boolean> {
    try {
      if (typeof cleanup === "function") yield* callTwin(cleanup, undefined, [connection])
      else if (cleanup === "rollback") yield* rollback(connection)
      return true
    } catch (error) {
      if (isInterruption(error)) throw error
      return false
    }
  }

  *#connecting(ms: number): Steps<Entry<C>> {
    const limit = new Timeout(ms)
    try {
      const { connect } = this.#options
      const connection = (current.fiber === null ? limit.run(connect) : yield* limit.running(connect)) as C
      return { connection, born: now(), idleSince: now() }
    } catch (error) {
      throw error === limit ? new ConnectTimeout(ms) : error
    }
  }

  *#closing(connection: any): Steps<void> {
    try {
      const close = this.#options.close
      if (close !== undefined) yield* callTwin(close, undefined, [connection])
      else if (typeof connection.close === "function") yield* callTwin(connection.close, connection, [])
      else if (typeof connection.end === "function") yield* callTwin(connection.end, connection, [])
    } catch (error) {
      if (isInterruption(error)) throw error
      process.emitWarning(`a connection of a pool could not be closed: ${String(error)}`)
    }
  }

  static {
    const { prototype } = ConnectionPool
    stamp(prototype.get, prototype.getting)
    stamp(prototype.put, prototype.putting)
    stamp(prototype.discard, prototype.discarding)
    stamp(prototype.item, prototype.lending)
    stamp(prototype.clear, prototype.clearing)
  }
}

function* rollback(connection: any): Steps<void> {
  if (typeof connection.rollback === "function") yield* callTwin(connection.rollback, connection, [])
  else if (typeof connection.query === "function") yield* callTwin(connection.query, connection, ["ROLLBACK"])
}
