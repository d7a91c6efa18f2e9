/** A Postgres session in blocking style. */
import { plain } from "../runtime/plain.js"
import { stamp } from "../runtime/twin.js"
import type { PostgresOptions } from "./postgres/options.js"
import type { QueryResult } from "./postgres/rows.js"
import { Session } from "./postgres/session.js"

export { PostgresError } from "./postgres/error.js"
export type { PostgresReason } from "./postgres/failure.js"
export type { PostgresOptions, PostgresTls } from "./postgres/options.js"
export type { QueryResult } from "./postgres/rows.js"

/**
 * A session with a PostgreSQL server. It connects with its first query.
 *
 * Plainly, each call blocks until the server has answered, on one connection. In fibers, calls of different fibers run
 * side by side on up to `connections` connections, first come, first served; each run of lifted code has its own, and
 * closes them in the end. Either way rows and errors are the same.
 *
 * Values are converted as `pg` does: `timestamptz` to `Date`, `bytea` to `Buffer`, `json` to what it says, `int8` and
 * `numeric` to strings, arrays to arrays; `pg.types.setTypeParser` changes that.
 *
 * What a session of Postgres keeps (`SET`, temporary tables, advisory locks) belongs to one connection: in fibers, use it
 * inside a transaction. A fiber whose transaction is open has a connection to itself, by `transaction` or by `BEGIN`.
 *
 * Interruption while waiting for a connection takes effect at once, except that an attempt to connect runs to its end
 * (`connectTimeout` at most); a query that is running is cancelled on the server first, and only a connection that has
 * answered since is used again.
 *
 * @throws PostgresError from every method; its `reason` tells what kind of trouble it is
 *
 * @example
 * import { Postgres } from "greenlift/blocking"
 *
 * interface Account {
 *   id: number
 *   followers: number
 * }
 *
 * const db = new Postgres({ url: "postgres://localhost/crawl" })
 * const { rows } = db.query<Account>("SELECT id, followers FROM accounts WHERE followers > $1", [1000])
 * db.transaction(() => {
 *   for (const account of rows) {
 *     db.query("UPDATE accounts SET followers = $2 WHERE id = $1", [account.id, account.followers + 1])
 *   }
 * })
 * db.close()
 */
export class Postgres {
  readonly #session: Session

  /** @param options a URL, or where to connect and how; by default what `DATABASE_URL` or libpq's environment says */
  constructor(options: PostgresOptions | string = {}) {
    this.#session = new Session(options)
  }

  /**
   * Runs a statement; of several, separated by semicolons and without parameters, gives the result of the last.
   *
   * @param sql with `$1`, `$2`, … for the parameters
   * @param params `undefined` is `NULL`; objects are sent as JSON, arrays as arrays of Postgres
   */
  query<Row = any>(sql: string, params: ReadonlyArray<unknown> = []): QueryResult<Row> {
    return plain(this.#session.query, this.#session, [sql, params]) as QueryResult<Row>
  }

  /** Runs a statement that gives one row, and returns it. No row, or several, are an error with the reason `Rows`. */
  one<Row = any>(sql: string, params: ReadonlyArray<unknown> = []): Row {
    return plain(this.#session.one, this.#session, [sql, params]) as Row
  }

  /**
   * Calls `fn` inside a transaction: commits when it returns, rolls back when it throws and throws the very same. Inside
   * another transaction it is a savepoint of that one. Queries of the same fiber belong to it; those of other fibers, which
   * `fn` may have started, do not. Interruption rolls back.
   *
   * @param fn gets this session, and returns what `transaction` returns
   */
  transaction<A>(fn: (db: this) => A): A {
    return plain(this.#session.transaction, this.#session, [this, fn]) as A
  }

  /**
   * Rolls back the transaction that is open, if there is one: for a session that comes back from someone, of whom nothing
   * is to be left.
   */
  rollback(): void {
    plain(this.#session.rollback, this.#session, [])
  }

  /**
   * Ends its connections. Queries of other fibers that are running finish first; those still waiting fail, as does any
   * later one; a transaction that is open is rolled back.
   */
  close(): void {
    plain(this.#session.close, this.#session, [])
  }

  static {
    const { close, one, query, rollback, transaction } = Postgres.prototype
    stamp(rollback, function (this: Postgres) {
      return this.#session.rollback()
    })
    stamp(query, function (this: Postgres, sql: string, params?: ReadonlyArray<unknown>) {
      return this.#session.query(sql, params)
    })
    stamp(one, function (this: Postgres, sql: string, params?: ReadonlyArray<unknown>) {
      return this.#session.one(sql, params)
    })
    stamp(transaction, function (this: Postgres, fn: (db: any) => unknown) {
      return this.#session.transaction(this, fn)
    })
    stamp(close, function (this: Postgres) {
      return this.#session.close()
    })
  }
}
