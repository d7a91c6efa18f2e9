import { deepStrictEqual } from "node:assert"
import { type AddressInfo, createServer, type Server } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Postgres, PostgresError, type PostgresOptions } from "../../../src/blocking/postgres.ts"
import { callTwin } from "../../../src/runtime/twin.ts"
import { errorOf, query, server, useServer, ways, withSession } from "./support.ts"

useServer()

describe("errors", () => {
  const rejected: ReadonlyArray<
    readonly [what: string, sqlState: string, sql: string, params?: ReadonlyArray<unknown>]
  > = [
    ["a syntax error", "42601", "SELEC 1"],
    ["no such table", "42P01", "SELECT * FROM\n\n  nowhere"],
    ["no such column", "42703", "SELECT nothing FROM accounts"],
    ["a duplicate", "23505", "INSERT INTO accounts VALUES (1000, 'a'), (1000, 'b')"],
    ["a missing value", "23502", "INSERT INTO accounts VALUES (1001, NULL)"],
    ["division by zero", "22012", "SELECT 1 / 0"],
    ["a wrong value", "22P02", "SELECT $1::int", ["x"]],
    ["too few parameters", "08P01", "SELECT $1::int, $2::int", [1]],
    [
      "an error raised by hand",
      "P0001",
      "DO $$ BEGIN RAISE EXCEPTION 'no' USING DETAIL = 'why', HINT = 'do this'; END $$"
    ],
    ["COPY from a client that sends nothing", "57014", "COPY accounts FROM STDIN"]
  ]

  for (const [what, sqlState, sql, params] of rejected) {
    it.live(`${what} is the same plainly and in a fiber, and leaves the session usable`, () =>
      withSession((db) =>
        Effect.gen(function* () {
          const [one, other] = yield* Effect.forEach(Object.values(ways), (run) =>
            Effect.zipLeft(
              Effect.flip(run(() => query(db, sql, params))),
              run(() => query(db, "SELECT 1"))
            )
          )
          deepStrictEqual(errorOf(one), errorOf(other))
          const error = one as PostgresError
          assert.strictEqual(error.reason, "Query")
          assert.strictEqual(error.code, "GREENLIFT_POSTGRES_QUERY")
          assert.strictEqual(error.sqlState, sqlState)
          assert.strictEqual(error.sql, sql.replace(/\s+/g, " "))
          assert.match(error.message, /\.$/)
        })
      )
    )
  }

  it.live("carry what the server says, and the line of the call", () =>
    withSession((db) =>
      Effect.gen(function* () {
        const error = (yield* Effect.flip(
          Effect.try({ try: () => db.query("INSERT INTO accounts VALUES (7, 'a'), (7, 'b')"), catch: (error) => error })
        )) as PostgresError
        assert.strictEqual(error.constraint, "accounts_pkey")
        assert.strictEqual(error.table, "accounts")
        assert.strictEqual(error.detail, "Key (id)=(7) already exists.")
        assert.include(error.message, "Key (id)=(7) already exists.")
        assert.include(error.message, "catch this error by its sqlState")
        assert.match(error.place!, /test\/blocking\/postgres\/errors\.test\.ts:\d+:\d+$/)
        const syntax = (yield* Effect.flip(ways.plainly(() => query(db, "SELECT 1 +")))) as PostgresError
        assert.strictEqual(syntax.position, 11)
      })
    )
  )

  it.live("shorten a long statement", () =>
    withSession((db) =>
      Effect.gen(function* () {
        const error = (yield* Effect.flip(
          ways["in a fiber"](() => query(db, `SELEC '${"x".repeat(5000)}'`))
        )) as PostgresError
        assert.strictEqual(error.sql!.length, 200)
        assert.isBelow(error.message.length, 400)
      })
    )
  )

  const unreachable: ReadonlyArray<readonly [what: string, reason: string, change: () => PostgresOptions]> = [
    ["nobody listens", "Refused", () => ({ url: "postgres://127.0.0.1:1/x" })],
    ["nobody listens at any address of a name", "Refused", () => ({ url: "postgres://localhost:1/x" })],
    ["there is no such socket", "Refused", () => ({ url: server.url, host: "/no/such/directory" })],
    ["there is no such database", "Refused", () => ({ url: server.url, database: "nothing here" })],
    ["the password is wrong", "Auth", () => ({ url: server.url, password: "wrong" })],
    ["there is no such user", "Auth", () => ({ url: server.url, user: "nobody here" })]
  ]

  for (const [what, reason, change] of unreachable) {
    it.live(`${reason} when ${what}, plainly and in a fiber`, () =>
      Effect.gen(function* () {
        const [one, other] = yield* Effect.forEach(Object.values(ways), (run) =>
          Effect.flip(withSession((db) => run(() => query(db, "SELECT 1")), change()))
        )
        deepStrictEqual(errorOf(one), errorOf(other))
        assert.strictEqual((one as PostgresError).reason, reason)
        assert.notInclude((one as PostgresError).message, "greenlift@")
      })
    )
  }

  it.live("Timeout when a server does not answer within connectTimeout, plainly and in a fiber", () =>
    Effect.acquireUseRelease(
      Effect.async<Server>((resume) => {
        const silent = createServer().listen(0, "127.0.0.1", () => resume(Effect.succeed(silent)))
      }),
      (silent) =>
        Effect.gen(function* () {
          const { port } = silent.address() as AddressInfo
          const options = { url: `postgres://127.0.0.1:${port}/x`, connectTimeout: 30 }
          const [one, other] = yield* Effect.forEach(Object.values(ways), (run) =>
            Effect.flip(withSession((db) => run(() => query(db, "SELECT 1")), options))
          )
          deepStrictEqual(errorOf(one), errorOf(other))
          assert.strictEqual((one as PostgresError).reason, "Timeout")
          assert.include((one as PostgresError).message, "within 30 ms")
        }),
      (silent) => Effect.sync(() => silent.close())
    )
  )

  it.live("Timeout when a statement takes longer than queryTimeout, plainly and in a fiber", () =>
    Effect.gen(function* () {
      const [one, other] = yield* Effect.forEach(Object.values(ways), (run) =>
        withSession(
          (db) =>
            Effect.zipLeft(
              Effect.flip(run(() => query(db, "SELECT pg_sleep(30)"))),
              run(() => query(db, "SELECT 1"))
            ),
          { queryTimeout: 20 }
        )
      )
      deepStrictEqual(errorOf(one), errorOf(other))
      assert.strictEqual((one as PostgresError).code, "GREENLIFT_POSTGRES_TIMEOUT")
      assert.include((one as PostgresError).message, "20 ms")
    })
  )

  it.live("Lost when the server ends the connection, and the next query has a new one", () =>
    withSession((db) =>
      Effect.gen(function* () {
        const [one, other] = yield* Effect.forEach(Object.values(ways), (run) =>
          Effect.zipLeft(
            Effect.flip(run(() => query(db, "SELECT pg_terminate_backend(pg_backend_pid())"))),
            run(() => query(db, "SELECT 1"))
          )
        )
        deepStrictEqual(errorOf(one), errorOf(other))
        assert.strictEqual((one as PostgresError).reason, "Lost")
        assert.strictEqual((one as PostgresError).sqlState, "57P01")
      })
    )
  )

  it.live("Closed after close(), which may be called twice", () =>
    Effect.gen(function* () {
      for (const run of Object.values(ways)) {
        const db = new Postgres(server.url)
        const error = yield* Effect.flip(
          run(function* () {
            yield* query(db, "SELECT 1")
            yield* callTwin(db.close, db, [])
            yield* callTwin(db.close, db, [])
            return yield* query(db, "SELECT 1")
          })
        )
        assert.strictEqual((error as PostgresError).reason, "Closed")
      }
    })
  )

  it.live("Rows when one() finds none or several", () =>
    withSession((db) =>
      Effect.gen(function* () {
        for (const run of Object.values(ways)) {
          const one = (sql: string) => run(() => callTwin(db.one as any, db, [sql, []]))
          assert.deepStrictEqual(yield* one("SELECT 1 AS a"), { a: 1 })
          for (const [sql, count] of [
            ["SELECT 1 WHERE false", "0"],
            ["SELECT generate_series(1, 2)", "2"]
          ] as const) {
            const error = (yield* Effect.flip(one(sql))) as PostgresError
            assert.strictEqual(error.reason, "Rows")
            assert.include(error.message, `${count} rows`)
            assert.strictEqual(error.sql, sql)
          }
        }
      })
    )
  )

  it.live("Invalid when an option or an argument is wrong", () =>
    withSession((db) =>
      Effect.gen(function* () {
        const wrong: ReadonlyArray<() => unknown> = [
          () => new Postgres("not a url with secret"),
          () => new Postgres({ connections: 0 }),
          () => new Postgres({ port: 1.5 }),
          () => new Postgres({ connectTimeout: Number.NaN }),
          () => new Postgres({ queryTimeout: "5" as unknown as number }),
          () => db.query(5 as unknown as string),
          () => db.query("SELECT 1", 5 as unknown as Array<unknown>),
          () => db.transaction(async () => 5)
        ]
        for (const make of wrong) {
          const error = (yield* Effect.flip(Effect.try({ try: make, catch: (error) => error }))) as PostgresError
          assert.instanceOf(error, PostgresError)
          assert.strictEqual(error.reason, "Invalid")
          assert.notInclude(error.message, "secret")
        }
      })
    )
  )
})
