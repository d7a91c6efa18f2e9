/** A connection taken from sql-pg's pool, and the queries on it. */

import type * as SqlConnection from "@effect/sql/SqlConnection"
import type { PgClient } from "@effect/sql-pg/PgClient"
import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type pg from "pg"
import { ask, isOpen } from "./ask.js"
import { Failure, failedToQuery, isFatal } from "./failure.js"
import type { Raw, Sent } from "./rows.js"

/** How long a cancelled query may take to end. */
const graceMs = 5000

export class Connection {
  /** Whether it broke, and is of no more use. */
  lost = false
  /** The id of the latest fiber when a transaction was begun on it. */
  since = 0
  /** Whether it has been given back. */
  released = false
  private readonly pg: pg.PoolClient & { readonly processID: number }

  /** @param scope gives the connection back when it closes */
  constructor(
    reserved: SqlConnection.Connection,
    readonly scope: Scope.CloseableScope,
    private readonly client: PgClient,
    private readonly clock: Clock.Clock
  ) {
    // sql-pg keeps the connection itself in this field. Through it a cancelled query can be awaited to its end.
    this.pg = (reserved as unknown as { readonly pg: Connection["pg"] }).pg
  }

  get inTransaction(): boolean {
    return isOpen(this.pg)
  }

  /** Ends it. The pool lets go of it when it comes back. */
  discard(): void {
    if (this.lost) return
    this.lost = true
    this.pg.end().catch(() => {})
  }

  /**
   * Interruption has the server cancel the query, and waits until it has ended, so that the connection is idle again;
   * one on which that cannot be done in time is discarded.
   */
  query(sql: string, values: ReadonlyArray<Sent>, timed: boolean): Effect.Effect<Raw, Failure> {
    return Effect.async<Raw, Failure>((resume) => {
      const over = new Promise<void>((ended) => {
        ask(this.pg, sql, values, (error, raw) => {
          if (error === null) resume(Effect.succeed(raw!))
          else {
            if (isFatal(error)) this.discard()
            resume(Effect.fail(new Failure(failedToQuery(error, timed))))
          }
          ended()
        })
      })
      return Effect.suspend(() => this.cancel(over))
    })
  }

  private cancel(over: Promise<void>): Effect.Effect<void> {
    const asked = Effect.ignore(this.client.unsafe("SELECT pg_cancel_backend($1)", [this.pg.processID]))
    const ended = Effect.zipRight(
      asked,
      Effect.promise(() => over)
    )
    return ended.pipe(
      Effect.interruptible,
      Effect.timeoutTo({
        duration: graceMs,
        onSuccess: () => {},
        onTimeout: () => this.discard()
      }),
      Effect.withClock(this.clock)
    )
  }
}
