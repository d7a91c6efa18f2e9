/**
 * One HTTP exchange: a request goes out, and a `Reply` or a `Failure` comes back. No Effect and no promise: what is waited
 * for is handed to a listener, so that the same code serves fibers and the worker of the blocking session.
 */
import type { Dispatcher } from "undici"
import type { Connection, HttpAgent } from "./agent.js"
import { foldHeaders, type HttpHeaders } from "./headers.js"

export interface HttpRequest {
  /** In upper case. */
  readonly method: string
  /** `http://host:port`, the port only where it is not the scheme's own. */
  readonly origin: string
  /** Path and query. */
  readonly path: string
  /** `[name, value, name, value, …]` */
  readonly headers: ReadonlyArray<string>
  readonly body: Uint8Array | null
  /** How long the answer may take, in ms; 0 for as long as it likes. */
  readonly timeout: number
  /** What has to be there before the timeout. */
  readonly deadline: "headers" | "body"
  /** Whether the reply is complete with the headers where it is a redirection: nobody reads the body of one. */
  readonly skipsRedirectBody: boolean
}

/** What the server answered, whatever the status. */
export class Reply {
  constructor(
    readonly status: number,
    readonly headers: HttpHeaders,
    readonly body: Buffer
  ) {}
}

/** Why there is no reply. */
export class Failure {
  /**
   * @param error what undici or Node reported, as it was
   * @param answered whether the headers of the reply had come
   */
  constructor(
    readonly error: Error,
    readonly answered: boolean
  ) {}
}

/** The request was not sent: it is wrong in itself, and trying again does not help. */
export class Refused extends Failure {
  constructor(error: Error) {
    super(error, false)
  }
}

/** The error of a `Failure` where the request's `timeout` ran out. */
export class TimedOut extends Error {
  /** @param duration how long it really took, in ms */
  constructor(readonly duration: number) {
    super(`no answer after ${duration} ms`)
  }
}

export interface Listener {
  /** Called once, unless the transfer is abandoned before. */
  settled(outcome: Reply | Failure): void
}

export const isRedirect = (status: number): boolean =>
  status === 301 || status === 302 || status === 303 || status === 307 || status === 308

const none = Buffer.alloc(0)

/** What the two ways of making an exchange have in common: the timeout, the body, and being over once. */
export abstract class Transfer<R extends HttpRequest = HttpRequest> {
  private readonly sent = Date.now()
  private timer: NodeJS.Timeout | null = null
  private over = false
  protected status = 0
  private headers: HttpHeaders = {}
  private first: Buffer | null = null
  private rest: Array<Buffer> | null = null

  constructor(
    readonly request: R,
    private readonly listener: Listener
  ) {
    if (request.timeout > 0) this.timer = setTimeout(expire, request.timeout, this)
  }

  /** Cuts the connection, if the request is on one. */
  protected abstract cut(): void

  /** Whether the headers of the reply have come. */
  get answered(): boolean {
    return this.status !== 0
  }

  /** Gives the exchange up. The listener hears nothing more, and the connection is not used again. */
  abandon(): void {
    if (this.over) return
    this.end()
    this.cut()
  }

  expire(): void {
    this.fail(new TimedOut(Date.now() - this.sent))
    this.cut()
  }

  protected begin(status: number, headers: HttpHeaders): void {
    if (this.over) return
    this.status = status
    this.headers = headers
    if (this.timer !== null && this.request.deadline === "headers") clearTimeout(this.timer)
    if (this.request.skipsRedirectBody && isRedirect(status)) this.complete()
  }

  protected add(chunk: Buffer): void {
    if (this.over) return
    if (this.first === null) this.first = chunk
    else if (this.rest === null) this.rest = [this.first, chunk]
    else this.rest.push(chunk)
  }

  protected complete(): void {
    if (this.over) return
    const body = this.rest === null ? (this.first ?? none) : Buffer.concat(this.rest)
    this.settle(new Reply(this.status, this.headers, body))
  }

  protected fail(error: Error): void {
    this.settle(new Failure(error, this.answered))
  }

  protected settle(outcome: Reply | Failure): void {
    if (this.over) return
    this.end()
    this.listener.settled(outcome)
  }

  private end(): void {
    this.over = true
    if (this.timer !== null) clearTimeout(this.timer)
  }
}

const expire = (transfer: Transfer): void => transfer.expire()

/** With these undici says that it does not send such a request. */
const refusals = new Set([
  "UND_ERR_INVALID_ARG",
  "UND_ERR_NOT_SUPPORTED",
  "UND_ERR_REQ_CONTENT_LENGTH_MISMATCH",
  "ERR_INVALID_URL"
])

/** An exchange through undici. These handler methods cost least there: others are wrapped, and get parsed headers. */
export class UndiciTransfer extends Transfer implements Dispatcher.DispatchHandler {
  private connection: Connection | null = null
  private abort: (() => void) | null = null

  send(agent: HttpAgent): this {
    try {
      this.connection = agent.take(this.request.origin)
      this.connection.dispatch(this.request as unknown as Dispatcher.DispatchOptions, this)
    } catch (error) {
      this.onError(error as Error)
    }
    return this
  }

  protected cut(): void {
    if (this.abort !== null) this.abort()
    this.discard()
  }

  onConnect(abort: () => void): void {
    this.abort = abort
  }

  onHeaders(status: number, raw: Array<Buffer>): boolean {
    if (status >= 200) this.begin(status, foldHeaders(raw))
    return true
  }

  onData(chunk: Buffer): boolean {
    this.add(chunk)
    return true
  }

  onComplete(): void {
    const { connection } = this
    connection!.agent.giveBack(connection!)
    this.complete()
  }

  onError(error: Error): void {
    this.discard()
    const { code } = error as NodeJS.ErrnoException
    if (code !== undefined && refusals.has(code)) this.settle(new Refused(error))
    // The reply to a conditional GET may give the length of the body it leaves out; undici misses that body.
    else if (this.status === 304 && code === "UND_ERR_RES_CONTENT_LENGTH_MISMATCH") this.complete()
    else this.fail(error)
  }

  private discard(): void {
    if (this.connection !== null) this.connection.agent.discard(this.connection)
  }
}
