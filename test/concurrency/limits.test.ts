import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Random from "effect/Random"
import * as TestClock from "effect/TestClock"
import { Pace } from "../../src/concurrency/limits/pace.js"
import { parseRate } from "../../src/concurrency/limits/rate.js"
import { retryAfterMs } from "../../src/concurrency/limits/retry-after.js"
import { limit, RateLimiter, retry, sleep, spawn, Timeout, TokenPool } from "../../src/green.js"
import * as Green from "../../src/index.js"
import { current } from "../../src/runtime/twin.js"
import { caught, go, green, lifted, on } from "./run.js"

/** The run's time, in ms from 0. */
const now = (): number => current.fiber!.run.host.now()

/** Runs a body with the test's clock turned until it ends. */
const turning = <A>(body: () => Generator<any, A, any>, seconds = 300) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.fork(green(body))
    yield* TestClock.adjust(`${seconds} seconds`)
    return yield* Fiber.join(fiber)
  })

/** Spawns `count` calls at once, and gives the times at which each got through. */
function* startsOf(count: number, through: (i: number) => any) {
  const starts: Array<number> = []
  const one = lifted(function* (i: number) {
    yield* through(i)
    starts.push(now())
  })
  const tasks = []
  for (let i = 0; i < count; i++) tasks.push(yield* go(spawn, one, i))
  for (const task of tasks) yield* on(task).wait()
  return starts
}

/** The most starts in any window of so many ms. */
const most = (starts: ReadonlyArray<number>, window: number): number =>
  Math.max(...starts.map((from) => starts.filter((at) => at >= from && at < from + window).length))

describe("a rate", () => {
  it("is written as people write it", () => {
    assert.deepStrictEqual(parseRate("100/s"), { limit: 100, per: 1000 })
    assert.deepStrictEqual(parseRate("30 / m"), { limit: 30, per: 60_000 })
    assert.deepStrictEqual(parseRate("5/2.5s"), { limit: 5, per: 2500 })
    assert.deepStrictEqual(parseRate({ limit: 2, per: 7 }), { limit: 2, per: 7 })
    for (const wrong of ["100", "s/100", "0/s", "1.5/s", "1/d", { limit: 1 }, { limit: 1, per: 0 }, null, 8]) {
      assert.throws(() => parseRate(wrong), /: (write|give) /)
    }
  })

  it("is kept exactly, spread evenly, whatever comes when", () => {
    for (const [text, burst] of [
      ["100/s", 1],
      ["7/s", 1],
      ["1500/s", 1],
      ["30/m", 10],
      ["50/s", 50]
    ] as const) {
      const rate = parseRate(text)
      const pace = new Pace(rate, burst)
      const starts: Array<number> = []
      for (let at = 0; starts.length < 3 * rate.limit; ) {
        const ms = pace.wait(at)
        // Timers come late, by up to 3 ms.
        at += ms > 0 ? ms + ((starts.length * 7) % 4) : 0
        if (pace.wait(at) > 0) continue
        pace.start(at)
        starts.push(at)
      }
      assert.isAtMost(most(starts, rate.per), rate.limit, text)
      assert.strictEqual(starts.filter((at) => at === 0).length, burst, text)
      // Lateness does not add up: it takes what it must, and little more.
      const ideal = ((starts.length - Math.min(burst, rate.limit)) * rate.per) / rate.limit
      assert.isAtMost(starts.at(-1)! - ideal, 20, text)
    }
  })

  it("begins anew after a pause, with no more than its burst", () => {
    const pace = new Pace(parseRate("10/s"), 2)
    const starts: Array<number> = []
    for (const at of [0, 0, 0, 5000, 5000, 5000]) {
      if (pace.wait(at) > 0) continue
      pace.start(at)
      starts.push(at)
    }
    assert.deepStrictEqual(starts, [0, 0, 5000, 5000])
    assert.deepStrictEqual([pace.isFresh(5500), pace.isFresh(6000)], [false, true])
  })
})

describe("RateLimiter", () => {
  it.effect("lets tasks through in the order they came, one after another", () =>
    turning(function* () {
      const limiter = new RateLimiter("10/s")
      const order: Array<number> = []
      const starts = yield* startsOf(5, function* (i) {
        yield* on(limiter).acquire()
        order.push(i)
      })
      assert.deepStrictEqual(
        [order, starts],
        [
          [0, 1, 2, 3, 4],
          [0, 100, 200, 300, 400]
        ]
      )
      yield* go(sleep, 1000)
      assert.isTrue(limiter.isFresh)
    })
  )

  it.effect("loses nothing where one in line is killed, the first of it or another", () =>
    turning(function* () {
      const limiter = new RateLimiter("10/s")
      const order: Array<number> = []
      const one = lifted(function* (i: number) {
        yield* on(limiter).run(
          lifted(function* () {
            yield* go(sleep)
            order.push(i, now())
          })
        )
      })
      const tasks = []
      for (let i = 0; i < 5; i++) tasks.push(yield* go(spawn, one, i))
      yield* go(sleep, 50)
      assert.strictEqual(limiter.waiting, 4)
      yield* on(tasks[1]!).kill()
      yield* on(tasks[3]!).kill()
      for (const i of [0, 2, 4]) yield* on(tasks[i]!).wait()
      assert.deepStrictEqual(order, [0, 0, 2, 100, 4, 200])
      assert.strictEqual(limiter.waiting, 0)
    })
  )

  it("blocks where nothing is lifted", () => {
    const limiter = new RateLimiter("200/s")
    const began = performance.now()
    for (let i = 0; i < 4; i++) limiter.run(() => i)
    assert.isAtLeast(performance.now() - began, 14)
    assert.throws(() => new RateLimiter("nonsense" as any), /write it as/)
  })

  it.effect("is shared by Effects and lifted code", () =>
    Effect.gen(function* () {
      const limiter = yield* Green.makeRateLimiter("10/s", { burst: 2 })
      const times: Array<number> = []
      const note = Effect.clockWith((clock) => Effect.map(clock.currentTimeMillis, (at) => void times.push(at)))
      const legacy = green(function* () {
        yield* on(limiter).acquire()
        times.push(now())
      })
      const rated = Green.withRate(limiter, note)
      const all = yield* Effect.fork(Effect.all([rated, legacy, rated, legacy], { concurrency: "unbounded" }))
      yield* TestClock.adjust(1)
      const abandoned = yield* Effect.fork(Green.withRate(limiter, note))
      yield* TestClock.adjust(49)
      yield* Fiber.interrupt(abandoned)
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(all)
      assert.deepStrictEqual(times, [0, 0, 100, 200])
    })
  )
})

describe("limit", () => {
  it.effect("bounds the calls of a function, for each key by itself", () =>
    turning(function* () {
      const running = new Map<string, number>()
      let peak = 0
      const work = lifted(function* (this: any, host: string, ms: number) {
        running.set(host, (running.get(host) ?? 0) + 1)
        peak = Math.max(peak, running.get(host)!)
        yield* go(sleep, ms)
        running.set(host, running.get(host)! - 1)
        return [host, this]
      })
      const limited = limit({ concurrency: 2, key: (host: string) => host }, work as (host: string, ms: number) => any)
      const receiver = { limited }
      const starts = yield* startsOf(8, (i) => on(receiver).limited(i % 2 === 0 ? "a" : "b", 100))
      assert.deepStrictEqual([starts, peak], [[100, 100, 100, 100, 200, 200, 200, 200], 2])
      assert.deepStrictEqual(yield* on(receiver).limited("c", 1), ["c", receiver])
    })
  )

  it.effect("keeps several rates at once", () =>
    turning(function* () {
      const limited = limit({ rate: ["2/s", "3/m"], burst: 3 }, () => 1)
      const starts = yield* startsOf(7, () => go(limited))
      assert.deepStrictEqual([most(starts, 1000), most(starts, 60_000)], [2, 3])
    })
  )

  it("refuses what cannot be meant", () => {
    assert.throws(() => limit({ concurrency: 0 }, () => 1), /whole number of 1/)
    assert.throws(() => limit(2 as any, () => 1), /options is 2: give an object/)
    assert.throws(() => new TokenPool(2 as any), /options is 2: give an object/)
    assert.throws(() => limit({ rate: "x" as any }, () => 1), /write it as/)
    assert.strictEqual(
      limit({ concurrency: 1 }, function named(a: number) {
        return a
      }).name,
      "named"
    )
  })
})

describe("Retry-After", () => {
  const date = Date.parse("1994-11-06T08:49:37Z")

  it("is read in seconds, and as a date in all forms of HTTP", () => {
    const at = (header: unknown) => retryAfterMs(header, date)
    assert.deepStrictEqual(["120", " 1.5 ", 3, "0"].map(at), [120_000, 1500, 3000, 0])
    assert.deepStrictEqual(
      ["Sun, 06 Nov 1994 08:50:37 GMT", "Sunday, 06-Nov-94 08:50:37 GMT", "Sun Nov  6 08:50:37 1994"].map(at),
      [60_000, 60_000, 60_000]
    )
    assert.strictEqual(at("Sun, 06 Nov 1994 08:40:37 GMT"), 0)
    assert.deepStrictEqual(
      ["soon", "", "-1", undefined, null, -1, {}, "Sun, nonsense"].map(at),
      Array(8).fill(undefined)
    )
  })
})

describe("retry", () => {
  /** Fails so often, then gives the times of all attempts. */
  const failing = (times: number, error: () => unknown = () => new Error("failed")): (() => Array<number>) => {
    const attempts: Array<number> = []
    return lifted(function* () {
      yield* go(sleep)
      attempts.push(now())
      if (attempts.length <= times) throw error()
      return attempts
    })
  }

  it.effect("waits longer and longer", () =>
    turning(function* () {
      const steady = { base: 1000, jitter: false }
      assert.deepStrictEqual(yield* go(retry, { ...steady, times: 4 }, failing(4)), [0, 1000, 3000, 7000, 15_000])
      const capped = yield* go(retry<Array<number>>, { ...steady, times: 4, factor: 10, max: 2000 }, failing(4))
      assert.deepStrictEqual(
        capped.map((at) => at - 15_000),
        [0, 1000, 3000, 5000, 7000]
      )
    })
  )

  it.effect("gives up after so many times, with the last error", () =>
    turning(function* () {
      let attempts = 0
      const f = lifted(function* () {
        yield* go(sleep)
        throw new Error(`failed ${++attempts}`)
      })
      assert.strictEqual((yield* caught(go(retry, { times: 2, base: 1 }, f))).message, "failed 3")
      assert.strictEqual((yield* caught(go(retry, 0, f))).message, "failed 4")
      const when = (error: unknown) => (error as Error).message !== "failed 5"
      assert.strictEqual((yield* caught(go(retry, { when }, f))).message, "failed 5")
    })
  )

  it.effect("lets chance vary the waits, by the environment's Random", () =>
    Effect.gen(function* () {
      const run = turning(() => go(retry, { times: 3 }, failing(3)))
      const seeded = Effect.withRandom(run, Random.make("seed"))
      const first = (yield* seeded) as Array<number>
      const waits = first.slice(1).map((at, i) => at - first[i]!)
      for (const [i, wait] of waits.entries()) {
        assert.isAtLeast(wait, 800 * 2 ** i)
        assert.isAtMost(wait, 1200 * 2 ** i)
      }
      assert.isTrue(waits.some((wait, i) => wait !== 1000 * 2 ** i))
      const again = (yield* Effect.withRandom(
        turning(() => go(retry, { times: 3 }, failing(3))),
        Random.make("seed")
      )) as Array<number>
      assert.deepStrictEqual(
        again.map((at) => Math.round(at - again[0]!)),
        first.map(Math.round)
      )
    })
  )

  it.effect("heeds Retry-After, and gives up where it asks for too much", () =>
    turning(function* () {
      const told = (headers: object) => () => Object.assign(new Error("limited"), { headers })
      const seconds = yield* go(retry, 1, failing(1, told({ "Retry-After": "7" })))
      assert.deepStrictEqual(seconds, [0, 7000])
      const date = { get: () => new Date(now() + 3000).toUTCString() }
      const response = yield* go(
        retry<Array<number>>,
        1,
        failing(1, () => Object.assign(new Error("limited"), { response: { headers: date } }))
      )
      assert.strictEqual(response[1]! - response[0]!, 3000)
      const error = yield* caught(go(retry, { times: 3, maxRetryAfter: 5000 }, failing(1, told({ "retry-after": 6 }))))
      assert.strictEqual(error.message, "limited")
    })
  )

  it.effect("neither outlives a timeout around it nor its own task", () =>
    turning(function* () {
      let attempts = 0
      const f = lifted(function* () {
        yield* go(sleep)
        attempts++
        throw new Error("failed")
      })
      const retrying = lifted(() => go(retry, { times: 9, jitter: false }, f))
      const around = new Timeout(1500)
      assert.strictEqual(yield* caught(on(around).run(retrying)), around)
      assert.strictEqual(attempts, 2)
      const task = yield* go(spawn, retrying)
      yield* go(sleep, 1500)
      yield* on(task).kill()
      yield* go(sleep, 60_000)
      assert.strictEqual(attempts, 4)
    })
  )

  it("blocks where nothing is lifted", () => {
    let attempts = 0
    const f = () => {
      if (++attempts < 3) throw new Error("failed")
      return attempts
    }
    assert.strictEqual(retry({ base: 1 }, f), 3)
  })

  it.effect("is a schedule for Effects, too", () =>
    Effect.gen(function* () {
      const attempts: Array<number> = []
      const attempt = Effect.clockWith((clock) =>
        Effect.flatMap(clock.currentTimeMillis, (at) => {
          attempts.push(at)
          const headers = attempts.length === 2 ? { "retry-after": "10" } : {}
          return attempts.length < 4 ? Effect.fail({ response: { headers } }) : Effect.void
        })
      )
      const fiber = yield* Effect.fork(Effect.retry(attempt, Green.backoff({ jitter: false })))
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(fiber)
      assert.deepStrictEqual(attempts, [0, 1000, 11_000, 15_000])
      const tooLong = Effect.fail({ headers: { "retry-after": "3600" } })
      assert.isTrue((yield* Effect.exit(Effect.retry(tooLong, Green.backoff())))._tag === "Failure")
    })
  )
})
