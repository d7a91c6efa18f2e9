/** The answer to a request of an `HttpSession`. */
import { TextDecoder } from "node:util"
import type { HttpHeaders } from "../../twins/http/headers.js"
import { HttpError } from "./error.js"

export class HttpResponse {
  /**
   * @param headers names in lower case; `set-cookie` is an array
   * @param url what was asked for, with the query
   * @param body the bytes as they came
   */
  constructor(
    readonly method: string,
    readonly url: string,
    readonly status: number,
    readonly headers: HttpHeaders,
    readonly body: Buffer
  ) {}

  /** Whether the status is from 200 to 299. */
  get ok(): boolean {
    return this.status >= 200 && this.status < 300
  }

  /** The body as text, in the character set that `content-type` names, or else in UTF-8. */
  text(): string {
    const charset = /charset="?([^\s;"]+)/i.exec(String(this.headers["content-type"] ?? ""))?.[1] ?? "utf-8"
    return decoderOf(charset).decode(this.body)
  }

  /** The body as JSON. Throws an `HttpError` with the reason `NotJson` where it is none. */
  json<T = unknown>(): T {
    try {
      return JSON.parse(this.text())
    } catch (error) {
      throw new HttpError("NotJson", this.method, this.url, (error as Error).message, this)
    }
  }

  /** This response, if it is `ok`. Throws an `HttpError` with the reason `Status` where it is not. */
  orThrow(): this {
    if (this.ok) return this
    throw new HttpError("Status", this.method, this.url, `status ${this.status}`, this)
  }
}

const decoderOf = (charset: string): TextDecoder => {
  try {
    return new TextDecoder(charset)
  } catch {
    return new TextDecoder()
  }
}
