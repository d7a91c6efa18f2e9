/** One HTTP exchange as an op: what comes back, what becomes of the connection, and whose time counts. */
import { type AddressInfo, createServer } from "node:net"
import { afterAll, beforeAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { runTwin, spawn } from "../../src/runtime/host.js"
import { current, type Steps } from "../../src/runtime/twin.js"
import { Exchange, Failure, foldHeaders, type HttpRequest, Refused, Reply, TimedOut } from "../../src/twins/http.js"
import { type Server, startServer } from "./http-server.js"

let server: Server

beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

const asked = (path: string, more: Partial<HttpRequest> = {}): HttpRequest => ({
  method: "GET",
  origin: server.origin,
  path,
  headers: [],
  body: null,
  timeout: 0,
  deadline: "headers",
  skipsRedirectBody: false,
  ...more
})

function* exchanged(request: HttpRequest): Steps<Reply | Failure> {
  return yield new Exchange(request, () => {
    throw new Error("not in a fiber")
  })
}

const run = (request: HttpRequest) => runTwin(() => exchanged(request), { name: "test" })

const failure = (request: HttpRequest) =>
  Effect.map(run(request), (outcome) => {
    expect(outcome).toBeInstanceOf(Failure)
    return outcome as Failure
  })

describe("foldHeaders", () => {
  const folded = (...raw: ReadonlyArray<string>) => foldHeaders(raw.map((text) => Buffer.from(text, "latin1")))

  it("lowers names, and joins what comes twice", () => {
    expect(folded("X-Two", "1", "x-two", "2", "Cookie", "a", "cookie", "b")).toEqual({
      "x-two": "1, 2",
      cookie: "a; b"
    })
  })

  it("keeps each cookie that is set", () => {
    expect(folded("Set-Cookie", "a=1", "set-cookie", "b=2")).toEqual({ "set-cookie": ["a=1", "b=2"] })
  })

  it("keeps the first of what there is one of", () => {
    expect(folded("Location", "/a", "location", "/b", "Server", "x", "server", "y")).toEqual({
      location: "/a",
      server: "x"
    })
  })

  it("is not led astray by what objects inherit", () => {
    expect({ ...folded("constructor", "x", "toString", "y") }).toEqual({ constructor: "x", tostring: "y" })
  })

  it("reads latin1", () => {
    expect(folded("x-name", "\xe4\xf6")).toEqual({ "x-name": "\xe4\xf6" })
  })
})

describe("an exchange", () => {
  it.live("gives status, headers and body", () =>
    Effect.gen(function* () {
      const reply = (yield* run(
        asked("/echo?a=1", { method: "POST", headers: ["X-A", "b"], body: Buffer.from("hi") })
      )) as Reply
      expect(reply).toBeInstanceOf(Reply)
      expect(reply.status).toBe(200)
      expect(reply.headers["content-type"]).toBe("application/json")
      expect(JSON.parse(reply.body.toString())).toMatchObject({ url: "/echo?a=1", headers: { "x-a": "b" }, body: "hi" })
    })
  )

  it.live("gathers a body that comes in pieces", () =>
    Effect.gen(function* () {
      const reply = (yield* run(asked("/chunked"))) as Reply
      expect(reply.body.toString()).toBe(Array.from({ length: 50 }, (_, i) => `${i} `.repeat(1000)).join(""))
    })
  )

  it.live("is complete where a 304 tells the length of the body it leaves out", () =>
    Effect.gen(function* () {
      expect(yield* run(asked("/not-modified"))).toMatchObject({ status: 304, headers: { etag: "x" } })
    })
  )

  it.live("is complete with the headers of a redirection, if told so", () =>
    Effect.gen(function* () {
      const reply = yield* run(asked("/endless-redirect", { skipsRedirectBody: true }))
      expect(reply).toMatchObject({ status: 302, body: Buffer.alloc(0) })
      yield* Effect.promise(() => server.emptied())
    })
  )

  it.live("says what was wrong, and whether the headers had come", () =>
    Effect.gen(function* () {
      expect(yield* failure(asked("/hang-up"))).toMatchObject({ answered: false, error: { code: "UND_ERR_SOCKET" } })
      expect(yield* failure(asked("/cut"))).toMatchObject({ answered: true })
      expect(yield* failure(asked("/", { origin: "http://127.0.0.1:1" }))).toMatchObject({
        error: { code: "ECONNREFUSED" }
      })
    })
  )

  it.live("is refused where it cannot be sent", () =>
    Effect.gen(function* () {
      const wrong: ReadonlyArray<Partial<HttpRequest>> = [
        { headers: ["bad name", "x"] },
        { headers: ["expect", "100-continue"] },
        { method: "POST", body: Buffer.from("abc"), headers: ["content-length", "5"] },
        { method: "PO ST" },
        { origin: "http://127.0.0.1:99999" },
        { path: "/\u{1f600}" }
      ]
      for (const more of wrong) expect(yield* run(asked("/echo", more))).toBeInstanceOf(Refused)
    })
  )

  it.live("times the headers, or the whole of it", () =>
    Effect.gen(function* () {
      const slow = asked("/slow-body?ms=300", { timeout: 250 })
      expect(yield* run(slow)).toMatchObject({ body: Buffer.from("slow") })
      const whole = yield* failure({ ...slow, deadline: "body" })
      expect(whole.error).toBeInstanceOf(TimedOut)
      expect(whole.answered).toBe(true)
      const never = yield* failure(asked("/never", { timeout: 20 }))
      expect(never.error).toBeInstanceOf(TimedOut)
      expect(never.answered).toBe(false)
      yield* Effect.promise(() => server.emptied())
    })
  )

  it.live("uses no connection again that a failure was on", () =>
    Effect.gen(function* () {
      const before = server.connections()
      yield* runTwin(
        function* () {
          expect(yield* exchanged(asked("/never", { timeout: 5 }))).toBeInstanceOf(Failure)
          expect(yield* exchanged(asked("/echo"))).toMatchObject({ status: 200 })
          expect(yield* exchanged(asked("/hang-up"))).toBeInstanceOf(Failure)
          expect(yield* exchanged(asked("/echo"))).toMatchObject({ status: 200 })
        },
        { name: "test" }
      )
      expect(server.connections() - before).toBe(3)
    })
  )

  it.live("connects again where the server closes after each reply", () =>
    Effect.gen(function* () {
      const before = server.connections()
      yield* runTwin(
        function* () {
          for (let i = 0; i < 3; i++) expect(yield* exchanged(asked("/hint"))).toMatchObject({ status: 200 })
        },
        { name: "test" }
      )
      expect(server.connections() - before).toBe(3)
    })
  )
})

describe("a connection still being made", () => {
  it.live("is cut when the call is interrupted, and when the run fails", () =>
    Effect.gen(function* () {
      // It takes connections, and never says a word of the handshake that the client waits for.
      const silent = createServer()
      const opened: Array<Promise<unknown>> = []
      const arrived = (n: number) =>
        new Promise<void>((resolve) => {
          const check = () => opened.length >= n && resolve()
          silent.on("connection", check)
          check()
        })
      silent.on("connection", (socket) => {
        socket.on("error", () => {})
        opened.push(new Promise((resolve) => socket.resume().on("close", resolve)))
      })
      yield* Effect.promise(() => new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve)))
      const request = asked("/", { origin: `https://127.0.0.1:${(silent.address() as AddressInfo).port}` })

      const fiber = yield* Effect.fork(run(request))
      yield* Effect.promise(() => arrived(1))
      yield* Fiber.interrupt(fiber)
      yield* Effect.promise(() => opened[0]!)

      function* failing(): Steps<void> {
        spawn(current.fiber!, "child", exchanged(request))
        yield* exchanged(asked("/slow-body?ms=20"))
        throw new Error("the program's")
      }
      const error = yield* Effect.flip(runTwin(failing, { name: "test" }))
      expect(error.message).toBe("the program's")
      yield* Effect.promise(() => opened[1]!)
      silent.close()
    })
  )
})
