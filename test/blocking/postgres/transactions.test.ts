import { assert, beforeEach, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { PostgresError } from "../../../src/blocking/postgres.ts"
import { callTwin } from "../../../src/runtime/twin.ts"
import { admin, ask, lifted, query, transaction, useServer, ways, withSession } from "./support.ts"

useServer()

beforeEach(async () => {
  await admin.query("TRUNCATE accounts")
})

const names = Effect.map(ask("SELECT name FROM accounts ORDER BY id"), (rows) => rows.map(({ name }) => name))

const insert = "INSERT INTO accounts VALUES ($1, $2)"

for (const [way, run] of Object.entries(ways)) {
  describe(`transaction, ${way}`, () => {
    it.live("commits what was done in it, and returns what fn returns", () =>
      withSession((db) =>
        Effect.gen(function* () {
          const returned = yield* run(() =>
            transaction(db, function* () {
              yield* query(db, insert, [1, "a"])
              yield* query(db, insert, [2, "b"])
              return "done"
            })
          )
          assert.strictEqual(returned, "done")
          assert.deepStrictEqual(yield* names, ["a", "b"])
        })
      )
    )

    it.live("gives fn the session", () =>
      withSession((db) =>
        Effect.gen(function* () {
          const given = yield* run(() => callTwin(db.transaction as any, db, [(session: unknown) => session]))
          assert.strictEqual(given, db)
        })
      )
    )

    it.live("rolls back when fn throws, and throws the very same", () =>
      withSession((db) =>
        Effect.gen(function* () {
          const thrown = { not: "even an error" }
          const caught = yield* Effect.flip(
            run(() =>
              transaction(db, function* () {
                yield* query(db, insert, [1, "a"])
                throw thrown
              })
            )
          )
          assert.strictEqual(caught, thrown)
          assert.deepStrictEqual(yield* names, [])
          yield* run(() => query(db, insert, [2, "after"]))
          assert.deepStrictEqual(yield* names, ["after"])
        })
      )
    )

    it.live("rolls back when a statement fails", () =>
      withSession((db) =>
        Effect.gen(function* () {
          const caught = yield* Effect.flip(
            run(() =>
              transaction(db, function* () {
                yield* query(db, insert, [1, "a"])
                yield* query(db, insert, [1, "again"])
              })
            )
          )
          assert.strictEqual((caught as PostgresError).sqlState, "23505")
          assert.deepStrictEqual(yield* names, [])
        })
      )
    )

    it.live("says so when it was rolled back, because fn swallowed a statement's error", () =>
      withSession((db) =>
        Effect.gen(function* () {
          const caught = yield* Effect.flip(
            run(() =>
              transaction(db, function* () {
                yield* query(db, insert, [1, "a"])
                try {
                  yield* query(db, "SELEC")
                } catch {}
              })
            )
          )
          assert.strictEqual((caught as PostgresError).reason, "Aborted")
          assert.deepStrictEqual(yield* names, [])
        })
      )
    )

    it.live("fails when COMMIT does", () =>
      withSession((db) =>
        Effect.gen(function* () {
          yield* ask("CREATE TABLE IF NOT EXISTS late (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)")
          const caught = yield* Effect.flip(
            run(() => transaction(db, () => query(db, "INSERT INTO late VALUES (1), (1)")))
          )
          assert.strictEqual((caught as PostgresError).sqlState, "23505")
          assert.deepStrictEqual((yield* run(() => query(db, "SELECT * FROM late"))).rows, [])
        })
      )
    )

    it.live("inside another is a savepoint", () =>
      withSession((db) =>
        Effect.gen(function* () {
          yield* run(() =>
            transaction(db, function* () {
              yield* query(db, insert, [1, "outer"])
              try {
                yield* transaction(db, function* () {
                  yield* query(db, insert, [2, "lost"])
                  yield* transaction(db, () => query(db, insert, [3, "lost too"]))
                  throw new Error("inner")
                })
              } catch {}
              yield* transaction(db, () => query(db, insert, [4, "inner"]))
              // A failed statement takes no more than its savepoint with it.
              try {
                yield* transaction(db, () => query(db, "SELEC"))
              } catch {}
              yield* query(db, insert, [5, "after"])
            })
          )
          assert.deepStrictEqual(yield* names, ["outer", "inner", "after"])
        })
      )
    )

    it.live("can be had by hand", () =>
      withSession((db) =>
        Effect.gen(function* () {
          yield* run(function* () {
            yield* query(db, "BEGIN")
            yield* query(db, insert, [1, "kept"])
            yield* query(db, "COMMIT")
            yield* query(db, "BEGIN")
            yield* query(db, insert, [2, "lost"])
            yield* query(db, "ROLLBACK")
            yield* query(db, insert, [3, "kept too"])
          })
          assert.deepStrictEqual(yield* names, ["kept", "kept too"])
        })
      )
    )

    it.live("keeps nothing when its connection breaks, even where fn swallows that", () =>
      withSession((db) =>
        Effect.gen(function* () {
          const seen: Array<unknown> = []
          const caught = yield* Effect.flip(
            run(() =>
              transaction(db, function* () {
                yield* query(db, insert, [1, "a"])
                for (const sql of [
                  "SELECT pg_terminate_backend(pg_backend_pid())",
                  "INSERT INTO accounts VALUES (2, 'b')"
                ]) {
                  try {
                    yield* query(db, sql)
                  } catch (error) {
                    seen.push((error as PostgresError).reason)
                  }
                }
              })
            )
          )
          assert.deepStrictEqual(seen, ["Lost", "Lost"])
          assert.strictEqual((caught as PostgresError).reason, "Lost")
          assert.deepStrictEqual(yield* names, [])
          yield* run(() => query(db, insert, [3, "after"]))
          assert.deepStrictEqual(yield* names, ["after"])
        })
      )
    )

    it.live("refuses a function that returns a promise", () =>
      withSession((db) =>
        Effect.gen(function* () {
          const later = lifted(function* () {
            yield* query(db, insert, [1, "a"])
            return Promise.resolve()
          })
          const caught = yield* Effect.flip(run(() => callTwin(db.transaction as any, db, [later])))
          assert.strictEqual((caught as PostgresError).reason, "Invalid")
          assert.deepStrictEqual(yield* names, [])
        })
      )
    )
  })
}
