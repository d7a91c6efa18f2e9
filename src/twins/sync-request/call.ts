/**
 * One call of sync-request, checked and prepared in the order in which sync-request, then-request and http-basic do it, so
 * that the same mistake gives the same error. As redirections are followed it becomes the call of the next hop.
 */
import type { OutgoingHttpHeaders } from "node:http"
import { parse, resolve } from "node:url"
import { current } from "../../runtime/twin.js"
import { type HttpRequest, isRedirect, type NodeRequest, type Reply } from "../http.js"
import { bytesOf, multipart } from "./body.js"
import { type Cache, cacheOf } from "./cache.js"
import { findHeader, getHeader, type Headers, setHeader } from "./headers.js"
import type { Library, Response } from "./library.js"
import type { Options } from "./options.js"
import { type Target, targetOf } from "./target.js"

/** What the plain driver makes of the whole call: then nothing is left to do. */
export class Original {
  constructor(readonly response: Response) {}
}

/**
 * Methods for which undici sends what Node's client does. With HEAD it asks for the connection to be closed, and with
 * others it leaves out `content-length: 0`.
 */
const usual = new Set(["GET", "DELETE", "POST", "PUT", "PATCH"])

export class Call {
  /** The call of the program's. */
  readonly site = current.site
  method: string
  url: string
  target: Target
  headers: Headers
  body: Buffer | null
  /** Whether the request has a body, be it an empty one. */
  duplex: boolean
  private redirectsLeft: unknown

  readonly options: Options
  readonly gzip: boolean
  readonly followsRedirects: boolean
  readonly cache: Cache | null

  constructor(
    readonly library: Library,
    method: unknown,
    url: unknown,
    options: Options,
    readonly original: () => Original
  ) {
    if (typeof method !== "string") throw new TypeError("The method must be a string.")
    if (typeof url !== "string") throw new TypeError("The URL/path must be a string.")
    this.options = options
    this.method = method.toUpperCase()
    this.url = options.qs ? library.withQuery(url, options.qs) : url
    this.headers = options.headers || {}
    this.duplex = !(this.method === "GET" || this.method === "DELETE" || this.method === "HEAD")
    this.gzip = options.gzip !== false
    this.followsRedirects = options.followRedirects !== false
    // http-basic forgets the limit where it also decodes.
    this.redirectsLeft = this.gzip ? undefined : options.maxRedirects

    if (this.duplex) this.body = this.addBody()
    else if (options.body) throw new Error(`You cannot pass a body to a ${this.method} request.`)
    else this.body = null

    this.target = this.aim()
    this.cache = cacheOf(options.cache, library)
    if (this.gzip) {
      const name = findHeader(this.headers, "accept-encoding")
      if (name === undefined) this.headers["Accept-Encoding"] = "gzip,deflate"
      else this.headers[name] = `${getHeader(this.headers, name)},gzip,deflate`
    }
  }

  /** Whether this hop may be answered from the cache, or tried again. */
  get repeatable(): boolean {
    return this.method === "GET" && !this.duplex
  }

  /** Makes this the call that a redirection asks for. Throws where it cannot be followed. */
  redirect(reply: Reply): void {
    if (this.method === "DELETE" && reply.status === 303) this.method = "GET"
    if (this.redirectsLeft === 0) throw new Error("Maximum number of redirects exceeded")
    if (typeof this.redirectsLeft === "number") this.redirectsLeft--
    const kept: Headers = {}
    for (const name of this.options.allowRedirectHeaders ?? []) {
      const value = getHeader(this.headers, name)
      if (value) kept[name] = value
    }
    const { location } = reply.headers
    if (typeof location !== "string") throw new Error(`Cannot redirect to non string location: ${location}`)
    if (this.duplex) this.method = "GET"
    this.url = resolve(this.url, location)
    this.duplex = false
    this.body = null
    this.headers = kept
    this.target = this.aim()
  }

  isRedirect(reply: Reply): boolean {
    return this.followsRedirects && isRedirect(reply.status)
  }

  /** The exchange to make, for undici; null where it is one for Node's own client. */
  request(): HttpRequest | null {
    if (!usual.has(this.method) || "agent" in this.options || this.heedsSocketTimeout) return null
    const headers = flat(this.headers)
    return headers && this.exchange(headers)
  }

  /** The exchange to make, for Node's own client. */
  nodeRequest(): NodeRequest {
    const { hostname, port, path } = parse(this.url)
    return {
      ...this.exchange(Object.entries(this.headers).flatMap(([name, value]) => [name, String(value)])),
      options: {
        host: hostname,
        port: port === null ? undefined : +port,
        path,
        method: this.method,
        headers: this.headers as OutgoingHttpHeaders,
        agent: this.options.agent
      },
      ownAgent: "agent" in this.options,
      socketTimeout: this.heedsSocketTimeout ? this.options.socketTimeout : 0
    }
  }

  private exchange(headers: Array<string>): HttpRequest {
    return {
      method: this.method,
      origin: this.target.origin,
      path: this.target.path,
      headers,
      body: this.body,
      timeout: this.options.timeout ? timerMs(this.options.timeout) : 0,
      deadline: "headers",
      // What is cached is cached whole.
      skipsRedirectBody: this.followsRedirects && this.cache === null
    }
  }

  /** http-basic forgets the socket's timeout on every way but the barest. */
  private get heedsSocketTimeout(): boolean {
    const { socketTimeout, retry } = this.options
    if (!socketTimeout || this.gzip || this.followsRedirects) return false
    return !(this.repeatable && (retry || this.cache !== null))
  }

  private aim(): Target {
    const target = targetOf(this.url)
    if (target.auth) setHeader(this.headers, "Authorization", `Basic ${Buffer.from(target.auth).toString("base64")}`)
    return target
  }

  private addBody(): Buffer {
    const { form, json } = this.options
    const body = form
      ? multipart(this.library, form)
      : json
        ? { bytes: bytesOf(JSON.stringify(json)), headers: { "content-type": "application/json" } }
        : { bytes: bytesOf(this.options.body), headers: {} }
    const own: Record<string, string> = { "content-length": `${body.bytes.length}`, ...body.headers }
    for (const name of Object.keys(own)) {
      if (findHeader(this.headers, name) === undefined) this.headers[name] = own[name]
    }
    return body.bytes
  }
}

/** Headers as undici takes them; null where they are such that only Node's client knows what to make of them. */
const flat = (headers: Headers): Array<string> | null => {
  const list: Array<string> = []
  const seen: Array<string> = []
  for (const name of Object.keys(headers)) {
    const value = headers[name]
    const lower = name.toLowerCase()
    if (typeof value !== "string" || seen.includes(lower)) return null
    seen.push(lower)
    list.push(name, value)
  }
  return list
}

/** The delay that `setTimeout` makes of what it is given. */
export const timerMs = (given: unknown): number => {
  const ms = Number(given)
  return ms >= 1 && ms <= 0x7fffffff ? ms : 1
}
