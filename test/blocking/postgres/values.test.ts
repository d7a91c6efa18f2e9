import { deepStrictEqual } from "node:assert"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import pg from "pg"
import { admin, query, useServer, ways, withSession } from "./support.ts"

useServer()

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
