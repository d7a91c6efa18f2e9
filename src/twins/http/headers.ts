/** Response headers, folded the way Node's own `http` folds them, so that programs find what they always found. */

/** Names in lower case; `set-cookie` is an array; other repeated headers are joined, or the first one counts. */
export type HttpHeaders = Record<string, string | Array<string>>

/** Headers of which a second one is ignored: Node's list (`IncomingMessage.headers`). */
const single = new Set([
  "age",
  "authorization",
  "content-length",
  "content-type",
  "etag",
  "expires",
  "from",
  "host",
  "if-modified-since",
  "if-unmodified-since",
  "last-modified",
  "location",
  "max-forwards",
  "proxy-authorization",
  "referer",
  "retry-after",
  "server",
  "user-agent"
])

/** Folds names and values as they came over the wire: `[name, value, name, value, …]`. */
export const foldHeaders = (raw: ReadonlyArray<Buffer>): HttpHeaders => {
  const headers: HttpHeaders = {}
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i]!.toString("latin1").toLowerCase()
    const value = raw[i + 1]!.toString("latin1")
    const before = headers[name]
    if (name === "set-cookie") {
      if (Array.isArray(before)) before.push(value)
      else headers[name] = [value]
    } else if (typeof before !== "string") {
      headers[name] = value
    } else if (!single.has(name)) {
      headers[name] = `${before}${name === "cookie" ? "; " : ", "}${value}`
    }
  }
  return headers
}
