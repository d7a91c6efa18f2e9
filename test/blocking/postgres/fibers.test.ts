import { assert, beforeEach, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber } from "effect"
import type { Postgres, PostgresError } from "../../../src/blocking/postgres.ts"
import type { Fiber as Record, Instrument } from "../../../src/runtime/fiber.ts"
import { spawn } from "../../../src/runtime/host.ts"
import { sleep } from "../../../src/blocking/sleep.ts"
import { callTwin, current, type Steps } from "../../../src/runtime/twin.ts"
import "../../../src/twins/sleep.ts"
import { admin, ask, green, isRunning, query, running, transaction, until, useServer, withSession } from "./support.ts"

useServer()

beforeEach(async () => {
  await admin.query("TRUNCATE accounts")
})

const insert = "INSERT INTO accounts VALUES ($1, $2)"
const names = Effect.map(ask("SELECT name FROM accounts ORDER BY id"), (rows) => rows.map(({ name }) => name))

const child = <A>(name: string, twin: () => Steps<A>): Record => spawn(current.fiber!, name, twin())

const lock = (db: Postgres) => query(db, "SELECT pg_advisory_lock(1)")
const unlock = (db: Postgres) => query(db, "SELECT pg_advisory_unlock(1)")

/** A session of one connection, and another to look on from the same run. */
const withTwoSessions = <A, E>(use: (db: Postgres, other: Postgres) => Effect.Effect<A, E>) =>
  withSession((db) => withSession((other) => use(db, other)), { connections: 1 })

const untilRunning = function* (db: Postgres, text: string): Steps<void> {
  const sql = "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE $1 AND pid <> pg_backend_pid()"
  while ((yield* query(db, sql, [`%${text}%`])).rowCount === 0) {}
}

describe("queries in fibers", () => {
  it.live("run side by side", () =>
    withSession((db) =>
      Effect.gen(function* () {
        const order: Array<string> = []
        yield* ask("SELECT pg_advisory_lock(1)")
        const fiber = yield* Effect.fork(
          green(function* () {
            child("first", function* () {
              yield* transaction(db, () => lock(db))
              order.push("first")
            })
            child("second", function* () {
              yield* query(db, "SELECT 1")
              order.push("second")
            })
          })
        )
        yield* running("pg_advisory_lock(1)")
        while (order.length === 0) yield* Effect.sleep(1)
        yield* ask("SELECT pg_advisory_unlock(1)")
        yield* Fiber.join(fiber)
        assert.deepStrictEqual(order, ["second", "first"])
      })
    )
  )

  it.live("use no more connections than allowed, and wait in the order they came", () =>
    withSession(
      (db) =>
        Effect.gen(function* () {
          const order: Array<number> = []
          const pids = new Set<number>()
          yield* green(function* () {
            for (let i = 0; i < 20; i++) {
              child(`${i}`, function* () {
                const { rows } = yield* query(db, "SELECT pg_backend_pid() AS pid, pg_sleep(0.002)")
                order.push(i)
                pids.add(rows[0].pid)
              })
            }
          })
          assert.strictEqual(pids.size, 1)
          assert.deepStrictEqual(
            order,
            order.map((_, i) => i)
          )
        }),
      { connections: 1 }
    )
  )

  it.live("reuse their connections", () =>
    withSession(
      (db) =>
        Effect.gen(function* () {
          const pids = yield* green(function* () {
            const seen = new Set<number>()
            for (let round = 0; round < 10; round++)
              seen.add((yield* query(db, "SELECT pg_backend_pid() AS pid")).rows[0].pid)
            return seen
          })
          assert.strictEqual(pids.size, 1)
        }),
      { connections: 3 }
    )
  )

  it.live("wait for a connection without that being the time of the call", () =>
    withSession(
      (db) =>
        Effect.gen(function* () {
          const waits: Array<string> = []
          const calls: Array<readonly [began: number, ended: number]> = []
          const instrument: Instrument = {
            suspended: (_fiber, op) => waits.push(op.label),
            resumed: (_fiber, op) => calls.push([op.began, performance.now()])
          }
          yield* green(
            function* () {
              for (const name of ["a", "b", "c"]) child(name, () => query(db, "SELECT pg_sleep(0.005)"))
            },
            { instruments: [instrument] }
          )
          assert.strictEqual(calls.length, 3)
          // They have one connection, so no two of them can have run at once.
          for (const [before, after] of [calls.slice(0, 2), calls.slice(1)]) assert.isAtMost(before![1], after![0])
          assert.match(waits[2]!, /^a connection to 127\.0\.0\.1:\d+\/\w+ for query SELECT pg_sleep/)
        }),
      { connections: 1 }
    )
  )

  it.live("leave no connection behind when the run is over", () =>
    withSession(
      (db) =>
        Effect.gen(function* () {
          yield* green(function* () {
            for (let i = 0; i < 5; i++) child(`${i}`, () => query(db, "SELECT 1"))
          })
          yield* until("SELECT 1 WHERE NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'leaving')")
        }),
      { applicationName: "leaving" }
    )
  )

  it.live("of a run that fails to connect may try again", () =>
    withSession(
      (db) =>
        Effect.gen(function* () {
          yield* ask("CREATE ROLE late LOGIN PASSWORD 'late'")
          yield* ask("ALTER ROLE late NOLOGIN")
          const result = yield* green(function* () {
            let reason = ""
            try {
              yield* query(db, "SELECT 1")
            } catch (error) {
              reason = (error as PostgresError).reason
            }
            admin.query("ALTER ROLE late LOGIN")
            for (;;) {
              try {
                return [reason, (yield* query(db, "SELECT 1 AS a")).rows] as const
              } catch {}
            }
          })
          assert.deepStrictEqual(result, ["Auth", [{ a: 1 }]])
        }),
      { user: "late", password: "late" }
    )
  )

  it.effect("do not go by the test's clock", () =>
    withSession((db) =>
      Effect.gen(function* () {
        assert.deepStrictEqual((yield* green(() => query(db, "SELECT 1 AS a"))).rows, [{ a: 1 }])
      })
    )
  )
})

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

describe("an interrupted query", () => {
  it.live("is cancelled on the server, and its connection is used again", () =>
    withTwoSessions((db, other) =>
      Effect.gen(function* () {
        const same = yield* green(function* () {
          const pid = (yield* query(db, "SELECT pg_backend_pid() AS pid")).rows[0].pid
          const sleeper = child("sleeper", () => query(db, "SELECT pg_sleep(30)"))
          yield* untilRunning(other, "pg_sleep(30)")
          sleeper.interrupt()
          return (yield* query(db, "SELECT pg_backend_pid() = $1 AS same", [pid])).rows[0].same
        })
        assert.isTrue(same)
        assert.isFalse(yield* isRunning("pg_sleep(30)"))
      })
    )
  )

  it.live("among many leaves the others alone", () =>
    withSession(
      (db) =>
        Effect.gen(function* () {
          const done: Array<number> = []
          yield* green(function* () {
            const all = Array.from({ length: 40 }, (_, i) =>
              child(`${i}`, function* () {
                yield* query(db, "SELECT pg_sleep(0.002), $1::int", [i])
                done.push(i)
              })
            )
            yield* query(db, "SELECT 1")
            for (const fiber of all) if (fiber.id % 2 === 0) fiber.interrupt()
            const odd = all.filter((fiber) => fiber.id % 2 === 1)
            while (odd.some((fiber) => fiber.state !== "done")) yield* query(db, "SELECT 1")
            for (const fiber of odd) assert.strictEqual(fiber.outcome!._tag, "Success")
          })
          assert.isAtLeast(done.length, 20)
        }),
      { connections: 4 }
    )
  )

  it.live("whose connection is gone as well ends all the same", () =>
    withTwoSessions((db, other) =>
      Effect.gen(function* () {
        const rows = yield* green(function* () {
          const sleeper = child("sleeper", () => query(db, "SELECT pg_sleep(30)"))
          yield* untilRunning(other, "pg_sleep(30)")
          sleeper.interrupt()
          yield* query(other, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(30)'")
          while (sleeper.state !== "done") yield* query(other, "SELECT 1")
          return (yield* query(db, "SELECT 1 AS a")).rows
        })
        assert.deepStrictEqual(rows, [{ a: 1 }])
      })
    )
  )
})

describe("close, in a fiber", () => {
  it.live("ends the connections, and refuses those that wait", () =>
    withSession(
      (db) =>
        Effect.gen(function* () {
          const reasons: Array<string> = []
          yield* green(function* () {
            yield* query(db, "SELECT 1")
            for (const name of ["runs", "waits"]) {
              child(name, function* () {
                try {
                  yield* query(db, "SELECT pg_sleep(0.02)")
                  reasons.push(`${name}: done`)
                } catch (error) {
                  reasons.push(`${name}: ${(error as PostgresError).reason}`)
                }
              })
            }
            yield* callTwin(sleep, undefined, [0])
            yield* callTwin(db.close as any, db, [])
          })
          assert.deepStrictEqual(reasons.sort(), ["runs: done", "waits: Closed"])
          yield* until("SELECT 1 WHERE NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = 'closing')")
        }),
      { connections: 1, applicationName: "closing" }
    )
  )
})
