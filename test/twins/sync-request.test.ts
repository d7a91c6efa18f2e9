/** The twin of sync-request answers what sync-request answers, and does what only a twin can. */
import { spawn } from "node:child_process"
import { subscribe, unsubscribe } from "node:diagnostics_channel"
import { rm } from "node:fs/promises"
import { createRequire } from "node:module"
import type { Socket } from "node:net"
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientError from "@effect/platform/HttpClientError"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import { afterAll, beforeAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import type { Response } from "sync-request"
import { runTwin, spawn as spawnFiber } from "../../src/runtime/host.js"
import { effectOp } from "../../src/runtime/op.js"
import { plain } from "../../src/runtime/plain.js"
import { current, type Steps, twinOf } from "../../src/runtime/twin.js"
import { type Server, startServer } from "./http-server.js"
import { casesFor } from "./sync-request-cases.js"
import { called, request, stop } from "./sync-request-loaded.js"
import { failed, succeeded } from "./sync-request-outcome.js"

/** A port that nobody listens on. */
const refused = 1

let server: Server

beforeAll(async () => {
  server = await startServer()
})
afterAll(() => {
  stop()
  return server.close()
})

const green = (...args: [method: unknown, url: unknown, options?: unknown]) =>
  Effect.mapError(runTwin(called(...args), { name: "test" }), ({ cause }) => cause as Error & { code?: string })

/** Waits for what the test itself has to wait for. */
const promised = (promise: Promise<unknown>) =>
  effectOp(
    "the test",
    Effect.promise(() => promise),
    () => undefined
  )

/** Runs what takes its time from a test clock, an hour at a time, as often as it takes. */
const quickly = <A, E>(effect: Effect.Effect<A, E>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.fork(effect)
    while ((yield* Fiber.poll(fiber))._tag === "None") {
      yield* TestClock.adjust("1 hour")
      yield* Effect.promise(() => new Promise(setImmediate))
    }
    return yield* Fiber.join(fiber)
  })

describe("answers what sync-request answers", () => {
  const names = casesFor("http://127.0.0.1", "", refused, request.FormData).map(({ name }) => name)
  const runs = ["original", "twin"].map((who) => `${who}-${process.pid}-${Date.now()}`) as [string, string]
  let expected: Record<string, unknown>

  beforeAll(async () => {
    const file = fileURLToPath(new URL("sync-request-original.ts", import.meta.url))
    const child = spawn(process.execPath, ["--import", "tsx", file, server.origin, runs[0], String(refused)], {
      stdio: ["ignore", "pipe", "inherit"]
    })
    let output = ""
    child.stdout.setEncoding("utf8").on("data", (text) => (output += text))
    const code = await new Promise((resolve) => child.on("close", resolve))
    expect(code).toBe(0)
    expected = JSON.parse(output)
  }, 120_000)

  afterAll(() => {
    const basic = createRequire(createRequire(import.meta.url).resolve("then-request")).resolve("http-basic")
    return rm(new URL("cache", `file://${basic}`), { recursive: true, force: true })
  })

  it("has a name for each case", () => expect(new Set(names).size).toBe(names.length))

  it.live.each(names)("%s", (name) =>
    Effect.gen(function* () {
      const cases = casesFor(server.origin, runs[1], refused, request.FormData)
      const { method, url, options } = cases.find((one) => one.name === name)!
      const outcome = yield* Effect.match(green(method, url, options), {
        onSuccess: (response) => succeeded(response, runs[1]),
        onFailure: (error) => failed(error, runs[1])
      })
      expect(outcome).toEqual(expected[name])
    })
  )
})

it.live("gives a Response of the program's own copy", () =>
  Effect.gen(function* () {
    const response = yield* green("GET", `${server.origin}/echo`)
    expect(response).toBeInstanceOf(createRequire(import.meta.url)("http-response-object"))
  })
)

it.live("throws with the stack of the call, and keeps the error behind as the cause", () =>
  Effect.gen(function* () {
    function* caller(): Steps<Response> {
      return yield* called("GET", `http://127.0.0.1:${refused}`)()
    }
    const { cause: error } = yield* Effect.flip(runTwin(caller, { name: "test" }))
    expect(error).toMatchObject({ code: "ECONNREFUSED", cause: { syscall: "connect", port: refused } })
    expect((error as Error).stack).toContain("caller")
  })
)

it("stands behind every way to import it", async () => {
  const namespace = await import("sync-request")
  expect(namespace.default).toBe(request)
  expect((request as unknown as { readonly default: unknown }).default).toBe(request)
  expect(twinOf(request)).toBeTypeOf("function")
})

it("calls sync-request itself under the plain driver", () => {
  const call = () => plain(twinOf(request)!, undefined, ["GET", `http://127.0.0.1:${refused}`, { cache: "memory" }])
  expect(call).toThrow("connect ECONNREFUSED")
  try {
    call()
  } catch (error) {
    // The twin's own has a cause.
    expect(Object.keys(error as Error)).toEqual(["code"])
    expect(error).not.toHaveProperty("cause")
  }
})

it.live("a compressed body cut short is an error, where sync-request would hang", () =>
  Effect.gen(function* () {
    const reply = "HTTP/1.1 200 OK\nContent-Encoding: gzip\nContent-Length: 100"
    const error = yield* Effect.flip(green("GET", `${server.origin}/parse?reply=${encodeURIComponent(reply)}`))
    expect(error).toMatchObject({ message: "aborted", code: "ECONNRESET" })
  })
)

it.live("a redirection to another scheme is an error, where sync-request's process would die", () =>
  Effect.gen(function* () {
    const error = yield* Effect.flip(green("GET", `${server.origin}/redirect?to=ftp://127.0.0.1/x`))
    expect(error.message).toBe('The protocol "ftp" is not supported, cannot load "ftp://127.0.0.1/x"')
  })
)

describe("connections", () => {
  it.live("are kept for the next request, and closed with the run", () =>
    Effect.gen(function* () {
      const before = server.connections()
      yield* runTwin(
        function* () {
          for (let i = 0; i < 5; i++) yield* called("GET", `${server.origin}/echo`)()
        },
        { name: "test" }
      )
      expect(server.connections() - before).toBe(1)
      yield* Effect.promise(() => server.emptied())
    })
  )

  it.live("are as many as there are requests at once", () =>
    Effect.gen(function* () {
      const before = server.connections()
      const seen: Array<string> = []
      yield* runTwin(
        function* () {
          for (let i = 0; i < 20; i++) {
            spawnFiber(
              current.fiber!,
              `fiber ${i}`,
              (function* (): Steps<void> {
                for (let j = 0; j < 5; j++) {
                  const response = yield* called("GET", `${server.origin}/echo?${i}-${j}`)()
                  seen.push(JSON.parse(response.getBody("utf8")).url)
                }
              })()
            )
          }
        },
        { name: "test" }
      )
      expect(new Set(seen).size).toBe(100)
      expect(server.connections() - before).toBe(20)
      yield* Effect.promise(() => server.emptied())
    })
  )

  it.live("gather no listeners", () =>
    Effect.gen(function* () {
      const sockets: Array<Socket> = []
      const connected = (message: unknown) => sockets.push((message as { readonly socket: Socket }).socket)
      const listeners = () => sockets.map((socket) => socket.eventNames().map((name) => socket.listenerCount(name)))
      const onProcess = process.eventNames().map((name) => process.listenerCount(name))
      const counts: Array<unknown> = []
      subscribe("undici:client:connected", connected)
      yield* runTwin(
        function* () {
          for (let i = 0; i < 12; i++) {
            yield* called("POST", `${server.origin}/echo`, { json: { i }, timeout: 1000 })()
            if (i === 1 || i === 11) counts.push(listeners())
          }
        },
        { name: "test" }
      )
      unsubscribe("undici:client:connected", connected)
      expect(sockets.length).toBe(1)
      expect(counts[1]).toEqual(counts[0])
      expect(process.eventNames().map((name) => process.listenerCount(name))).toEqual(onProcess)
    })
  )
})

describe("interruption", () => {
  it.live("cuts the connection", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.fork(green("GET", `${server.origin}/never?cut`))
      yield* Effect.promise(() => server.arrived("/never?cut"))
      expect(server.sockets.size).toBe(1)
      expect(Exit.isInterrupted(yield* Fiber.interrupt(fiber))).toBe(true)
      yield* Effect.promise(() => server.emptied())
    })
  )

  it.live("cuts a connection to Node's own client, and one with a body half sent", () =>
    Effect.gen(function* () {
      for (const [method, options] of [
        ["GET", { agent: false }],
        ["PUT", { body: Buffer.alloc(50_000_000) }]
      ] as const) {
        const fiber = yield* Effect.fork(green(method, `${server.origin}/never?${method}`, options))
        yield* Effect.promise(() => server.arrived(`/never?${method}`))
        yield* Fiber.interrupt(fiber)
        yield* Effect.promise(() => server.emptied())
      }
    })
  )

  it.live("leaves the cut connection to nobody", () =>
    Effect.gen(function* () {
      yield* runTwin(
        function* () {
          const root = current.fiber!
          yield* called("GET", `${server.origin}/echo`)()
          const kept = [...server.sockets]
          const child = spawnFiber(root, "child", called("GET", `${server.origin}/never?child`)())
          yield promised(server.arrived("/never?child"))
          const closed = kept.map((socket) => new Promise((resolve) => socket.once("close", resolve)))
          child.interrupt()
          const before = server.connections()
          yield* called("GET", `${server.origin}/echo`)()
          expect(server.connections() - before).toBe(1)
          yield promised(Promise.all(closed))
        },
        { name: "test" }
      )
    })
  )
})

describe("the environment's clock", () => {
  it.effect("rules the pause before another try", () =>
    Effect.gen(function* () {
      const url = `${server.origin}/flaky?fails=3&key=clock-${process.pid}-${Date.now()}`
      const response = yield* quickly(green("GET", url, { retry: true, retryDelay: 5 * 3_600_000 }))
      expect(response.getBody("utf8")).toBe("yes at 4")
    })
  )

  it.effect("rules the timeout, which cuts the connection", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(quickly(green("GET", `${server.origin}/never`, { timeout: 3_600_000 })))
      expect(error.message).toBe("Request timed out after 3600000ms")
      expect("code" in error && error.code === undefined).toBe(true)
      yield* Effect.promise(() => server.emptied())
    })
  )

  it.effect("leaves a body that comes after the timeout alone", () =>
    Effect.gen(function* () {
      const response = yield* quickly(green("GET", `${server.origin}/slow-body?ms=20`, { timeout: 3_600_000 * 24 }))
      expect(response.getBody("utf8")).toBe("slow")
    })
  )
})

describe("an HttpClient in the environment", () => {
  const answering = (answer: (url: URL, method: string, body: string) => globalThis.Response) =>
    HttpClient.make((asked, url) => {
      const body = asked.body._tag === "Uint8Array" ? Buffer.from(asked.body.body).toString() : ""
      return Effect.sync(() => HttpClientResponse.fromWeb(asked, answer(url, asked.method, body)))
    })

  const through = <A, E>(client: HttpClient.HttpClient, effect: Effect.Effect<A, E>) =>
    Effect.provideService(effect, HttpClient.HttpClient, client)

  it.live("makes the requests instead, redirections and tries again among them", () =>
    Effect.gen(function* () {
      const asked: Array<string> = []
      const client = answering((url, method, body) => {
        asked.push(`${method} ${url.pathname}${url.search} ${body}`)
        if (url.pathname === "/old")
          return new globalThis.Response(null, { status: 302, headers: { location: "/new?a=1" } })
        if (asked.length < 3) return new globalThis.Response("not yet", { status: 503 })
        const headers = new Headers({ "content-encoding": "gzip", "X-Seen": "yes" })
        headers.append("set-cookie", "a=1")
        headers.append("set-cookie", "b=2; Path=/")
        return new globalThis.Response(gzipSync("compressed"), { headers })
      })
      const before = server.connections()
      const response = yield* through(client, green("GET", `${server.origin}/old`, { retry: true, retryDelay: 1 }))
      expect(asked).toEqual(["GET /old ", "GET /new?a=1 ", "GET /new?a=1 "])
      expect(response.getBody("utf8")).toBe("compressed")
      expect(response.url).toBe(`${server.origin}/new?a=1`)
      expect(response.headers).toMatchObject({ "x-seen": "yes", "set-cookie": ["a=1", "b=2; Path=/"] })
      expect(server.connections()).toBe(before)
    })
  )

  it.live("gets the body and its type, also where Node's own client would be used", () =>
    Effect.gen(function* () {
      const client = answering((_url, method, body) => globalThis.Response.json({ method, body }))
      for (const agent of [undefined, false]) {
        const response = yield* through(client, green("POST", "http://nowhere.invalid/", { json: { a: 1 }, agent }))
        expect(JSON.parse(response.getBody("utf8"))).toEqual({ method: "POST", body: '{"a":1}' })
      }
    })
  )

  it.live("may decode the body itself", () =>
    Effect.gen(function* () {
      const headers = { "content-encoding": "gzip" }
      const client = answering(() => new globalThis.Response("decoded already", { headers }))
      const response = yield* through(client, green("GET", "http://nowhere.invalid/"))
      expect(response.getBody("utf8")).toBe("decoded already")
    })
  )

  it.live("fails as its cause does", () =>
    Effect.gen(function* () {
      const cause = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" })
      const client = HttpClient.make((asked) =>
        Effect.fail(new HttpClientError.RequestError({ request: asked, reason: "Transport", cause }))
      )
      const error = yield* Effect.flip(through(client, green("GET", "http://nowhere.invalid/")))
      expect(error).toMatchObject({ message: "connect ECONNREFUSED", code: "ECONNREFUSED", cause })
    })
  )

  it.live("is interrupted with the call, and timed", () =>
    Effect.gen(function* () {
      let interrupted = 0
      const client = HttpClient.make(() => Effect.onInterrupt(Effect.never, () => Effect.sync(() => interrupted++)))
      const error = yield* Effect.flip(through(client, green("GET", "http://nowhere.invalid/", { timeout: 5 })))
      expect(error.message).toBe("Request timed out after 5ms")
      const fiber = yield* Effect.fork(through(client, green("GET", "http://nowhere.invalid/")))
      yield* Effect.sleep(5)
      yield* Fiber.interrupt(fiber)
      expect(interrupted).toBe(2)
    })
  )
})
