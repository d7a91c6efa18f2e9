import { deepStrictEqual } from "node:assert"
import { setTimeout as delay } from "node:timers/promises"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber } from "effect"
import pg from "pg"
import { Postgres, PostgresError, type PostgresOptions } from "../../src/blocking/postgres.ts"
import { runTwin, spawn } from "../../src/runtime/host.ts"
import { plain } from "../../src/runtime/plain.ts"
import { callTwin, current, type Steps, stamp, type Twin } from "../../src/runtime/twin.ts"
import { runTsx } from "../support/child.ts"
import { type PostgresServer, startPostgres } from "../support/postgres.ts"

let server: PostgresServer
/** Looks on from outside. */
let admin: pg.Client

beforeAll(async () => {
  server = await startPostgres()
  admin = new pg.Client(server.url)
  await admin.connect()
  await admin.query("CREATE TABLE accounts (id int PRIMARY KEY, name text NOT NULL, balance int DEFAULT 0)")
})

afterAll(async () => {
  await admin.end()
  await server.stop()
})

const query = (
  db: Postgres,
  sql: string,
  params: ReadonlyArray<unknown> = []
): Steps<{ rows: Array<any>; rowCount: number }> => callTwin(db.query, db, [sql, params])

/** What the compiler makes of a function that may block. */
const lifted = <F extends (...args: Array<any>) => unknown>(twin: Twin): F =>
  stamp(
    function (this: unknown, ...args: Array<unknown>) {
      return plain(twin, this, args)
    } as F,
    twin
  )

const transaction = <A>(db: Postgres, twin: (db: Postgres) => Steps<A>): Steps<A> =>
  callTwin(db.transaction, db, [lifted<(db: Postgres) => A>(twin as Twin)]) as Steps<A>

const green = <A>(twin: () => Steps<A>) => runTwin(twin, { name: "test" })

/** The two ways to run lifted code. What it throws is the failure. */
const ways = {
  plainly: <A>(twin: () => Steps<A>): Effect.Effect<A, unknown> =>
    Effect.try({ try: () => plain(twin, undefined, []) as A, catch: (error) => error }),
  "in a fiber": <A>(twin: () => Steps<A>): Effect.Effect<A, unknown> =>
    Effect.mapError(green(twin), ({ cause }) => cause)
}

const withSession = <A, E>(use: (db: Postgres) => Effect.Effect<A, E>, options: PostgresOptions = {}) =>
  Effect.acquireUseRelease(
    Effect.sync(() => new Postgres({ url: server.url, ...options })),
    use,
    (db) => Effect.sync(() => db.close())
  )

const ask = (sql: string, params: Array<unknown> = []) =>
  Effect.map(
    Effect.promise(() => admin.query(sql, params)),
    ({ rows }) => rows
  )

const until = (sql: string, params: Array<unknown> = []) =>
  Effect.promise(async () => {
    while ((await admin.query(sql, params)).rowCount === 0) await delay(2)
  })

/** Waits until a query that contains `text` is running. */
const running = (text: string) =>
  until("SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE $1 AND pid <> pg_backend_pid()", [
    `%${text}%`
  ])

const isRunning = (text: string) =>
  Effect.map(
    ask("SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE $1 AND pid <> pg_backend_pid()", [
      `%${text}%`
    ]),
    (rows) => rows.length > 0
  )

const errorOf = (error: unknown) => {
  assert.instanceOf(error, PostgresError)
  const { place, ...own } = error as PostgresError
  return { ...own, message: error.message, name: error.name }
}

describe("values", () => {
  const expressions = [
    "true",
    "1::int2",
    "2147483647::int4",
    "9007199254740993::int8",
    "1.10::numeric",
    "'NaN'::numeric",
    "0.1::float4",
    "0.1::float8",
    "'Infinity'::float8",
    "'text with é, \" and \\ in it'::text",
    "''::text",
    "'ab'::char(5)",
    "NULL::text",
    "'\\xdeadbeef'::bytea",
    "''::bytea",
    "'2024-02-29'::date",
    "'2024-02-29 12:34:56.789'::timestamp",
    "'2024-02-29 12:34:56.789+09'::timestamptz",
    "'infinity'::timestamptz",
    "'12:34:56'::time",
    "'1 year 2 days 03:04:05.678'::interval",
    `'{"a": [1, null, {"b": "c"}]}'::json`,
    `'[1, 2.5, "x"]'::jsonb`,
    "'null'::jsonb",
    "ARRAY[1, NULL, 3]",
    "ARRAY[[1, 2], [3, 4]]",
    "'{}'::int4[]",
    "ARRAY['a', NULL, 'b,\"c']",
    "ARRAY['2024-02-29'::date]",
    "ARRAY['\\x01'::bytea]",
    "ARRAY[9007199254740993]::int8[]",
    "ARRAY[true, false]",
    `ARRAY['{"a": 1}'::jsonb]`,
    "'(1,2)'::point",
    "'<(1,2),3>'::circle",
    "'6f2d1b1e-5d3b-4b7e-9a55-5a7f7d3b2a10'::uuid",
    "'10.0.0.0/8'::cidr",
    "'[1,10)'::int4range",
    "'101'::bit(3)",
    "'1.23'::money",
    "row(1, 'a')",
    "'x'::name"
  ]

  for (const [way, run] of Object.entries(ways)) {
    for (const expression of expressions) {
      it.live(`${expression} comes as from pg, ${way}`, () =>
        withSession((db) =>
          Effect.gen(function* () {
            const sql = `SELECT ${expression} AS value, ${expression}`
            const expected = yield* Effect.promise(() => admin.query(sql))
            const actual = yield* run(() => query(db, sql))
            deepStrictEqual(actual, { rows: expected.rows, rowCount: 1 })
          })
        )
      )
    }

    it.live(`columns of one name, none, and many rows come as from pg, ${way}`, () =>
      withSession((db) =>
        Effect.gen(function* () {
          for (const sql of [
            "SELECT 1 AS a, '2024-02-29'::date AS a",
            "SELECT",
            "SELECT n, n::text FROM generate_series(1, 500) AS n",
            "SELECT 1 WHERE false",
            ""
          ]) {
            const { rowCount, rows } = yield* Effect.promise(() => admin.query(sql))
            deepStrictEqual(yield* run(() => query(db, sql)), { rows, rowCount: rowCount ?? 0 })
          }
        })
      )
    )

    it.live(`of several statements the last one's result, ${way}`, () =>
      withSession((db) =>
        Effect.gen(function* () {
          const result = yield* run(() => query(db, "SELECT 1 AS a; SELECT 2 AS b, 3 AS c; "))
          deepStrictEqual(result, { rows: [{ b: 2, c: 3 }], rowCount: 1 })
        })
      )
    )

    it.live(`rowCount counts what a statement changed, ${way}`, () =>
      withSession((db) =>
        Effect.gen(function* () {
          yield* run(() =>
            query(db, "CREATE TEMPORARY TABLE t AS SELECT n FROM generate_series(1, 5) AS n; DROP TABLE t")
          )
          const sql = "WITH gone AS (SELECT generate_series(1, 3)) SELECT * FROM gone"
          assert.strictEqual((yield* run(() => query(db, sql))).rowCount, 3)
          assert.strictEqual((yield* run(() => query(db, "UPDATE accounts SET balance = 1 WHERE false"))).rowCount, 0)
        })
      )
    )

    const parameters: ReadonlyArray<readonly [type: string, value: unknown]> = [
      ["int", 5],
      ["int8", 2n ** 62n],
      ["float8", 0.1],
      ["bool", false],
      ["text", "é\"'\\"],
      ["text", null],
      ["text", undefined],
      ["timestamptz", new Date(1_709_210_096_789)],
      ["date", new Date(2024, 1, 29)],
      ["bytea", Buffer.from([0, 255, 1])],
      ["bytea", new Uint8Array([1, 2, 3])],
      ["bytea", new Uint8Array([9, 1, 2, 9]).subarray(1, 3)],
      ["json", { a: [1, null] }],
      ["jsonb", JSON.stringify("text")],
      ["int[]", [1, null, 3]],
      ["text[]", ["a,b", 'c"d', null]],
      ["int[][]", [[1], [2]]],
      ["bytea[]", [Buffer.from([1, 2])]],
      ["int", { toPostgres: () => 42 }]
    ]

    it.live(`parameters go as from pg, ${way}`, () =>
      withSession((db) =>
        Effect.gen(function* () {
          for (const [type, value] of parameters) {
            const sql = `SELECT $1::${type} AS value`
            const expected = yield* Effect.promise(() => admin.query(sql, [value]))
            const actual = yield* run(() => query(db, sql, [value]))
            deepStrictEqual(actual.rows, expected.rows)
          }
        })
      )
    )
  }

  it.live("are parsed as the program has told pg to", () =>
    Effect.acquireUseRelease(
      Effect.sync(() => {
        const parse = pg.types.getTypeParser(pg.types.builtins.INT8)
        pg.types.setTypeParser(pg.types.builtins.INT8, BigInt)
        return parse
      }),
      () =>
        withSession((db) =>
          Effect.gen(function* () {
            for (const run of Object.values(ways)) {
              const { rows } = yield* run(() => query(db, "SELECT 5::int8 AS value"))
              deepStrictEqual(rows, [{ value: 5n }])
            }
          })
        ),
      (parse) => Effect.sync(() => pg.types.setTypeParser(pg.types.builtins.INT8, parse))
    )
  )
})

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
        assert.match(error.place!, /test\/blocking\/postgres\.test\.ts:\d+:\d+$/)
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
    ["there is no such host", "Refused", () => ({ url: server.url, host: "nowhere.invalid" })],
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
          const one = (sql: string) => run(() => callTwin(db.one, db, [sql, []]))
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

describe("options", () => {
  it.live("may be given one by one, and outrank the url", () =>
    Effect.gen(function* () {
      const url = new URL(server.url)
      const parts = {
        host: url.hostname,
        port: Number(url.port),
        user: decodeURIComponent(url.username),
        password: decodeURIComponent(url.password),
        database: decodeURIComponent(url.pathname.slice(1))
      }
      for (const run of Object.values(ways)) {
        for (const options of [parts, { ...parts, url: "postgres://no:one@127.0.0.1:1/nothing" }]) {
          const db = new Postgres({ ...options, applicationName: "by parts" })
          const { rows } = yield* run(() => query(db, "SELECT current_setting('application_name') AS name"))
          assert.deepStrictEqual(rows, [{ name: "by parts" }])
          db.close()
        }
      }
    })
  )

  it.live("default to DATABASE_URL", () =>
    Effect.acquireUseRelease(
      Effect.sync(() => {
        const before = process.env["DATABASE_URL"]
        process.env["DATABASE_URL"] = server.url
        return before
      }),
      () =>
        Effect.sync(() => {
          const db = new Postgres()
          assert.deepStrictEqual(db.one("SELECT 1 AS a"), { a: 1 })
          db.close()
        }),
      (before) =>
        Effect.sync(() => {
          if (before === undefined) delete process.env["DATABASE_URL"]
          else process.env["DATABASE_URL"] = before
        })
    )
  )
})
