/** What can be read from a response, and what a session makes of its options. */
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { HttpError, HttpResponse, HttpSession, type HttpSessionOptions } from "../../src/blocking/http.js"

const response = (status: number, body: string | Uint8Array, type?: string): HttpResponse =>
  new HttpResponse(
    "GET",
    "http://host/x",
    status,
    type === undefined ? {} : { "content-type": type },
    Buffer.from(body)
  )

const thrown = (f: () => unknown): unknown => {
  try {
    return f()
  } catch (error) {
    return error
  }
}

describe("a response", () => {
  it("is text in the character set that it names", () => {
    expect(response(200, "한글").text()).toBe("한글")
    expect(response(200, Uint8Array.of(0xc7, 0xd1, 0xb1, 0xdb), "text/html; charset=EUC-KR").text()).toBe("한글")
    expect(response(200, Uint8Array.of(0xe4), 'text/html;charset="latin1"').text()).toBe("\xe4")
    expect(response(200, "한글", "text/html; charset=none-such").text()).toBe("한글")
  })

  it("is JSON, or an error that tells where it came from", () => {
    expect(response(200, '\ufeff{"a":[1]}').json()).toEqual({ a: [1] })
    const html = response(200, "<html>")
    const error = thrown(() => html.json())
    expect(error).toBeInstanceOf(HttpError)
    expect(error).toMatchObject({ reason: "NotJson", code: "GREENLIFT_HTTP_NOT_JSON", response: html })
    expect((error as Error).message).toMatch(
      /^GET http:\/\/host\/x failed: .* See what it is with `response\.text\(\)`\.$/
    )
  })

  it("is itself, or an error, where it has to be ok", () => {
    for (const status of [200, 204, 299]) expect(response(status, "").orThrow().ok).toBe(true)
    for (const status of [199, 301, 404, 500]) {
      const answer = response(status, "why")
      expect(thrown(() => answer.orThrow())).toMatchObject({
        reason: "Status",
        code: "GREENLIFT_HTTP_STATUS",
        detail: `status ${status}`,
        response: answer
      })
    }
  })
})

describe("the options of a session", () => {
  const wrong: ReadonlyArray<HttpSessionOptions> = [
    { connections: 0 },
    { connections: Number.NaN },
    { timeout: -5 },
    { timeout: Number.NaN },
    { baseUrl: "not a URL" },
    { baseUrl: "ftp://host" },
    { baseUrl: "http://host/?key=1" }
  ]
  it.each(wrong)("%o cannot be meant", (options) => {
    expect(thrown(() => new HttpSession(options))).toMatchObject({ reason: "Invalid", code: "GREENLIFT_HTTP_INVALID" })
  })

  const made = (options: HttpSessionOptions, path: string) => {
    const { origin, path: target, headers } = new HttpSession(options).prepare("GET", path).request
    return { url: origin + target, headers }
  }

  it("join the base URL and the path", () => {
    for (const baseUrl of ["https://host/v2", "https://host/v2/", new URL("https://host/v2#part")]) {
      expect(made({ baseUrl }, "/items").url).toBe("https://host/v2/items")
      expect(made({ baseUrl }, "items?a=1#part").url).toBe("https://host/v2/items?a=1")
      expect(made({ baseUrl }, "?a=1").url).toBe("https://host/v2?a=1")
      expect(made({ baseUrl }, "").url).toBe("https://host/v2")
      expect(made({ baseUrl }, "http://other/x").url).toBe("http://other/x")
    }
    expect(made({}, "http://host:8080").url).toBe("http://host:8080/")
    expect(thrown(() => made({}, "/items"))).toMatchObject({ reason: "Invalid" })
    expect(thrown(() => made({}, "file:///etc/passwd"))).toMatchObject({ reason: "Invalid" })
  })

  it("send the user and password of a URL as a header, and show them nowhere", () => {
    const basic = ["authorization", `Basic ${Buffer.from("me:p@ss").toString("base64")}`]
    expect(made({ baseUrl: "http://me:p%40ss@host/v2" }, "/x")).toEqual({ url: "http://host/v2/x", headers: basic })
    expect(made({}, "http://me:p%40ss@host/x")).toEqual({ url: "http://host/x", headers: basic })
  })
})

it("does not keep the process alive by a session that was never closed", () => {
  const program = fileURLToPath(new URL("http-left-open.ts", import.meta.url))
  const options = { encoding: "utf8", timeout: 60_000 } as const
  const { stdout, status } = spawnSync(process.execPath, ["--import", "tsx", program], options)
  expect({ stdout, status }).toEqual({ stdout: "hello\n", status: 0 })
}, 60_000)
