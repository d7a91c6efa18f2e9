/** What an HttpSession does for fibers only: turns, connections of the run, interruption, the environment. */
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import { afterAll, beforeAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/TestClock"
import { type HttpRequestOptions, type HttpResponse, HttpSession } from "../../src/blocking/http.js"
import type { Instrument } from "../../src/runtime/fiber.js"
import { runTwin, spawn } from "../../src/runtime/host.js"
import { effectOp, type Op } from "../../src/runtime/op.js"
import { callTwin, current, type Steps } from "../../src/runtime/twin.js"
import "../../src/twins/http.js"
import { type Server, startServer } from "../twins/http-server.js"

let server: Server

beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())

const get = (session: HttpSession, path: string, options?: HttpRequestOptions): Steps<HttpResponse> =>
  callTwin(session.get, session, [path, options])

const run = <A>(twin: () => Steps<A>, instruments: ReadonlyArray<Instrument> = []) =>
  Effect.mapError(runTwin(twin, { name: "test", instruments }), ({ cause }) => cause)

/** Waits for what the test itself has to wait for. */
const promised = (promise: Promise<unknown>) =>
  effectOp(
    "the test",
    Effect.promise(() => promise),
    () => undefined
  )

const each = function* (count: number, twin: (i: number) => Steps<unknown>): Steps<void> {
  for (let i = 0; i < count; i++) spawn(current.fiber!, `fiber ${i}`, twin(i))
}

describe("connections", () => {
  it.live("are kept for the session's next request, and closed with the run", () =>
    Effect.gen(function* () {
      const session = new HttpSession({ baseUrl: server.origin })
      const before = server.connections()
      for (const expected of [1, 2]) {
        yield* run(function* () {
          for (let i = 0; i < 5; i++) yield* get(session, "/echo")
        })
        expect(server.connections() - before).toBe(expected)
        yield* Effect.promise(() => server.emptied())
      }
    })
  )

  it.live("are closed by close()", () =>
    Effect.gen(function* () {
      yield* run(function* () {
        const session = new HttpSession({ baseUrl: server.origin })
        yield* get(session, "/echo")
        expect(server.sockets.size).toBe(1)
        yield* callTwin(session.close, session, [])
        yield promised(server.emptied())
      })
    })
  )

  it.live("are no more than asked for, and go to those who wait in the order they came", () =>
    Effect.gen(function* () {
      const session = new HttpSession({ baseUrl: server.origin, connections: 3 })
      const before = server.connections()
      const sent: Array<string> = []
      const suspended = (_fiber: unknown, op: Op) => {
        if (op.blocking) sent.push(op.label)
      }
      yield* run(() => each(30, (i) => get(session, `/echo?${i}`)), [{ suspended }])
      expect(server.connections() - before).toBe(3)
      expect(sent).toEqual(Array.from({ length: 30 }, (_, i) => `GET ${server.origin}/echo?${i}`))
    })
  )

  it.live("do not count the wait for them as the call's own time", () =>
    Effect.gen(function* () {
      const session = new HttpSession({ baseUrl: server.origin, connections: 1 })
      const calls: Array<{ readonly began: number; readonly ended: number }> = []
      const waits: Array<Op> = []
      const resumed = (_fiber: unknown, op: Op) => {
        if (op.blocking) calls.push({ began: op.began, ended: performance.now() })
        else waits.push(op)
      }
      yield* run(() => each(4, () => get(session, "/echo")), [{ resumed }])
      expect(waits.length).toBe(3)
      expect(calls.length).toBe(4)
      for (const [i, call] of calls.entries()) if (i > 0) expect(call.began).toBeGreaterThanOrEqual(calls[i - 1]!.ended)
    })
  )

  it.live("pass on where one who has it, or waits for it, is interrupted or fails", () =>
    Effect.gen(function* () {
      const session = new HttpSession({ baseUrl: server.origin, connections: 1 })
      yield* run(function* () {
        const root = current.fiber!
        const holder = spawn(root, "holder", get(session, "/never?holder"))
        yield promised(server.arrived("/never?holder"))
        const waiting = spawn(root, "waiting", get(session, "/echo?waiting"))
        const failing = spawn(root, "failing", get(session, "/hang-up"))
        failing.observe()
        const last = spawn(root, "last", get(session, "/echo?last"))
        yield promised(Promise.resolve())
        waiting.interrupt()
        holder.interrupt()
        yield promised(new Promise((resolve) => last.onEnd(resolve)))
        expect(last.outcome).toMatchObject({ _tag: "Success", value: { status: 200 } })
        expect(failing.outcome).toMatchObject({ _tag: "Failure", error: { reason: "Reset" } })
        expect(waiting.outcome).toEqual({ _tag: "Interrupted" })
      })
      expect(server.requests).not.toContain("GET /echo?waiting")
      yield* Effect.promise(() => server.emptied())
    })
  )
})

describe("close()", () => {
  it.live("ends requests under way and those that wait", () =>
    Effect.gen(function* () {
      const session = new HttpSession({ baseUrl: server.origin, connections: 1 })
      yield* run(function* () {
        const root = current.fiber!
        const fibers = ["/never?closed", "/echo?never-sent"].map((path) => spawn(root, path, get(session, path)))
        for (const fiber of fibers) fiber.observe()
        yield promised(server.arrived("/never?closed"))
        yield* callTwin(session.close, session, [])
        yield promised(Promise.all(fibers.map((fiber) => new Promise<unknown>((resolve) => fiber.onEnd(resolve)))))
        expect(fibers.map(({ outcome }) => outcome)).toMatchObject([
          { error: { reason: "Aborted", code: "GREENLIFT_HTTP_ABORTED" } },
          { error: { reason: "Closed", code: "GREENLIFT_HTTP_CLOSED" } }
        ])
      })
      expect(server.requests).not.toContain("GET /echo?never-sent")
    })
  )
})

describe("interruption", () => {
  it.live("cuts the connection", () =>
    Effect.gen(function* () {
      const session = new HttpSession({ baseUrl: server.origin })
      const fiber = yield* Effect.fork(run(() => get(session, "/never?interrupted")))
      yield* Effect.promise(() => server.arrived("/never?interrupted"))
      yield* Fiber.interrupt(fiber)
      yield* Effect.promise(() => server.emptied())
    })
  )
})

describe("the environment", () => {
  it.effect("times the request by its clock", () =>
    Effect.gen(function* () {
      const session = new HttpSession({ baseUrl: server.origin, timeout: 3_600_000 })
      const fiber = yield* Effect.fork(Effect.flip(run(() => get(session, "/never?clock"))))
      yield* Effect.promise(() => server.arrived("/never?clock"))
      yield* TestClock.adjust("1 hour")
      expect(yield* Fiber.join(fiber)).toMatchObject({ reason: "Timeout", detail: "more than 3600000 ms" })
      yield* Effect.promise(() => server.emptied())
    })
  )

  it.live("may answer by an HttpClient", () =>
    Effect.gen(function* () {
      const asked: Array<unknown> = []
      const client = HttpClient.make((request, url) =>
        Effect.sync(() => {
          asked.push(`${request.method} ${url} ${request.headers["x-a"]}`)
          return HttpClientResponse.fromWeb(request, Response.json({ answer: 42 }, { status: 201 }))
        })
      )
      const session = new HttpSession({ baseUrl: "http://nowhere.invalid/api/", headers: { "X-A": "1" } })
      const response = yield* Effect.provideService(
        run(() => get(session, "/item", { query: { id: 7 } })),
        HttpClient.HttpClient,
        client
      )
      expect(asked).toEqual(["GET http://nowhere.invalid/api/item?id=7 1"])
      expect(response.status).toBe(201)
      expect(response.json()).toEqual({ answer: 42 })
    })
  )
})
