/** What can go wrong with a request of an `HttpSession`, in one word each, and what to do about it. */
import { type Failure, type HttpRequest, Refused, Reply, TimedOut } from "../../twins/http/transfer.js"
import type { HttpResponse } from "./response.js"

/** Why a request failed. No other reason will do: a `switch` over these is complete. */
export type HttpReason =
  | "Refused"
  | "NotFound"
  | "Unreachable"
  | "Timeout"
  | "Reset"
  | "Tls"
  | "Protocol"
  | "Aborted"
  | "Closed"
  | "Invalid"
  | "Status"
  | "NotJson"

const reasons: Record<HttpReason, { readonly what: string; readonly advice: string }> = {
  Refused: {
    what: "nobody listens there",
    advice: "Check that the server is running, and the host and port of the URL."
  },
  NotFound: {
    what: "the host has no address",
    advice: "Check how it is spelled, and that this machine can look up names."
  },
  Unreachable: {
    what: "no way leads to the host",
    advice: "Check the network of this machine, and any firewall or VPN in between."
  },
  Timeout: {
    what: "the answer took too long",
    advice: "Raise `timeout` (in ms), or ask for less at a time."
  },
  Reset: {
    what: "the connection broke before the answer was complete",
    advice: "Try again; if it happens often, have fewer requests at once, or look into the server's log."
  },
  Tls: {
    what: "no secure connection could be made",
    advice: "Check the server's certificate, and whether the URL should start with http or https."
  },
  Protocol: {
    what: "the answer is not HTTP as it should be",
    advice: "Check that the port is that of an HTTP server."
  },
  Aborted: {
    what: "it was given up before the answer came",
    advice: "Close the session only when its requests are through."
  },
  Closed: {
    what: "the session is closed",
    advice: "Make the request before `close()`, or open another HttpSession."
  },
  Invalid: {
    what: "it cannot be sent as it is",
    advice: "Correct the URL or the option that is named here."
  },
  Status: {
    what: "the server did not do it",
    advice: "See `error.response` for what it said; leave out `orThrow()` to handle statuses yourself."
  },
  NotJson: {
    what: "the answer is not JSON",
    advice: "See what it is with `response.text()`."
  }
}

/**
 * A request of an `HttpSession` that came to nothing. `reason` says why in one word, `code` is that word as a stable code
 * (`GREENLIFT_HTTP_TIMEOUT`), `detail` is what the system reported, and the message ends with what to do.
 *
 * @example
 * import { HttpError, HttpSession } from "greenlift/blocking"
 *
 * const session = new HttpSession({ baseUrl: "https://api.example.com", timeout: 10_000 })
 * try {
 *   session.get("/places").orThrow()
 * } catch (error) {
 *   if (!(error instanceof HttpError) || error.reason !== "Timeout") throw error
 *   console.log("too slow:", error.url)
 * }
 */
export class HttpError extends Error {
  readonly _tag = "HttpError"
  override readonly name = "HttpError"
  readonly code: string

  /** @param response the answer, where there is one: with the reasons `Status` and `NotJson` */
  constructor(
    readonly reason: HttpReason,
    readonly method: string,
    readonly url: string,
    readonly detail: string,
    readonly response?: HttpResponse
  ) {
    const { what, advice } = reasons[reason]
    super(`${url === "" ? method : `${method} ${url}`} failed: ${what} (${detail}). ${advice}`)
    this.code = `GREENLIFT_HTTP_${reason.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase()}`
  }
}

/** A failure on the wire, as it can be sent from one thread to another. */
export interface WireFailure {
  readonly reason: HttpReason
  readonly detail: string
}

/** What came of a request, in a fiber as in the worker: the one place where failures get their reason. */
export const answerOf = (outcome: Reply | Failure, { timeout }: HttpRequest): Reply | WireFailure => {
  if (outcome instanceof Reply) return outcome
  const failure = outcome
  const { error } = failure
  if (error instanceof TimedOut) return { reason: "Timeout", detail: `more than ${timeout} ms` }
  if (failure instanceof Refused) return { reason: "Invalid", detail: error.message }
  const { code = "" } = error as NodeJS.ErrnoException
  const detail = error.message || (error instanceof AggregateError ? error.errors.map(String).join(", ") : code)
  return { reason: reasonOf(code, failure), detail }
}

const reasonOf = (code: string, { error, answered }: Failure): HttpReason => {
  const known = byCode[code]
  if (known !== undefined) return known
  if (error.name === "HTTPParserError" || code === "UND_ERR_HEADERS_OVERFLOW") return "Protocol"
  if (code === "UND_ERR_RES_CONTENT_LENGTH_MISMATCH") return answered ? "Reset" : "Protocol"
  return /^ERR_(TLS|SSL)|CERT|SIGNATURE|SIGNED/.test(code) ? "Tls" : "Reset"
}

const byCode: Record<string, HttpReason> = {
  ECONNREFUSED: "Refused",
  ENOTFOUND: "NotFound",
  EAI_AGAIN: "NotFound",
  EAI_FAIL: "NotFound",
  ENETUNREACH: "Unreachable",
  EHOSTUNREACH: "Unreachable",
  ENETDOWN: "Unreachable",
  EHOSTDOWN: "Unreachable",
  EADDRNOTAVAIL: "Unreachable",
  EACCES: "Unreachable",
  ETIMEDOUT: "Timeout",
  EPROTO: "Tls",
  UND_ERR_DESTROYED: "Aborted",
  UND_ERR_CLOSED: "Aborted",
  UND_ERR_ABORTED: "Aborted"
}
