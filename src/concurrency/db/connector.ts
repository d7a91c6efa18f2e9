/** `DatabaseConnector`: a pool for each database. */
import type { Postgres, PostgresOptions } from "../../blocking/postgres.js"
import { callTwin } from "../../runtime/twin.js"
import { ArgumentValueError } from "../errors.js"
import { lifted } from "./lifted.js"
import { ConnectionPool, type ConnectionPoolOptions } from "./pool.js"

/** Who connects. */
export type Credentials = Readonly<Record<string, unknown>>

export interface DatabaseConnectorOptions<C> extends Omit<ConnectionPoolOptions<C>, "connect"> {
  /** Makes a connection to a database; may block. Default: to Postgres. */
  readonly connect?: (where: { readonly host: string; readonly database: string } & Credentials) => C
}

/**
 * Hands out a pool for each database of each host, the same one each time.
 *
 * The idea is eventlet's `db_pool.DatabaseConnector`.
 *
 * @example
 * import { DatabaseConnector } from "greenlift/green"
 *
 * const connector = new DatabaseConnector({ "db.example.com": { user: "crawl", password: "secret" }, default: {} })
 * const pool = connector.get("db.example.com", "accounts")
 * console.log(pool.item((db) => db.query("SELECT 1").rowCount))
 */
export class DatabaseConnector<C extends object = Postgres> {
  readonly #pools = new Map<string, ConnectionPool<any>>()

  /** @param credentials by host; those under `default` are for all others */
  constructor(
    private readonly credentials: Readonly<Record<string, Credentials>>,
    private readonly options: DatabaseConnectorOptions<C> = {}
  ) {}

  /** The credentials for a host. Throws where there are none, and no default. */
  credentialsFor(host: string): Credentials {
    const found = this.credentials[host] ?? this.credentials["default"]
    if (found !== undefined) return found
    throw new ArgumentValueError(`there are no credentials for ${host}: give them, or some for "default"`)
  }

  /** The pool for a database of a host. */
  get(host: string, database: string): ConnectionPool<C> {
    const key = JSON.stringify([host, database])
    let pool = this.#pools.get(key)
    if (pool === undefined) {
      const where = { ...this.credentialsFor(host), host, database }
      this.#pools.set(key, (pool = this.#make(where)))
    }
    return pool
  }

  #make(where: { readonly host: string; readonly database: string } & Credentials): ConnectionPool<any> {
    const { connect, ...bounds } = this.options
    if (connect === undefined) return ConnectionPool.postgres(where as PostgresOptions, bounds)
    return new ConnectionPool<C>({ ...bounds, connect: lifted(() => callTwin(connect, undefined, [where])) })
  }
}
