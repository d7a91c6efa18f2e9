/** Conformance 4.10: what eventlet's tests of its pools of database connections assert, on a real Postgres. */
import { setTimeout as delay } from "node:timers/promises"
import { afterEach, assert, beforeEach, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { type Postgres, PostgresError } from "../../src/blocking/postgres.js"
import {
  ConnectionPool,
  type ConnectionPoolBounds,
  type ConnectionPoolOptions,
  DatabaseConnector,
  type Pooled,
  sleep,
  spawn,
  Timeout
} from "../../src/green.js"
import * as Green from "../../src/index.js"
import { server, useServer } from "../blocking/postgres/support.js"
import { type Body, both, caught, go, greenOnly, lifted, on, until } from "../concurrency/run.js"

useServer()

/** Sockets are gone a moment after their connection has been closed. */
const sockets = (): number => process.getActiveResourcesInfo().filter((kind) => kind === "TCPSocketWrap").length
let socketsBefore = 0

beforeEach(() => {
  socketsBefore = sockets()
})

afterEach(async () => {
  while (sockets() > socketsBefore) await delay(1)
})

const poolOf = (bounds: ConnectionPoolBounds = {}): ConnectionPool<Postgres> =>
  ConnectionPool.postgres(server.url, bounds)

/** Runs a body with a pool, which is cleared in the end. */
const withPool = (bounds: ConnectionPoolBounds, body: (pool: ConnectionPool<Postgres>) => Body) =>
  function* (): Body {
    const pool = poolOf(bounds)
    try {
      yield* body(pool)
    } finally {
      yield* on(pool).clear()
    }
  }

const get = function* (pool: ConnectionPool<any>): Body<Pooled<Postgres>> {
  return yield* on(pool).get()
}

const query = function* (db: any, sql: string): Body<Array<any>> {
  return (yield* on(db).query(sql)).rows
}

const pidOf = function* (db: any): Body<number> {
  return (yield* query(db, "SELECT pg_backend_pid() AS pid"))[0].pid
}

/** What connects to nothing, and notes what is done with it. */
class Fake {
  closed = false
  rollbacks = 0

  constructor(readonly id: number) {}

  query(sql: string): string {
    return `${this.id} ${sql}`
  }

  rollback(): void {
    this.rollbacks++
  }

  end(): void {
    this.closed = true
  }
}

const fakes = (options: Partial<ConnectionPoolOptions<Fake>> = {}) => {
  const made: Array<Fake> = []
  const connect = (): Fake => {
    made.push(new Fake(made.length + 1))
    return made.at(-1)!
  }
  return { made, pool: new ConnectionPool<Fake>({ connect, ...options }) }
}

describe("4.10 db_pool", () => {
  both(
    "DP-01 and DP-03 get gives a connection, and a query through it its rows",
    withPool({}, function* (pool) {
      const db = yield* get(pool)
      assert.deepStrictEqual(yield* query(db, "SELECT 1 AS one"), [{ one: 1 }])
      assert.strictEqual((yield* on(db).one("SELECT 2 AS two")).two, 2)
      yield* on(db).close()
    })
  )

  greenOnly(
    "DP-02 a cursor can be opened, read and closed",
    withPool({}, function* (pool) {
      const reading = lifted(function* (db: any) {
        yield* query(db, "BEGIN")
        yield* query(db, "DECLARE numbers CURSOR FOR SELECT generate_series(1, 9) AS n")
        const rows = yield* query(db, "FETCH 2 FROM numbers")
        yield* query(db, "CLOSE numbers")
        yield* query(db, "COMMIT")
        return rows
      })
      assert.deepStrictEqual(yield* on(pool).item(reading), [{ n: 1 }, { n: 2 }])
    })
  )

  both(
    "DP-04 a query that fails raises, and leaves the pool usable",
    withPool({ max: 1 }, function* (pool) {
      const db = yield* get(pool)
      assert.instanceOf(yield* caught(query(db, "garbage")), PostgresError)
      yield* on(pool).put(db)
      assert.deepStrictEqual(yield* query(yield* get(pool), "SELECT 1 AS one"), [{ one: 1 }])
    })
  )

  both(
    "DP-05 what is discarded frees its place, and the next one is new",
    withPool({ max: 1 }, function* (pool) {
      const db = yield* get(pool)
      const pid = yield* pidOf(db)
      yield* on(pool).discard(db)
      assert.strictEqual(pool.free(), 1)
      assert.notStrictEqual(yield* pidOf(yield* get(pool)), pid)
    })
  )

  both(
    "DP-06 and DP-08 close gives it back, and then it cannot be used",
    withPool({ max: 1 }, function* (pool) {
      const db = yield* get(pool)
      assert.strictEqual(pool.free(), 0)
      yield* on(db).close()
      assert.strictEqual(pool.free(), 1)
      assert.strictEqual((yield* caught(query(db, "SELECT 1"))).code, "GREENLIFT_CONNECTION_RETURNED")
      for (const again of [on(db).close(), on(pool).put(db)]) {
        assert.strictEqual((yield* caught(again)).code, "GREENLIFT_POOL_ITEM")
      }
      assert.strictEqual(pool.free(), 1)
    })
  )

  both("DP-07 and DP-14 what is handed out wraps the connection once, however often that comes back", function* () {
    const { made, pool } = fakes()
    for (let i = 0; i < 3; i++) {
      const fake = (yield* get(pool)) as unknown as Pooled<Fake>
      assert.strictEqual(ConnectionPool.unwrap(fake), made[0])
      assert.instanceOf(fake, Fake)
      assert.deepStrictEqual([fake.id, "rollbacks" in fake, yield* on(fake).query("x")], [1, true, "1 x"])
      yield* on(pool).put(fake)
    }
    assert.deepStrictEqual(
      [ConnectionPool.unwrap(null), ConnectionPool.unwrap({}), ConnectionPool.unwrap(made[0])],
      [null, null, null]
    )
  })

  both(
    "DP-09 a query of another task does not hold up who started it",
    withPool({}, function* (pool) {
      const slow = lifted(() => on(pool).item(lifted((db: any) => query(db, "SELECT pg_sleep(0.05)"))))
      let through = false
      const task = yield* go(spawn, slow)
      task.link(() => {
        through = true
      })
      yield* go(sleep, 1)
      assert.isFalse(through)
      yield* on(task).wait()
    })
  )

  greenOnly(
    "DP-10 what was not committed is rolled back before the next one uses it",
    withPool({ max: 1 }, function* (pool) {
      const first = yield* get(pool)
      const pid = yield* pidOf(first)
      yield* query(first, "BEGIN")
      yield* query(first, "CREATE TABLE uncommitted (id int)")
      yield* on(first).close()
      const second = yield* get(pool)
      assert.strictEqual(yield* pidOf(second), pid)
      assert.deepStrictEqual(yield* query(second, "SELECT to_regclass('uncommitted') AS found"), [{ found: null }])
      yield* on(second).close()
      // Begun by one task, given back by another: nothing is left either.
      const third = yield* get(pool)
      yield* on(
        yield* go(
          spawn,
          lifted(() => query(third, "BEGIN; CREATE TABLE uncommitted (id int)"))
        )
      ).wait()
      yield* on(third).close()
      const fourth = yield* get(pool)
      assert.deepStrictEqual(yield* query(fourth, "SELECT to_regclass('uncommitted') AS found"), [{ found: null }])
    })
  )

  greenOnly(
    "DP-11 what one commits, new and open connections see",
    withPool({}, function* (pool) {
      const open = yield* get(pool)
      const db = yield* get(pool)
      yield* query(db, "CREATE TABLE visible (id int)")
      yield* on(db).transaction(lifted(() => query(db, "INSERT INTO visible VALUES (7)")))
      for (const other of [open, yield* get(pool)]) {
        assert.deepStrictEqual(yield* query(other, "SELECT id FROM visible"), [{ id: 7 }])
      }
    })
  )

  both(
    "DP-12, DP-13, DP-20 and DP-24 clear ends the idle ones, those made beforehand too, and others can be made",
    function* () {
      const { made, pool } = fakes({ min: 3, max: 3 })
      const first = yield* get(pool)
      assert.strictEqual(made.length, 3)
      yield* on(first).close()
      yield* on(pool).clear()
      assert.deepStrictEqual([made.map(({ closed }) => closed), pool.free()], [[true, true, true], 3])
      const again = []
      for (let i = 0; i < 3; i++) again.push(yield* get(pool))
      assert.deepStrictEqual([made.length, pool.free()], [6, 0])
      for (const each of again) yield* on(pool).put(each)
      assert.strictEqual(pool.free(), 3)
    }
  )

  both("DP-15 what closing throws is reported, and harms nobody", function* () {
    const warnings: Array<string> = []
    const listen = (warning: Error) => void warnings.push(warning.message)
    process.on("warning", listen)
    const close = () => {
      throw new Error("cannot close")
    }
    const { made, pool } = fakes({ close })
    yield* on(yield* get(pool)).close()
    yield* on(pool).clear()
    yield* until(() => warnings.length > 0)
    process.off("warning", listen)
    assert.match(warnings[0]!, /could not be closed: Error: cannot close/)
    yield* get(pool)
    assert.strictEqual(made.length, 2)
  })

  both("DP-16 and DP-17 with maxIdle or maxAge 0 none is kept", function* () {
    for (const bounds of [{ maxIdle: 0 }, { maxAge: 0 }]) {
      const { made, pool } = fakes(bounds)
      for (let i = 0; i < 2; i++) yield* on(yield* get(pool)).close()
      assert.deepStrictEqual(
        made.map(({ closed }) => closed),
        [true, true]
      )
    }
  })

  both("DP-18 who waits is served where what comes back is too old to be kept", function* () {
    const { made, pool } = fakes({ max: 1, maxAge: 0 })
    const first = yield* get(pool)
    const waiting = yield* go(
      spawn,
      lifted(() => get(pool))
    )
    yield* go(sleep)
    assert.strictEqual(pool.waiting(), 1)
    yield* on(first).close()
    assert.strictEqual(ConnectionPool.unwrap(yield* on(waiting).wait()), made[1])
  })

  both("DP-19 connecting that fails, or takes too long, raises in get, and takes no place", function* () {
    const none = ConnectionPool.postgres({ host: "127.0.0.1", port: 1 }, { max: 1 })
    assert.strictEqual((yield* caught(on(none).get())).reason, "Refused")
    assert.strictEqual(none.free(), 1)
    const never = lifted(function* (): Body<Fake> {
      yield* go(sleep, 60_000)
      throw new Error("it took its time")
    })
    const { pool } = fakes({ connect: never, connectTimeout: 1, max: 1 })
    assert.strictEqual((yield* caught(on(pool).get()))._tag, "ConnectTimeout")
    assert.strictEqual(pool.free(), 1)
  })

  both("DP-21 a cleanup of one's own is called once for each return, by put and by item", function* () {
    const cleaned: Array<number> = []
    const { made, pool } = fakes({ cleanup: ({ id }) => void cleaned.push(id) })
    yield* on(pool).put(yield* get(pool))
    yield* on(pool).item(() => {})
    const other: Array<number> = []
    yield* on(pool).item(
      () => {},
      ({ id }: Fake) => void other.push(id)
    )
    yield* on(pool).put(yield* get(pool), null)
    assert.deepStrictEqual([cleaned, other, made.length, made[0]!.rollbacks], [[1, 1], [1], 1, 0])
  })

  both("DP-22 a cleanup that raises is contained, and the connection ended", function* () {
    const cleanup = () => {
      throw new Error("cannot clean")
    }
    const { made, pool } = fakes()
    yield* on(pool).put(yield* get(pool), cleanup)
    assert.strictEqual(yield* on(pool).item(() => "done", cleanup), "done")
    assert.deepStrictEqual(
      made.map(({ closed }) => closed),
      [true, true]
    )
  })

  both("DP-23 an interruption of a cleanup takes effect, after one call", function* () {
    let calls = 0
    const { made, pool } = fakes({
      cleanup: lifted(function* () {
        calls++
        yield* go(sleep, 60_000)
      })
    })
    const task = yield* go(
      spawn,
      lifted(() => on(pool).item(() => {}))
    )
    yield* until(() => calls === 1)
    yield* on(task).kill()
    assert.deepStrictEqual([task.killed, calls, made[0]!.closed, pool.free()], [true, 1, true, 4])
  })

  greenOnly(
    "DP-25 and DP-26 a transaction, and its isolation, pass through",
    withPool({}, function* (pool) {
      const isolation = lifted(function* (db: any) {
        yield* query(db, "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE")
        return yield* on(db).transaction(
          lifted(function* () {
            return (yield* query(db, "SHOW transaction_isolation"))[0].transaction_isolation
          })
        )
      })
      assert.strictEqual(yield* on(pool).item(isolation), "serializable")
    })
  )
})

describe("a pool of connections", () => {
  both(
    "never hands out one that was cut off in mid-exchange",
    withPool({ max: 1 }, function* (pool) {
      let pid = 0
      const stuck = lifted(function* (db: any) {
        pid = yield* pidOf(db)
        yield* query(db, "SELECT pg_sleep(60)")
      })
      const task = yield* go(
        spawn,
        lifted(() => on(pool).item(stuck))
      )
      yield* until(() => pid !== 0)
      yield* go(sleep, 5)
      yield* on(task).kill()
      const db = yield* get(pool)
      assert.notStrictEqual(yield* pidOf(db), pid)
      pid = yield* pidOf(db)
      const limit = new Timeout(20)
      assert.strictEqual(yield* caught(on(limit).run(lifted(() => query(db, "SELECT pg_sleep(60)")))), limit)
      yield* on(db).close()
      assert.notStrictEqual(yield* pidOf(yield* get(pool)), pid)
    })
  )

  greenOnly(
    "does not let two tasks into one connection at once, and names both",
    withPool({}, function* (pool) {
      const db = yield* get(pool)
      const task = yield* go(
        spawn,
        lifted(function* slow() {
          return yield* query(db, "SELECT pg_sleep(0.05)")
        })
      )
      yield* go(sleep, 1)
      const error = yield* caught(query(db, "SELECT 1"))
      assert.strictEqual(error.code, "GREENLIFT_CONNECTION_SHARED")
      assert.match(error.message, /query was called by main while .* is in a call/)
      yield* on(task).wait()
      assert.lengthOf(yield* query(db, "SELECT 1"), 1)
    })
  )

  both("ends those that have been idle for too long, when it is next used", function* () {
    const { made, pool } = fakes({ maxIdle: 10 })
    const [one, two] = [yield* get(pool), yield* get(pool)]
    yield* on(one).close()
    yield* on(two).close()
    yield* go(sleep, 20)
    yield* get(pool)
    assert.deepStrictEqual(
      made.map(({ closed }) => closed),
      [true, true, false]
    )
  })

  it("works where nothing is lifted", () => {
    const { made, pool } = fakes({ max: 1 })
    assert.strictEqual(
      pool.item((fake) => fake.query("x")),
      "1 x"
    )
    const fake = pool.get()
    fake.close()
    pool.clear()
    assert.deepStrictEqual([made.length, made[0]!.rollbacks, made[0]!.closed], [1, 2, true])
    const real = poolOf({ max: 1 })
    assert.deepStrictEqual(
      real.item((db) => db.query("SELECT 1 AS one").rows),
      [{ one: 1 }]
    )
    real.clear()
  })

  both("is one for each database, with the credentials of its host", function* () {
    const { hostname, password, pathname, port, username } = new URL(server.url)
    const connector = new DatabaseConnector({ [hostname]: { user: username, password, port: Number(port) } })
    const pool = connector.get(hostname, pathname.slice(1))
    assert.strictEqual(connector.get(hostname, pathname.slice(1)), pool)
    assert.notStrictEqual(connector.get(hostname, "other"), pool)
    assert.lengthOf(yield* on(pool).item(lifted((db: any) => query(db, "SELECT 1"))), 1)
    assert.throws(() => connector.get("elsewhere", "x"), /no credentials for elsewhere/)
    const connect = (where: { host: string; database: string; user?: string }) => ({ ...where, close: () => {} })
    const own = new DatabaseConnector<ReturnType<typeof connect>>({ default: { user: "u" } }, { connect })
    const { database, host, user } = (yield* on(own.get("h", "d")).get()) as any
    assert.deepStrictEqual([host, database, user], ["h", "d", "u"])
    yield* on(pool).clear()
  })

  it.live("is there for Effects, too", () =>
    Effect.gen(function* () {
      const made: Array<Fake> = []
      const connect = () => made[made.push(new Fake(made.length + 1)) - 1]!
      const pool = yield* Green.makeConnectionPool({ connect, max: 1 })
      const use = Green.withConnection(pool, (fake) => Effect.sync(() => fake.id))
      assert.deepStrictEqual(yield* Effect.all([use, use], { concurrency: 2 }), [1, 1])
      const stuck = Green.withConnection(pool, () => Effect.never)
      assert.strictEqual((yield* Effect.exit(Effect.timeout(stuck, 10)))._tag, "Failure")
      assert.deepStrictEqual([made[0]!.closed, yield* use, pool.free()], [true, 2, 1])
      const failed = yield* Effect.exit(Green.withConnection(pool, () => Effect.fail("mine")))
      assert.deepStrictEqual(failed, yield* Effect.exit(Effect.fail("mine")))
      assert.strictEqual(pool.free(), 1)
    })
  )
})
