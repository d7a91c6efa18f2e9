/** The table of calls that sync-request and its twin are to answer alike. */
import type { FormData, Response } from "sync-request"

/** The real one, called in any way. */
export type SyncRequest = ((method: unknown, url: unknown, options?: unknown) => Response) & {
  readonly FormData: new () => FormData
}

export interface Case {
  readonly name: string
  readonly method: unknown
  readonly url: unknown
  readonly options?: unknown
}

const malformed = [
  "this is not HTTP",
  "HTTP/9.1 200 OK",
  "HTTP/11 200 OK",
  "HTTP/1.1200 OK",
  "HTTP/1.1 2x0 OK",
  "HTTP/1.1 2000 OK",
  "HTTP/1.1 200 OK\nbad name: x",
  "HTTP/1.1 200 OK\na: b\u0001",
  "HTTP/1.1 200 OK\na: b\n c",
  "HTTP/1.1 200 OK\n a: b",
  "HTTP/1.1 200 OK\na: b\rc",
  "HTTP/1.1 200 OK\ra",
  "HTTP/1.1 200 OK\nContent-Length: many",
  "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\nContent-Length: 1",
  "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\nzz"
]

/**
 * @param origin the server's
 * @param run whose calls these are, so that what the server remembers is not shared
 * @param refused a port of this machine that nobody listens on
 */
export const casesFor = (
  origin: string,
  run: string,
  refused: number,
  Form: new () => FormData
): ReadonlyArray<Case> => {
  const to = (path: string) => `${origin}${path}`
  const keyed = (path: string, key: string) => to(`${path}${path.includes("?") ? "&" : "?"}key=${run}-${key}`)
  const get = (name: string, path: string, options?: unknown): Case => ({ name, method: "GET", url: to(path), options })
  const post = (name: string, options?: unknown): Case => ({ name, method: "POST", url: to("/echo"), options })
  const redirected = (code: number, method: string, options?: unknown): Case => ({
    name: `${code} after ${method}, with ${JSON.stringify(options ?? null)}`,
    method,
    url: to(`/redirect?code=${code}&to=${encodeURIComponent("/echo?there")}`),
    options
  })
  const form = new Form()
  form.append("name", "value")
  form.append("file", Buffer.from("\xff bytes", "latin1"), "a.txt")
  form.append("한글", "이름", "파일.json")
  const arrayForm = new Form()
  arrayForm.append("list", ["a"] as unknown as string)

  const circular: Record<string, unknown> = {}
  circular["self"] = circular

  return [
    get("no options", "/echo"),
    get("null for options", "/echo", null),
    get("a string for options", "/echo", "text"),
    get("a number for options", "/echo", 5),
    { name: "method in lower case", method: "get", url: to("/echo") },
    { name: "no method", method: undefined, url: to("/echo") },
    { name: "a number for method", method: 5, url: to("/echo") },
    { name: "no url", method: "GET", url: undefined },
    { name: "a URL object", method: "GET", url: new URL(to("/echo?a=1#part")) },
    { name: "an object without href", method: "GET", url: {} },
    { name: "a relative url", method: "GET", url: "/echo" },
    { name: "another scheme", method: "GET", url: "ftp://127.0.0.1/x" },
    { name: "an invalid method", method: "GE T", url: to("/echo") },
    { name: "a method of its own", method: "REPORT", url: to("/echo") },
    { name: "OPTIONS", method: "OPTIONS", url: to("/echo") },
    get("a fragment", "/echo?a=1#part"),
    get("a space, quotes and braces in the path", "/echo?a b='{|}'"),
    get("letters beyond latin1 in the path", "/echo/한글"),
    get("latin1 in the path", "/echo?caf\xe9"),
    { name: "no path", method: "GET", url: origin },
    { name: "a query but no path", method: "GET", url: `${origin}?x=1` },
    { name: "user and password", method: "GET", url: to("/echo").replace("//", "//user:p%40ss@") },
    { name: "a host in upper case", method: "GET", url: to("/echo").replace("127.0.0.1", "LocalHost") },
    { name: "a port beyond the last", method: "GET", url: "http://127.0.0.1:99999/" },

    get("qs", "/echo?a=1&b=2", { qs: { b: 3, c: ["x", "y"], d: { e: "f g" }, skipped: undefined, nothing: null } }),
    get("qs with a date", "/echo", { qs: { at: new Date(0), yes: true, f: () => 1 } }),
    get("qs before a fragment", "/echo?a=1#end", { qs: { b: "한글" } }),
    get("an empty qs", "/echo?a=1", { qs: {} }),

    get("headers", "/echo", { headers: { "X-One": "1", "user-agent": "me", Host: "elsewhere" } }),
    get("headers that are no strings", "/echo", {
      headers: { "X-Number": 5, "X-List": ["a", "b"], "X-Yes": true, "X-Null": null, "X-None": undefined }
    }),
    get("a header twice, in two cases", "/echo", { headers: { "X-A": "1", "x-a": "2" } }),
    get("an invalid header name", "/echo", { headers: { "bad name": "1" } }),
    get("an invalid header value", "/echo", { headers: { "x-a": "line\nbreak" } }),
    get("an invalid header is not tried again", "/echo", { headers: { "x-a": "\u{1f600}" }, retry: true }),
    get("a header that starts with a colon", "/echo", { headers: { "x-a": ":colon" } }),
    get("accept-encoding of its own", "/echo", { headers: { "accept-encoding": "br" } }),
    get("connection: close", "/echo", { headers: { connection: "close" } }),
    get("expect", "/echo", { headers: { expect: "something" } }),
    get("no gzip", "/echo", { gzip: false }),

    post("POST without a body"),
    post("POST of text", { body: "some text, 한글" }),
    post("POST of bytes", { body: Buffer.from([0, 1, 254, 255]) }),
    post("POST of a Uint8Array", { body: Uint8Array.of(1, 2) }),
    post("POST of a number", { body: 5 }),
    post("POST of an object", { body: { a: 1 } }),
    post("POST of JSON", { json: { a: 1, b: [true, null], at: new Date(0), bytes: Buffer.from("x"), f: () => 1 } }),
    post("POST of a list with holes as JSON", { json: [undefined, () => 1, Number.NaN] }),
    post("POST of falsy JSON", { json: 0, body: "instead" }),
    post("POST of JSON with a type", { json: {}, headers: { "Content-Type": "application/vnd.x+json" } }),
    post("POST of a form", { form }),
    post("POST of a form and JSON", { form, json: { ignored: true } }),
    post("POST of a form with a list", { form: arrayForm }),
    post("POST of something else as a form", { form: { a: 1 }, body: "body" }),
    post("POST of what cannot be sent", { json: circular }),
    post("POST with a length of its own", { body: "12345", headers: { "content-length": "5" } }),
    post("POST in chunks", { body: "12345", headers: { "transfer-encoding": "chunked", "content-length": undefined } }),
    { name: "PUT", method: "PUT", url: to("/echo"), options: { body: "put" } },
    { name: "PATCH", method: "PATCH", url: to("/echo"), options: { json: { patch: 1 } } },
    { name: "DELETE", method: "DELETE", url: to("/echo") },
    { name: "DELETE with a body", method: "DELETE", url: to("/echo"), options: { body: "no" } },
    get("GET with a body", "/echo", { body: "no" }),
    get("GET with JSON", "/echo", { json: { ignored: true } }),
    { name: "HEAD", method: "HEAD", url: to("/status?code=200") },
    { name: "HEAD of a compressed page", method: "HEAD", url: to("/gzip") },

    ...[201, 204, 300, 304, 399, 404, 503].map((code) => get(`status ${code}`, `/status?code=${code}`)),
    get("304 with a length", "/not-modified", { headers: { "if-none-match": "x" } }),
    get("repeated headers", "/repeated"),
    get("headers named like what objects inherit", "/inherited"),
    get("an early hint", "/hint"),
    get("a body to the end of the connection", "/to-the-end"),
    get("HTTP/1.0", "/old"),
    get("bytes", "/bytes"),
    get("chunks", "/chunked"),
    get("gzip", "/gzip"),
    get("a long body in gzip", "/gzip-long"),
    get("deflate", "/deflate"),
    get("raw deflate", "/deflate-raw"),
    get("what is not gzip", "/gzip-not"),
    get("gzip cut short", "/gzip-cut"),
    get("gzip, left alone", "/gzip", { gzip: false }),
    get("brotli", "/brotli"),
    get("GZIP in upper case", "/upper-gzip"),

    ...[301, 302, 303, 307, 308].flatMap((code) => [
      redirected(code, "GET"),
      redirected(code, "POST", { json: { a: 1 }, headers: { "x-lost": "1" } }),
      redirected(code, "DELETE"),
      redirected(code, "HEAD")
    ]),
    redirected(302, "GET", { followRedirects: false }),
    redirected(302, "POST", { followRedirects: false, body: "x" }),
    redirected(302, "GET", { headers: { "X-Kept": "1", "X-Lost": "2" }, allowRedirectHeaders: ["x-kept", "x-none"] }),
    redirected(302, "GET", { headers: { a: "b" }, allowRedirectHeaders: ["accept-encoding"] }),
    get("a redirection to nowhere", "/redirect"),
    get("redirections, one after another", "/loop?left=7"),
    get("maxRedirects with gzip", "/loop?left=7", { maxRedirects: 3 }),
    get("maxRedirects without gzip", "/loop?left=7", { maxRedirects: 3, gzip: false }),
    get("maxRedirects that suffice", "/loop?left=3", { maxRedirects: 3, gzip: false }),
    get("maxRedirects of 0", "/loop?left=1", { maxRedirects: 0, gzip: false }),
    get("maxRedirects without end", "/loop?left=30", { maxRedirects: Number.POSITIVE_INFINITY, gzip: false }),
    get("a redirection whose body never ends", "/endless-redirect"),
    get(
      "a redirection to another host",
      `/redirect?to=${encodeURIComponent(to("/echo").replace("127.0.0.1", "localhost"))}`
    ),

    { name: "a refused connection", method: "GET", url: `http://127.0.0.1:${refused}/` },
    { name: "a host without address", method: "GET", url: "http://no-such-host.invalid/" },
    { name: "TLS to a server without", method: "GET", url: to("/").replace("http", "https") },
    get("a server that hangs up", "/hang-up"),
    get("a server that resets", "/reset"),
    get("a body cut short", "/cut", { gzip: true }),
    get("chunks cut short", "/cut-chunked"),
    get("half a header", "/half-a-header"),
    ...malformed.map((reply) => get(`malformed: ${reply}`, `/parse?reply=${encodeURIComponent(reply)}`)),
    get("a header too long", "/long-header"),

    get("a timeout", "/never", { timeout: 30 }),
    { name: "a timeout of POST", method: "POST", url: to("/never"), options: { timeout: 30, body: "x" } },
    get("a timeout as text", "/never", { timeout: "30" }),
    get("a timeout that suffices", "/echo", { timeout: 5000 }),
    get("a timeout before a slow body", "/slow-body?ms=450", { timeout: 400 }),
    get("a socket's timeout", "/never", { socketTimeout: 30, gzip: false, followRedirects: false }),
    get("a socket's timeout that is forgotten", "/never", { socketTimeout: 10, timeout: 40 }),

    {
      name: "retry until it works",
      method: "GET",
      url: keyed("/flaky?fails=2", "until"),
      options: { retry: true, retryDelay: 1 }
    },
    {
      name: "retry to the end",
      method: "GET",
      url: keyed("/flaky?fails=99", "end"),
      options: { retry: true, retryDelay: 1 }
    },
    {
      name: "retry, but not as often",
      method: "GET",
      url: keyed("/flaky?fails=9", "often"),
      options: { retry: true, retryDelay: 1, maxRetries: 2 }
    },
    {
      name: "retry after an error",
      method: "GET",
      url: keyed("/hang-up-once", "error"),
      options: { retry: true, retryDelay: 1 }
    },
    { name: "POST is not tried again", method: "POST", url: keyed("/flaky?fails=1", "post"), options: { retry: true } },
    {
      name: "a function for retry is lost",
      method: "GET",
      url: keyed("/flaky?fails=1", "function"),
      options: { retry: () => true }
    },

    { name: "memory cache", method: "GET", url: keyed("/cacheable", "memory"), options: { cache: "memory" } },
    { name: "memory cache, again", method: "GET", url: keyed("/cacheable", "memory"), options: { cache: "memory" } },
    {
      name: "memory cache, POST drops it",
      method: "POST",
      url: keyed("/cacheable", "memory"),
      options: { cache: "memory" }
    },
    {
      name: "memory cache, after POST",
      method: "GET",
      url: keyed("/cacheable", "memory"),
      options: { cache: "memory" }
    },
    { name: "memory cache with etag", method: "GET", url: keyed("/etag", "etag"), options: { cache: "memory" } },
    { name: "memory cache with etag, again", method: "GET", url: keyed("/etag", "etag"), options: { cache: "memory" } },
    { name: "file cache", method: "GET", url: keyed("/cacheable", "file"), options: { cache: "file" } },
    { name: "file cache, again", method: "GET", url: keyed("/cacheable", "file"), options: { cache: "file" } },
    get("another cache", "/echo", { cache: "disk" }),
    get("a cache object", "/echo", { cache: { getResponse: () => {} } }),

    get("no agent", "/echo", { agent: false }),
    get("null for agent", "/echo", { agent: null }),
    get("true for agent", "/echo", { agent: true })
  ]
}
