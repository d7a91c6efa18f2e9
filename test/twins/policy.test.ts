/** The requests of lifted code under a policy, at a test clock: an `HttpClient` answers, and tells when it was asked. */
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import * as TestContext from "effect/TestContext"
import request from "sync-request"
import { HttpSession } from "../../src/blocking/index.js"
import { RetryWait } from "../../src/concurrency/limits/backoff.js"
import { spawn } from "../../src/green.js"
import * as Green from "../../src/index.js"
import { runTwin } from "../../src/runtime/host.js"
import type { Instrument } from "../../src/runtime/run.js"
import type { Steps } from "../../src/runtime/twin.js"
import { adopt } from "../../src/runtime/twins.js"
import "../../src/twins/http.js"
import "../../src/twins/http/client.js"
import "../../src/twins/sync-request.js"
import { type Body, go, lifted, on } from "../concurrency/run.js"

adopt("sync-request", request)

type Answer = { readonly status: number; readonly headers?: Record<string, string>; readonly ms?: number }

/** An upstream: what it answers to the n-th request of a path, and when each came. */
const upstream = (answer: (n: number, path: string) => Answer) => {
  const asked: Array<readonly [path: string, at: number]> = []
  const counts = new Map<string, number>()
  let inFlight = 0
  let peak = 0
  const client = HttpClient.make((request, url) =>
    Effect.gen(function* () {
      const n = (counts.get(url.pathname) ?? 0) + 1
      counts.set(url.pathname, n)
      asked.push([url.pathname, yield* Effect.clockWith((clock) => clock.currentTimeMillis)])
      peak = Math.max(peak, ++inFlight)
      const { headers = {}, ms = 0, status } = answer(n, url.pathname)
      yield* Effect.ensuring(
        Effect.sleep(ms),
        Effect.sync(() => inFlight--)
      )
      return HttpClientResponse.fromWeb(request, new Response("answer", { status, headers }))
    })
  )
  return { asked, client, peak: () => peak, times: () => asked.map(([, at]) => at) }
}

const running = <A>(
  client: HttpClient.HttpClient,
  policy: Parameters<typeof Green.policy>[0],
  body: () => Steps<A>,
  instruments: ReadonlyArray<Instrument> = []
) =>
  Effect.gen(function* () {
    const run = runTwin(body, { name: "test", instruments }).pipe(
      Effect.provideService(HttpClient.HttpClient, client),
      Effect.provide(Green.policy(policy))
    )
    const fiber = yield* Effect.fork(run)
    yield* TestClock.adjust("10 minutes")
    return yield* Fiber.join(fiber)
  })

const session = new HttpSession({ baseUrl: "http://api.test", timeout: 0 })

/** Asks for so many paths at once, and gives the statuses. */
function* together(paths: ReadonlyArray<string>): Body<Array<number>> {
  const ask = lifted(function* (path: string) {
    return (yield* on(session).get(path)).status
  })
  const tasks = []
  for (const path of paths) tasks.push(yield* go(spawn, ask, path))
  const statuses = []
  for (const task of tasks) statuses.push(yield* on(task).wait())
  return statuses
}

const paths = (count: number): Array<string> => Array.from({ length: count }, (_, i) => `/${i}`)

describe("a policy's rate", () => {
  it.effect("spreads requests over time, over all hosts, in the order they came", () =>
    Effect.gen(function* () {
      const { asked, client } = upstream(() => ({ status: 200 }))
      yield* running(client, { rate: "2/s" }, () => together(["/a", "http://other.test/b", "/c"]))
      assert.deepStrictEqual(asked, [
        ["/a", 0],
        ["/b", 500],
        ["/c", 1000]
      ])
    })
  )

  it.effect("for a host holds for that host", () =>
    Effect.gen(function* () {
      const { asked, client } = upstream(() => ({ status: 200 }))
      const perHost = { "api.test": ["1/s", 1], "*": "10/s" } as const
      const urls = ["/a", "http://other.test/b", "/c", "http://other.test/d"]
      yield* running(client, { perHost }, () => together(urls))
      assert.sameDeepMembers(asked, [
        ["/a", 0],
        ["/b", 0],
        ["/c", 1000],
        ["/d", 100]
      ])
    })
  )

  it.effect("is shared by the runs under one layer, and counts sync-request's requests", () =>
    Effect.gen(function* () {
      const { client, times } = upstream(() => ({ status: 200 }))
      const call = lifted(function* () {
        return (yield* go(request as any, "GET", "http://api.test/x", {})) as { statusCode: number }
      })
      const both = Effect.all([Green.lift(call)(), Green.lift(call)()], { concurrency: "unbounded" }).pipe(
        Effect.provideService(HttpClient.HttpClient, client),
        Effect.provide(Green.policy({ rate: "1/s" }))
      )
      const fiber = yield* Effect.fork(both)
      yield* TestClock.adjust("10 seconds")
      assert.deepStrictEqual(
        (yield* Fiber.join(fiber)).map(({ statusCode }) => statusCode),
        [200, 200]
      )
      assert.deepStrictEqual(times(), [0, 1000])
    })
  )
})

describe("a policy's limit per host", () => {
  it.effect("bounds what is in flight", () =>
    Effect.gen(function* () {
      const { client, peak, times } = upstream(() => ({ status: 200, ms: 100 }))
      yield* running(client, { perHost: 3 }, () => together(paths(9)))
      assert.deepStrictEqual([peak(), times()], [3, [0, 0, 0, 100, 100, 100, 200, 200, 200]])
    })
  )
})

describe("a policy's retries", () => {
  it.effect("heed Retry-After in seconds and as a date, for the host as a whole", () =>
    Effect.gen(function* () {
      for (const retryAfter of ["7", "Thu, 01 Jan 1970 00:00:07 GMT"]) {
        const { asked, client } = upstream((n, path) =>
          n === 1 && path === "/limited"
            ? { status: 429, headers: { "retry-after": retryAfter } }
            : { status: 200, ms: 1 }
        )
        const statuses = yield* running(client, { retry: 5 }, function* () {
          const first = yield* together(["/limited"])
          return [...first, ...(yield* together(["/other"]))]
        }).pipe(Effect.provide(TestContext.TestContext))
        assert.deepStrictEqual(statuses, [200, 200])
        assert.deepStrictEqual(asked, [
          ["/limited", 0],
          ["/limited", 7000],
          ["/other", 7001]
        ])
      }
    })
  )

  it.effect("hold back those who come meanwhile", () =>
    Effect.gen(function* () {
      const { asked, client } = upstream((n, path) =>
        n === 1 && path === "/0" ? { status: 429, headers: { "retry-after": "5" }, ms: 10 } : { status: 200, ms: 10 }
      )
      yield* running(client, { retry: 1, perHost: 1 }, () => together(["/0", "/1", "http://other.test/2"]))
      assert.sameDeepMembers(asked, [
        ["/0", 0],
        ["/2", 0],
        ["/1", 5010],
        ["/0", 5020]
      ])
    })
  )

  it.effect("wait longer and longer, are counted at the call, and end with the answer as it was", () =>
    Effect.gen(function* () {
      const { client, times } = upstream(() => ({ status: 503 }))
      let retries = 0
      const count: Instrument = { suspended: (_, op) => void (op instanceof RetryWait && retries++) }
      const retry = { times: 3, base: 100, jitter: false }
      assert.deepStrictEqual(yield* running(client, { retry }, () => together(["/0"]), [count]), [503])
      assert.deepStrictEqual([times(), retries], [[0, 100, 300, 700], 3])
    })
  )

  it.effect("give up at once where the server asks for too long a wait", () =>
    Effect.gen(function* () {
      const { asked, client } = upstream(() => ({ status: 429, headers: { "retry-after": "3600" } }))
      assert.deepStrictEqual(yield* running(client, { retry: 5 }, () => together(["/0"])), [429])
      assert.strictEqual(asked.length, 1)
    })
  )

  it.effect("are made only for what is worth it, and may be done twice", () =>
    Effect.gen(function* () {
      const { asked, client } = upstream(() => ({ status: 429 }))
      yield* running(client, { retry: 2 }, () => on(session).post("/post"))
      yield* running(client, { retry: 2 }, () =>
        go(request as any, "GET", "http://api.test/own", { retry: true, maxRetries: 1, retryDelay: 1 })
      )
      const custom = { times: 1, methods: ["post"], on: [429] } as const
      yield* running(client, { retry: custom }, () => on(session).post("/custom"))
      const missing = upstream(() => ({ status: 404 }))
      yield* running(missing.client, { retry: 2 }, () => together(["/missing"]))
      assert.deepStrictEqual(
        asked.map(([path]) => path),
        ["/post", "/own", "/own", "/custom", "/custom"]
      )
      assert.strictEqual(missing.asked.length, 1)
    })
  )

  it.effect("leave nobody in line who is interrupted", () =>
    Effect.gen(function* () {
      const { asked, client } = upstream(() => ({ status: 200 }))
      const policy = Green.policy({ rate: "1/s", perHost: 2 })
      yield* Effect.gen(function* () {
        const ask = (path: string) =>
          Effect.provideService(
            runTwin(() => on(session).get(path), { name: path }),
            HttpClient.HttpClient,
            client
          )
        const fibers = []
        for (const path of paths(4)) {
          fibers.push(yield* Effect.fork(ask(path)))
          yield* TestClock.adjust(1)
        }
        yield* Fiber.interrupt(fibers[1]!)
        yield* Fiber.interrupt(fibers[2]!)
        yield* TestClock.adjust("10 seconds")
        yield* Fiber.joinAll([fibers[0]!, fibers[3]!])
      }).pipe(Effect.provide(policy))
      assert.deepStrictEqual(asked, [
        ["/0", 0],
        ["/3", 1000]
      ])
    })
  )
})
