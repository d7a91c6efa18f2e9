import { assert, beforeEach, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber } from "effect"
import type { PostgresError } from "../../../src/blocking/postgres.ts"
import type { Instrument } from "../../../src/runtime/fiber.ts"
import {
  admin,
  ask,
  child,
  green,
  isRunning,
  query,
  running,
  transaction,
  untilRunning,
  useServer,
  withSession,
  withTwoSessions
} from "./support.ts"

useServer()

beforeEach(async () => {
  await admin.query("TRUNCATE accounts")
})

const insert = "INSERT INTO accounts VALUES ($1, $2)"
const names = Effect.map(ask("SELECT name FROM accounts ORDER BY id"), (rows) => rows.map(({ name }) => name))

describe("a transaction in a fiber", () => {
  it.live("has a connection to itself", () =>
    withSession((db) =>
      Effect.gen(function* () {
        const seen = yield* green(() =>
          transaction(db, function* () {
            yield* query(db, insert, [1, "inside"])
            const here = (yield* query(db, "SELECT name FROM accounts")).rowCount
            let there = -1
            const other = child("other", function* () {
              there = (yield* query(db, "SELECT name FROM accounts")).rowCount
            })
            while (other.state !== "done") yield* query(db, "SELECT 1")
            return [here, there]
          })
        )
        assert.deepStrictEqual(seen, [1, 0])
      })
    )
  )

  it.live("that is interrupted in mid-query is rolled back, and its connection is used again", () =>
    withTwoSessions((db, other) =>
      Effect.gen(function* () {
        const rows = yield* green(function* () {
          const pid = (yield* query(db, "SELECT pg_backend_pid() AS pid")).rows[0].pid
          const worker = child("worker", () =>
            transaction(db, function* () {
              yield* query(db, insert, [1, "half"])
              yield* query(db, "SELECT pg_sleep(30)")
            })
          )
          yield* untilRunning(other, "pg_sleep(30)")
          worker.interrupt()
          const { rows } = yield* query(db, "SELECT pg_backend_pid() = $1 AS same, count(*)::int FROM accounts", [pid])
          return rows
        })
        assert.deepStrictEqual(rows, [{ same: true, count: 0 }])
        assert.isFalse(yield* isRunning("pg_sleep(30)"))
      })
    )
  )

  it.live("that is interrupted runs its finally, whose queries fail, and rolls back", () =>
    withSession((db) =>
      Effect.gen(function* () {
        const seen: Array<unknown> = []
        const fiber = yield* Effect.fork(
          green(() =>
            transaction(db, function* () {
              yield* query(db, insert, [1, "half"])
              try {
                yield* query(db, "SELECT pg_sleep(30)")
              } finally {
                try {
                  yield* query(db, insert, [2, "cleanup"])
                } catch (error) {
                  seen.push((error as PostgresError).sqlState)
                }
              }
            })
          )
        )
        yield* running("pg_sleep(30)")
        assert.isTrue(Exit.isInterrupted(yield* Fiber.interrupt(fiber)))
        assert.deepStrictEqual(seen, ["25P02"])
        assert.deepStrictEqual(yield* names, [])
        assert.deepStrictEqual(
          yield* ask("SELECT 1 FROM pg_locks l JOIN pg_class c ON c.oid = l.relation WHERE relname = 'accounts'"),
          []
        )
      })
    )
  )

  it.live("that is interrupted while it waits for a connection ends at once", () =>
    withTwoSessions((db, other) =>
      Effect.gen(function* () {
        let held = true
        const stillHeld = yield* green(function* () {
          child("holder", function* () {
            yield* query(db, "SELECT pg_sleep(0.3)")
            held = false
          })
          yield* untilRunning(other, "pg_sleep(0.3)")
          const waiting = child("waiting", () => transaction(db, () => query(db, insert, [1, "never"])))
          yield* query(other, "SELECT 1")
          assert.match(waiting.waiting!.label, /^a connection to .* for query BEGIN$/)
          waiting.interrupt()
          while (waiting.state !== "done") yield* query(other, "SELECT 1")
          return held
        })
        assert.isTrue(stillHeld)
        assert.deepStrictEqual(yield* names, [])
      })
    )
  )

  it.live("that an error is thrown into is rolled back, and the fiber goes on", () =>
    withTwoSessions((db, other) =>
      Effect.gen(function* () {
        const late = new Error("late")
        const caught: Array<unknown> = []
        yield* green(function* () {
          const worker = child("worker", function* () {
            try {
              yield* transaction(db, function* () {
                yield* query(db, insert, [1, "half"])
                yield* query(db, "SELECT pg_sleep(30)")
              })
            } catch (error) {
              caught.push(error)
            }
            yield* query(db, insert, [2, "after"])
          })
          yield* untilRunning(other, "pg_sleep(30)")
          worker.throwIn(late)
        })
        assert.deepStrictEqual(caught, [late])
        assert.deepStrictEqual(yield* names, ["after"])
      })
    )
  )

  it.live("that an error is thrown into at its BEGIN leaves nothing open", () =>
    withTwoSessions((db, other) =>
      Effect.gen(function* () {
        const late = new Error("late")
        const instrument: Instrument = {
          suspended: (fiber, op) => {
            if (fiber.name === "worker" && op.label.endsWith("query BEGIN")) queueMicrotask(() => fiber.throwIn(late))
          }
        }
        const seen: Array<unknown> = []
        yield* green(
          function* () {
            // The connection is there already, so the query begins at once.
            yield* query(db, "SELECT 1")
            const worker = child("worker", function* () {
              try {
                yield* transaction(db, () => query(db, insert, [1, "never"]))
              } catch (error) {
                seen.push(error)
              }
              yield* query(db, insert, [2, "after"])
            })
            while (worker.state !== "done") yield* query(other, "SELECT 1")
          },
          { instruments: [instrument] }
        )
        assert.deepStrictEqual(seen, [late])
        assert.deepStrictEqual(yield* names, ["after"])
      })
    )
  )

  it.live("begun by hand and left open ends with its fiber", () =>
    withTwoSessions((db, other) =>
      Effect.gen(function* () {
        const rows = yield* green(function* () {
          const careless = child("careless", function* () {
            yield* query(db, "BEGIN")
            yield* query(db, insert, [1, "forgotten"])
          })
          while (careless.state !== "done") yield* query(other, "SELECT 1")
          return (yield* query(db, "SELECT * FROM accounts")).rows
        })
        assert.deepStrictEqual(rows, [])
      })
    )
  )

  it.live("refuses a query that a frame which is not lifted makes in it", () =>
    withSession((db) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(
          green(() =>
            transaction(db, function* () {
              yield* query(db, insert, [1, "inside"])
              // Array.prototype.forEach is called here as code that is not lifted calls it.
              ;[2, 3].forEach((id) => db.query(insert, [id, "outside"]))
            })
          )
        )
        assert.strictEqual((error as PostgresError).reason, "NotLifted")
        assert.strictEqual((error as PostgresError).code, "GREENLIFT_POSTGRES_NOT_LIFTED")
        assert.deepStrictEqual(yield* names, [])
      })
    )
  )
})
