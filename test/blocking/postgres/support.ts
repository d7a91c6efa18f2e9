/** A server for the tests of one file, and the ways to run lifted code against it. */
import { setTimeout as delay } from "node:timers/promises"
import { afterAll, assert, beforeAll } from "@effect/vitest"
import { Effect } from "effect"
import pg from "pg"
import { Postgres, PostgresError, type PostgresOptions, type QueryResult } from "../../../src/blocking/postgres.ts"
import type { Fiber } from "../../../src/runtime/fiber.ts"
import { type RunOptions, runTwin, spawn } from "../../../src/runtime/host.ts"
import { plain } from "../../../src/runtime/plain.ts"
import { callTwin, current, type Steps, stamp, type Twin } from "../../../src/runtime/twin.ts"
import { type PostgresServer, startPostgres } from "../../support/postgres.ts"

export let server: PostgresServer
/** Looks on from outside. */
export let admin: pg.Client

/** Starts a server for the tests of this file. */
export const useServer = (): void => {
  beforeAll(async () => {
    server = await startPostgres()
    admin = new pg.Client(server.url)
    await admin.connect()
    await admin.query("CREATE TABLE accounts (id int PRIMARY KEY, name text NOT NULL, balance int DEFAULT 0)")
    // The worker of plain sessions is started by the first query, and stays, with what ends it, as long as the process.
    const db = new Postgres(server.url)
    db.query("SELECT 1")
    db.close()
  })

  afterAll(async () => {
    await admin.end()
    await server.stop()
  })
}

export const query = (db: Postgres, sql: string, params: ReadonlyArray<unknown> = []): Steps<QueryResult<any>> =>
  callTwin(db.query as any, db, [sql, params])

/** What the compiler makes of a function that may block. */
export const lifted = <F extends (...args: Array<any>) => unknown>(twin: Twin<any, any>): F =>
  stamp(
    function (this: unknown, ...args: Array<unknown>) {
      return plain(twin, this, args)
    } as F,
    twin
  )

export const transaction = <A>(db: Postgres, twin: () => Steps<A>): Steps<A> =>
  callTwin(db.transaction as any, db, [lifted(twin)])

/** Runs lifted code in a fiber. */
export const green = <A>(twin: () => Steps<A>, options: Partial<RunOptions> = {}) =>
  Effect.mapError(runTwin(twin, { name: "test", ...options }), ({ cause }) => cause)

/** The two ways to run lifted code. What it throws is the failure. */
export const ways = {
  plainly: <A>(twin: () => Steps<A>): Effect.Effect<A, unknown> =>
    Effect.try({ try: () => plain(twin, undefined, []) as A, catch: (error) => error }),
  "in a fiber": <A>(twin: () => Steps<A>): Effect.Effect<A, unknown> => green(twin)
}

export const withSession = <A, E>(use: (db: Postgres) => Effect.Effect<A, E>, options: PostgresOptions = {}) =>
  Effect.acquireUseRelease(
    Effect.sync(() => new Postgres({ url: server.url, ...options })),
    use,
    (db) => Effect.sync(() => db.close())
  )

/** Asks from outside. */
export const ask = (sql: string, params: Array<unknown> = []) =>
  Effect.map(
    Effect.promise(() => admin.query(sql, params)),
    ({ rows }) => rows
  )

/** Waits until a query made from outside gives a row. */
export const until = (sql: string, params: Array<unknown> = []) =>
  Effect.promise(async () => {
    while ((await admin.query(sql, params)).rowCount === 0) await delay(2)
  })

const active =
  "SELECT 1 FROM pg_stat_activity " +
  "WHERE datname = current_database() AND state = 'active' AND query LIKE $1 AND pid <> pg_backend_pid()"

/** Waits until a query that contains `text` is running. */
export const running = (text: string) => until(active, [`%${text}%`])

export const isRunning = (text: string) => Effect.map(ask(active, [`%${text}%`]), (rows) => rows.length > 0)

/** All that can be seen of an error, but for where it was thrown. */
export const errorOf = (error: unknown) => {
  assert.instanceOf(error, PostgresError)
  const { place, ...own } = error as PostgresError
  return { ...own, message: (error as PostgresError).message, name: (error as PostgresError).name }
}

/** Spawns a child of the fiber that runs. */
export const child = <A>(name: string, twin: () => Steps<A>): Fiber => spawn(current.fiber!, name, twin())

/** A session of one connection, and another to look on from the same run. */
export const withTwoSessions = <A, E>(use: (db: Postgres, other: Postgres) => Effect.Effect<A, E>) =>
  withSession((db) => withSession((other) => use(db, other)), { connections: 1 })

/** Waits, in a fiber, until a query that contains `text` is running. */
export const untilRunning = function* (db: Postgres, text: string): Steps<void> {
  while ((yield* query(db, active, [`%${text}%`])).rowCount === 0) {}
}
