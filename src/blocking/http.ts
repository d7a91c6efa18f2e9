/** HTTP for sequential-looking programs: a session with a base URL, headers, a timeout and connections that are kept. */
import type { HttpRequest } from "../twins/http/transfer.js"
import { HttpError } from "./http/error.js"
import { type Answer, PlainSession } from "./http/plain.js"
import {
  type HttpRequestOptions,
  type HttpSessionOptions,
  makeRequest,
  type Settings,
  settingsFrom
} from "./http/request.js"
import { HttpResponse } from "./http/response.js"

export { HttpError, type HttpReason } from "./http/error.js"
export type { HttpRequestOptions, HttpSessionOptions } from "./http/request.js"
export { HttpResponse } from "./http/response.js"

/** What comes of a request once the session is closed. */
export const closed: Answer = { reason: "Closed", detail: "by `close()`" }

/** A request on its way: what is sent, and how to read what comes of it. For the twins. */
export interface Prepared {
  readonly request: HttpRequest
  /** Sends it plainly. */
  plain(): Answer
  /** The response. Throws the `HttpError` where there is none. */
  read(answer: Answer): HttpResponse
}

/**
 * A series of requests to one API, over connections that are kept open.
 *
 * Called plainly, a request blocks the thread; its connections live in a worker, one for the process, which does not keep
 * the process alive. In lifted code a request holds up its own fiber only: the connections belong to the run, and are
 * closed with it, whether it succeeds, fails or is interrupted; an interrupted request's connection is cut, never used
 * again. Where the environment holds an `HttpClient`, the request goes through that.
 *
 * A response is a response, whatever its status: `orThrow()` makes an error of one that is not 2xx. Redirections are
 * not followed. Where there is no response, an `HttpError` is thrown, the same one plainly and in a fiber.
 *
 * The idea of a session that owns its connections is aiohttp's and `requests`'.
 *
 * @example
 * import { HttpSession } from "greenlift/blocking"
 *
 * const session = new HttpSession({
 *   baseUrl: "https://dapi.kakao.com/v2/local",
 *   headers: { authorization: "KakaoAK 0123456789abcdef" },
 *   timeout: 10_000,
 *   connections: 5
 * })
 * const page = session.get("/search/keyword.json", { query: { query: "study room", x: 127.02, y: 37.49, radius: 1000 } })
 * console.log(page.orThrow().json<{ documents: Array<unknown> }>().documents.length)
 * session.close()
 */
export class HttpSession {
  private readonly settings: Settings
  private readonly worker = new PlainSession()
  private over = false

  /** @throws HttpError with the reason `Invalid` where an option cannot be meant */
  constructor(options: HttpSessionOptions = {}) {
    this.settings = settingsFrom(options)
  }

  /** How many requests may be under way at once. */
  get connections(): number {
    return this.settings.connections
  }

  /** Whether `close()` has been called. */
  get closed(): boolean {
    return this.over
  }

  /** @throws HttpError where no response comes, or the session is closed */
  get(path: string, options?: HttpRequestOptions): HttpResponse {
    return this.request("GET", path, options)
  }

  /** @throws HttpError where no response comes, or the session is closed */
  post(path: string, options?: HttpRequestOptions): HttpResponse {
    return this.request("POST", path, options)
  }

  /** @throws HttpError where no response comes, or the session is closed */
  put(path: string, options?: HttpRequestOptions): HttpResponse {
    return this.request("PUT", path, options)
  }

  /** @throws HttpError where no response comes, or the session is closed */
  patch(path: string, options?: HttpRequestOptions): HttpResponse {
    return this.request("PATCH", path, options)
  }

  /** @throws HttpError where no response comes, or the session is closed */
  delete(path: string, options?: HttpRequestOptions): HttpResponse {
    return this.request("DELETE", path, options)
  }

  /**
   * Makes a request and waits for the whole of its response.
   *
   * @param path appended to the session's `baseUrl`; a whole URL is taken as it is
   * @throws HttpError where no response comes, or the session is closed
   */
  request(method: string, path: string, options?: HttpRequestOptions): HttpResponse {
    const prepared = this.prepare(method, path, options)
    return prepared.read(prepared.plain())
  }

  /** Closes the connections. Requests under way fail with the reason `Aborted`, and later ones with `Closed`. */
  close(): void {
    this.over = true
    this.worker.close()
  }

  /** Makes a request ready to be sent. For the twins. */
  prepare(method: string, path: string, options: HttpRequestOptions = {}): Prepared {
    const { url, request } = makeRequest(this.settings, method, path, options)
    const read = (answer: Answer): HttpResponse => {
      if ("reason" in answer) throw new HttpError(answer.reason, request.method, url, answer.detail)
      const { buffer, byteOffset, byteLength } = answer.body
      const body = Buffer.from(buffer, byteOffset, byteLength)
      return new HttpResponse(request.method, url, answer.status, answer.headers, body)
    }
    if (this.over) read(closed)
    return { request, plain: () => this.worker.send(request), read }
  }
}
