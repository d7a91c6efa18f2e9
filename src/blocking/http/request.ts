/** What an `HttpSession` is asked for, and the request that this makes. */
import type { HttpRequest } from "../../twins/http/transfer.js"
import { HttpError } from "./error.js"

type Scalar = string | number | boolean

export interface HttpSessionOptions {
  /** What paths are appended to, as `https://api.example.com/v2`. Without it, paths are whole URLs. */
  readonly baseUrl?: string | URL
  /** Headers of every request. */
  readonly headers?: Readonly<Record<string, string>>
  /** How long a request may take, in ms, to the last byte of the answer; 0 for as long as it likes. @default 30_000 */
  readonly timeout?: number
  /** How many requests may be under way at once; others wait their turn, first come, first served. @default Infinity */
  readonly connections?: number
}

export interface HttpRequestOptions {
  /** Added to the URL. A list gives its name once for each item; undefined and null are left out. */
  readonly query?: Readonly<Record<string, Scalar | ReadonlyArray<Scalar> | undefined | null>>
  /** Headers of this request; they replace those of the session. */
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly json?: unknown
  /** Sent as `application/x-www-form-urlencoded`. */
  readonly form?: Readonly<Record<string, Scalar>>
  /** Sent as it is. */
  readonly body?: string | Uint8Array
  /** How long this request may take, in ms, in place of the session's `timeout`. */
  readonly timeout?: number
}

/** The options of a session, checked and ready to use. */
export interface Settings {
  /** What paths are appended to, without a slash at the end. */
  readonly base: string | null
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly timeout: number
  readonly connections: number
}

/** Reads the options of a session. Throws an `HttpError` with the reason `Invalid` where they cannot be meant. */
export const settingsFrom = (options: HttpSessionOptions): Settings => {
  const { baseUrl, headers = {}, timeout = 30_000, connections = Number.POSITIVE_INFINITY } = options
  const invalid = (detail: string): HttpError =>
    new HttpError("Invalid", "new HttpSession", String(baseUrl ?? ""), detail)
  if (!(connections >= 1)) throw invalid(`${connections} connections: have at least 1`)
  if (!(timeout >= 0)) throw invalid(`a timeout of ${timeout} ms`)
  if (baseUrl === undefined) return { base: null, headers: lowerCased(headers), timeout, connections }
  const url = parse(String(baseUrl))
  if (url === null || !isHttp(url)) throw invalid("the `baseUrl` is not a URL of HTTP")
  if (url.search !== "") throw invalid("the `baseUrl` has a query: give it with each request")
  const base = `${url.protocol}//${url.host}${url.pathname.replace(/\/$/, "")}`
  return { base, headers: { ...credentials(url), ...lowerCased(headers) }, timeout, connections }
}

/** Makes a request, and its URL. Throws an `HttpError` with the reason `Invalid` where it cannot be made. */
export const makeRequest = (
  settings: Settings,
  method: string,
  path: string,
  options: HttpRequestOptions
): { readonly url: string; readonly request: HttpRequest } => {
  const invalid = (detail: string): HttpError => new HttpError("Invalid", method, path, detail)
  const { timeout = settings.timeout } = options
  if (!(timeout >= 0)) throw invalid(`a timeout of ${timeout} ms`)
  const url = parse(settings.base === null || /^https?:/i.test(path) ? path : join(settings.base, path))
  if (url === null)
    throw invalid(settings.base === null ? "this is no URL, and there is no `baseUrl`" : "this is no URL")
  if (!isHttp(url)) throw invalid(`the scheme is ${url.protocol}`)
  if (options.query !== undefined) addQuery(url, options.query)
  const content = contentOf(options)
  if (content === null) throw invalid("it has more than one of `json`, `form` and `body`")
  const headers = { ...content.headers, ...settings.headers, ...credentials(url), ...lowerCased(options.headers ?? {}) }
  const request: HttpRequest = {
    method: method.toUpperCase(),
    origin: url.origin,
    path: url.pathname + url.search,
    headers: listed(headers),
    body: content.body,
    timeout: timeout > longestTimer ? 0 : timeout,
    deadline: "body",
    skipsRedirectBody: false
  }
  return { url: request.origin + request.path, request }
}

/** Longer ones `setTimeout` takes for 1 ms. It is 24 days. */
const longestTimer = 0x7fffffff

const parse = (url: string): URL | null => {
  try {
    return new URL(url)
  } catch {
    return null
  }
}

const isHttp = ({ protocol }: URL): boolean => protocol === "http:" || protocol === "https:"

const join = (base: string, path: string): string => (/^([/?#]|$)/.test(path) ? base + path : `${base}/${path}`)

const addQuery = (url: URL, query: NonNullable<HttpRequestOptions["query"]>): void => {
  const added = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item !== undefined && item !== null) added.append(name, String(item))
    }
  }
  if (added.size > 0) url.search = url.search === "" ? `${added}` : `${url.search}&${added}`
}

const none: Readonly<Record<string, string>> = {}

const credentials = ({ username, password }: URL): Readonly<Record<string, string>> => {
  if (username === "" && password === "") return none
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { authorization: `Basic ${Buffer.from(pair).toString("base64")}` }
}

const lowerCased = (headers: Readonly<Record<string, string>>): Record<string, string> => {
  const lower: Record<string, string> = {}
  for (const name of Object.keys(headers)) lower[name.toLowerCase()] = headers[name]!
  return lower
}

const listed = (headers: Readonly<Record<string, string>>): Array<string> => {
  const list: Array<string> = []
  for (const name of Object.keys(headers)) list.push(name, headers[name]!)
  return list
}

interface Content {
  readonly body: Uint8Array | null
  readonly headers: Readonly<Record<string, string>>
}

const nothing: Content = { body: null, headers: none }

/** The body that the options ask for; null where they ask for several. */
const contentOf = ({ json, form, body }: HttpRequestOptions): Content | null => {
  if (Number(json !== undefined) + Number(form !== undefined) + Number(body !== undefined) > 1) return null
  if (json !== undefined) return text(JSON.stringify(json), "application/json")
  if (form !== undefined) {
    const fields = new URLSearchParams()
    for (const [name, value] of Object.entries(form)) fields.append(name, String(value))
    return text(fields.toString(), "application/x-www-form-urlencoded")
  }
  if (typeof body === "string") return text(body, "text/plain;charset=UTF-8")
  return body === undefined ? nothing : { body: Buffer.from(body), headers: none }
}

const text = (body: string, type: string): Content => ({ body: Buffer.from(body), headers: { "content-type": type } })
