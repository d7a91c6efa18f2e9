/** A request made plainly: the connections live in a worker, and this thread blocks until the worker has answered. */
import type { HttpHeaders } from "../../twins/http/headers.js"
import type { HttpRequest } from "../../twins/http/transfer.js"
import { startWorker } from "../worker.js"
import type { WireFailure } from "./error.js"

/** What the worker is asked: to send a request of a session, or to close the session. */
export type Asked = { readonly session: number; readonly request: HttpRequest } | { readonly close: number }

export interface WireReply {
  readonly status: number
  readonly headers: HttpHeaders
  readonly body: Uint8Array
}

/** What comes of a request. */
export type Answer = WireReply | WireFailure

let worker: ((asked: Asked) => Answer | undefined) | undefined

const ask = (asked: Asked): Answer | undefined => {
  worker ??= startWorker(new URL("../http-worker.js", import.meta.url))
  return worker(asked)
}

let lastSession = 0

/** One session's side of it. */
export class PlainSession {
  private readonly session = ++lastSession
  private used = false

  send(request: HttpRequest): Answer {
    this.used = true
    return ask({ session: this.session, request })!
  }

  /** Cuts the connections. */
  close(): void {
    if (this.used) ask({ close: this.session })
    this.used = false
  }
}
