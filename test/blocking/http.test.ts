/** An HttpSession answers alike plainly and in a fiber, and its connections belong to it. */
import { spawn as spawnProcess } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { HttpError, type HttpRequestOptions, HttpResponse, HttpSession } from "../../src/blocking/http.js"
import { runTwin } from "../../src/runtime/host.js"
import { plain } from "../../src/runtime/plain.js"
import { callTwin, type Steps, twinOf } from "../../src/runtime/twin.js"
import "../../src/twins/http.js"

/** A request by the method of its name, for `runTwin`. */
const requested = (session: HttpSession, method: string, path: string, options?: HttpRequestOptions) =>
  callTwin(session.request, session, [method, path, options]) as Steps<HttpResponse>

const inFiber = (twin: () => Steps<HttpResponse>) =>
  Effect.mapError(runTwin(twin, { name: "test" }), ({ cause }) => cause)

describe("plainly and in a fiber", () => {
  const program = fileURLToPath(new URL("../twins/http-server-main.ts", import.meta.url))
  // It has to answer while this thread is blocked.
  const server = spawnProcess(process.execPath, ["--import", "tsx", program], { stdio: ["pipe", "pipe", "inherit"] })
  let origin: string

  beforeAll(async () => {
    const [line] = await once(server.stdout.setEncoding("utf8"), "data")
    origin = line.trim()
  }, 60_000)

  afterAll(() => server.stdin.end())

  const seen = (outcome: unknown): unknown => {
    if (outcome instanceof HttpResponse) {
      const { date: _, ...headers } = outcome.headers
      const { status, url, method, ok, body } = outcome
      return { status, url, method, ok, headers, body: body.toString("latin1"), isBuffer: Buffer.isBuffer(body) }
    }
    expect(outcome).toBeInstanceOf(HttpError)
    const { name, message, reason, code, method, url, detail } = outcome as HttpError
    return { name, message, reason, code, method, url, detail }
  }

  const plainly = (call: () => HttpResponse): unknown => {
    try {
      return seen(call())
    } catch (error) {
      return seen(error)
    }
  }

  const json = { a: [1, "b", null] }
  const cases: ReadonlyArray<readonly [name: string, expected: unknown, ...Parameters<HttpSession["request"]>]> = [
    ["GET", { status: 200 }, "GET", "/echo"],
    ["a method in lower case", { method: "DELETE" }, "delete", "/echo"],
    ["HEAD", { status: 200, body: "" }, "HEAD", "/echo"],
    [
      "a query",
      { url: expect.stringContaining("?a=1&b=2&b=3&c=x+y") },
      "GET",
      "/echo?a=1",
      { query: { b: [2, 3], c: "x y", d: null } }
    ],
    [
      "headers over the session's",
      { body: expect.stringContaining('"x-both":"request"') },
      "GET",
      "/echo",
      { headers: { "X-Both": "request" } }
    ],
    ["JSON", { body: expect.stringContaining("application/json") }, "POST", "/echo", { json }],
    ["a form", { body: expect.stringContaining("a=1+2&b=%26") }, "PUT", "/echo", { form: { a: "1 2", b: "&" } }],
    ["text", { body: expect.stringContaining("text/plain") }, "PATCH", "/echo", { body: "some text" }],
    ["bytes", { body: expect.stringContaining("\\u0001") }, "POST", "/echo", { body: Uint8Array.of(0, 1, 255) }],
    ["a path without a slash", { url: expect.stringMatching(/\/echo$/) }, "GET", "echo"],
    ["letters in the path", { url: expect.stringMatching(/echo\?%ED/) }, "GET", "echo?한글#part"],
    ["404", { status: 404, ok: false }, "GET", "/nothing"],
    ["503", { status: 503, ok: false }, "GET", "/status?code=503"],
    ["a redirection", { status: 302, headers: { location: "/echo" } }, "GET", "/redirect?to=/echo"],
    ["repeated headers", { headers: { "set-cookie": ["a=1", "b=2; Path=/"], "x-two": "1, 2" } }, "GET", "/repeated"],
    [
      "all bytes there are",
      { body: Buffer.from(Uint8Array.from({ length: 256 }, (_, i) => i)).toString("latin1") },
      "GET",
      "/bytes"
    ],
    ["a long body", { status: 200 }, "GET", "/chunked"],
    ["what is compressed, as it is", { headers: { "content-encoding": "gzip" } }, "GET", "/gzip"],
    ["a refused connection", { reason: "Refused", code: "GREENLIFT_HTTP_REFUSED" }, "GET", "http://127.0.0.1:1/x"],
    [
      "a host without address",
      { reason: "NotFound", code: "GREENLIFT_HTTP_NOT_FOUND" },
      "GET",
      "http://no-such-host.invalid/"
    ],
    ["a server that hangs up", { reason: "Reset", code: "GREENLIFT_HTTP_RESET" }, "GET", "/hang-up"],
    ["a server that resets", { reason: "Reset" }, "GET", "/reset"],
    ["a body cut short", { reason: "Reset" }, "GET", "/cut"],
    ["what is not HTTP", { reason: "Protocol" }, "GET", "/parse?reply=nonsense"],
    ["a header too long", { reason: "Protocol" }, "GET", "/long-header"],
    ["TLS to a server without", { reason: "Tls" }, "GET", "(tls)/echo"],
    ["a timeout", { reason: "Timeout", detail: "more than 40 ms" }, "GET", "/never", { timeout: 40 }],
    ["a timeout in the body", { reason: "Timeout" }, "GET", "/endless-redirect", { timeout: 100 }],
    ["no timeout", { body: "slow" }, "GET", "/slow-body?ms=5", { timeout: 0 }],
    ["a timeout beyond what timers take", { status: 200 }, "GET", "/echo", { timeout: Number.POSITIVE_INFINITY }],
    ["a negative timeout", { reason: "Invalid" }, "GET", "/echo", { timeout: -1 }],
    ["two bodies", { reason: "Invalid" }, "POST", "/echo", { json, body: "x" }],
    ["an invalid header", { reason: "Invalid" }, "GET", "/echo", { headers: { "bad name": "x" } }],
    ["an invalid method", { reason: "Invalid" }, "GE T", "/echo"]
  ]

  it.live.each(cases)("%s", ([_name, expected, method, path, options]) =>
    Effect.gen(function* () {
      const session = new HttpSession({ baseUrl: origin, headers: { "x-both": "session", "X-Session": "yes" } })
      const where = path.replace("(tls)", origin.replace("http:", "https:"))
      const green = yield* Effect.merge(inFiber(() => requested(session, method, where, options)))
      expect(seen(green)).toMatchObject(expected as object)
      // A TLS error tells the thread it happened in.
      const comparable = (outcome: unknown) =>
        JSON.parse(JSON.stringify(outcome).replace(/[0-9A-F]{12,16}:error/g, "error"))
      expect(comparable(plainly(() => session.request(method, where, options)))).toEqual(comparable(seen(green)))
      session.close()
      const closed = plainly(() => session.request(method, where, options))
      expect(closed).toMatchObject({ reason: expect.stringMatching(/^(Closed|Invalid)$/) })
      expect(seen(yield* Effect.merge(inFiber(() => requested(session, method, where, options))))).toEqual(closed)
    })
  )

  it.live("each method has its name", () =>
    Effect.gen(function* () {
      const session = new HttpSession({ baseUrl: origin })
      for (const method of ["get", "post", "put", "patch", "delete"] as const) {
        const green = yield* inFiber(() => callTwin(session[method], session, ["/echo"]) as Steps<HttpResponse>)
        expect(green.json()).toMatchObject({ method: method.toUpperCase() })
        expect(seen(session[method]("/echo"))).toEqual(seen(green))
      }
      session.close()
    })
  )

  it("is made plainly by the plain driver", () => {
    const session = new HttpSession({ baseUrl: origin })
    const response = plain(twinOf(session.get)!, session, ["/echo"]) as HttpResponse
    expect(response.json()).toMatchObject({ url: "/echo" })
    plain(twinOf(session.close)!, session, [])
    expect(() => session.get("/echo")).toThrow(expect.objectContaining({ reason: "Closed" }))
  })

  it("keeps one connection for plain requests, one after another", () => {
    const session = new HttpSession({ baseUrl: origin })
    const ports = new Set(Array.from({ length: 5 }, () => session.get("/port").text()))
    session.close()
    expect(ports.size).toBe(1)
  })
})
