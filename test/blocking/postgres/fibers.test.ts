import { type AddressInfo, connect, createServer, type Server } from "node:net"
import { assert, beforeEach, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import type { PostgresError } from "../../../src/blocking/postgres.ts"
import { sleep } from "../../../src/blocking/sleep.ts"
import type { Instrument } from "../../../src/runtime/fiber.ts"
import { callTwin } from "../../../src/runtime/twin.ts"
import "../../../src/twins/sleep.ts"
import {
  admin,
  ask,
  child,
  green,
  isRunning,
  query,
  running,
  server,
  transaction,
  until,
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

describe("queries in fibers", () => {
  it.live("run side by side", () =>
    withSession((db) =>
      Effect.gen(function* () {
        const order: Array<string> = []
        yield* ask("SELECT pg_advisory_lock(1)")
        const fiber = yield* Effect.fork(
          green(function* () {
            child("first", function* () {
              yield* query(db, "SELECT pg_advisory_lock(1)")
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

  it.live("of a run that could not connect may try again", () =>
    Effect.acquireUseRelease(
      Effect.async<Server>((resume) => {
        const { hostname, port } = new URL(server.url)
        let first = true
        const door = createServer((socket) => {
          if (first) socket.destroy()
          else socket.pipe(connect(Number(port || 5432), hostname)).pipe(socket)
          first = false
        }).listen(0, "127.0.0.1", () => resume(Effect.succeed(door)))
      }),
      (door) =>
        withSession(
          (db) =>
            Effect.gen(function* () {
              const seen = yield* green(function* () {
                try {
                  yield* query(db, "SELECT 1")
                } catch (error) {
                  return [(error as PostgresError).reason, (yield* query(db, "SELECT 1 AS a")).rows] as const
                }
              })
              assert.deepStrictEqual(seen, ["Refused", [{ a: 1 }]])
            }),
          { host: "127.0.0.1", port: (door.address() as AddressInfo).port }
        ),
      (door) => Effect.sync(() => door.close())
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
          yield* query(
            other,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%pg_sleep(30)'"
          )
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

  it.live("rolls back a transaction of another fiber", () =>
    withTwoSessions((db, other) =>
      Effect.gen(function* () {
        const worker = yield* green(function* () {
          const worker = child("worker", () =>
            transaction(db, function* () {
              yield* query(db, insert, [1, "half"])
              yield* query(db, "SELECT pg_sleep(30)")
            })
          )
          worker.observe()
          yield* untilRunning(other, "pg_sleep(30)")
          yield* callTwin(db.close as any, db, [])
          return worker
        })
        assert.strictEqual((worker.outcome as { error: PostgresError }).error.reason, "Lost")
        assert.deepStrictEqual(yield* names, [])
      })
    )
  )
})
