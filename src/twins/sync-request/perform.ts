/**
 * Performs a call, one level within another as http-basic has them: decoding, redirections, the cache, trying again, and
 * the exchange. None of it throws what went wrong: a `Failure` is passed up, for the twin to throw where the call stands.
 */
import * as zlib from "node:zlib"
import { nativeOp, type Op } from "../../runtime/op.js"
import type { Steps } from "../../runtime/twin.js"
import { Exchange, Failure, type HttpRequest, NodeExchange, Refused, Reply, policed as underPolicy } from "../http.js"
import { SleepOp } from "../sleep.js"
import type { Cache, Cached } from "./cache.js"
import { type Call, Original, timerMs } from "./call.js"
import { setHeader } from "./headers.js"

export type Outcome = Reply | Failure | Original

/** Performs a call to its end; by then the call's `url` is the one that answered. */
export function* perform(call: Call): Steps<Outcome> {
  const outcome = yield* follow(call)
  if (!call.gzip || !(outcome instanceof Reply)) return outcome
  const encoding = outcome.headers["content-encoding"]
  if (encoding !== "gzip" && encoding !== "deflate") return outcome
  const { "content-encoding": _, ...headers } = outcome.headers
  const body =
    outcome.body.length < longBody ? decode(encoding, outcome.body) : yield decoding(encoding, call, outcome.body)
  return body instanceof Failure ? body : new Reply(outcome.status, headers, body)
}

function* follow(call: Call): Steps<Outcome> {
  for (;;) {
    const outcome = yield* call.cache !== null && call.repeatable ? throughCache(call, call.cache) : send(call)
    if (!(outcome instanceof Reply) || !call.isRedirect(outcome)) return outcome
    try {
      call.redirect(outcome)
    } catch (error) {
      return new Failure(error as Error, false)
    }
  }
}

function* throughCache(call: Call, cache: Cache): Steps<Outcome> {
  const { url, original } = call
  const { cacheUtils } = call.library
  const requestTimestamp = Date.now()
  const found: Cached | null | Original = yield promised(`read ${url} from the cache`, () => cache.read(url), original)
  if (found instanceof Original) return found
  if (found !== null && cacheUtils.isMatch(call.headers, found)) {
    if (!cacheUtils.isExpired(found)) return new Reply(found.statusCode, found.headers, found.body)
    const { etag, "last-modified": lastModified } = found.headers
    if (etag) setHeader(call.headers, "If-None-Match", etag)
    if (lastModified) setHeader(call.headers, "If-Modified-Since", lastModified)
  }
  const outcome = yield* send(call)
  if (!(outcome instanceof Reply)) return outcome
  const keep = (cached: Cached): Op<void> => promised(`keep ${url} in the cache`, () => cache.write(url, cached), noop)
  const { status: statusCode, headers, body } = outcome
  if (statusCode === 304 && found !== null) {
    yield keep({ ...found, headers, requestTimestamp })
    return new Reply(found.statusCode, found.headers, found.body)
  }
  if (cacheUtils.canCache({ statusCode, headers })) {
    yield keep({ statusCode, headers, requestHeaders: { ...call.headers }, requestTimestamp, body })
  }
  return outcome
}

const send = (call: Call): Steps<Outcome> => (call.options.retry && call.repeatable ? repeatedly(call) : exchange(call))

function* repeatedly(call: Call): Steps<Outcome> {
  const { retryDelay, maxRetries } = call.options
  for (let n = 0; ; n++) {
    const outcome = yield* exchange(call)
    const again = outcome instanceof Reply ? outcome.status >= 400 : outcome instanceof Failure
    if (!again || outcome instanceof Refused || n >= ((maxRetries as number) || 5)) return outcome
    yield new SleepOp(timerMs(retryDelay || 200))
  }
}

function* exchange(call: Call): Steps<Outcome> {
  const request = call.request()
  let outcome: Outcome | Refused = refused
  if (request !== null) outcome = yield* policed(call, request, () => new Exchange(request, call.original))
  if (outcome instanceof Refused) {
    const forNode = call.nodeRequest()
    outcome = yield* policed(call, forNode, () => new NodeExchange(forNode, call.original))
  }
  const { cache, method, url } = call
  const unsafe = method !== "GET" && method !== "HEAD" && method !== "OPTIONS"
  if (cache === null || !unsafe || !(outcome instanceof Reply) || outcome.status >= 400) return outcome
  const failure: Failure | undefined = yield promised(`drop ${url} from the cache`, () => drop(cache, url), noop)
  return failure ?? outcome
}

/** Makes an exchange as the run's policy has it; a call that says by itself how it is tried again is left alone with that. */
const policed = (call: Call, request: HttpRequest, exchange: () => Exchange<any, Original>): Steps<Outcome> =>
  underPolicy(request, call.site, !call.options.retry, () => exchange()[Symbol.iterator]())

/** Stands for undici's refusal of a request that need not be shown to it. */
const refused = new Refused(new Error("for Node's own client"))

const drop = (cache: Cache, url: string): Promise<Failure | undefined> =>
  cache.invalidate(url).then(
    () => undefined,
    (error) => new Failure(new Error(`Error invalidating the cache for${url}: ${error.message}`), false)
  )

/** Bodies of this length and more are decoded in libuv's threads, so that they do not hold up the other fibers. */
const longBody = 16_384

const decode = (encoding: "gzip" | "deflate", body: Buffer): Buffer | Failure => {
  try {
    return encoding === "gzip" ? zlib.gunzipSync(body) : zlib.inflateSync(body)
  } catch (error) {
    return new Failure(error as Error, false)
  }
}

const decoding = (encoding: "gzip" | "deflate", call: Call, body: Buffer): Op<Buffer | Failure> =>
  nativeOp(
    `decode ${call.url}`,
    (resume) => {
      const start = encoding === "gzip" ? zlib.gunzip : zlib.inflate
      start(body, (error, decoded) => resume(error === null ? decoded : new Failure(error, false)))
      return undefined
    },
    () => decode(encoding, body)
  )

/** Where the plain driver runs the twin, the first op has already done it all. */
const noop = (): undefined => undefined

const promised = <A, B>(label: string, start: () => Promise<A>, plain: () => B): Op<A | B> =>
  nativeOp<A | B>(
    label,
    (resume, reject) => {
      start().then(resume, reject)
      return undefined
    },
    plain
  )
