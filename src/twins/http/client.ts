/** The exchange by an `HttpClient` of `@effect/platform`: a layer replaces HTTP, and the program need not know. */
import * as Cookies from "@effect/platform/Cookies"
import type { HttpClient } from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"
import type { HttpMethod } from "@effect/platform/HttpMethod"
import * as Effect from "effect/Effect"
import type { Progress } from "./effect.js"
import type { HttpHeaders } from "./headers.js"
import { Failure, type HttpRequest, Reply } from "./transfer.js"

export const execute = (request: HttpRequest, client: unknown, progress: Progress): Effect.Effect<Reply | Failure> =>
  (client as HttpClient).execute(asClientRequest(request)).pipe(
    Effect.flatMap((response) => {
      progress.answered = true
      return Effect.map(response.arrayBuffer, (body) => replyOf(response, Buffer.from(body)))
    }),
    Effect.catchAll((error) =>
      Effect.succeed(new Failure(error.cause instanceof Error ? error.cause : error, progress.answered))
    )
  )

const asClientRequest = ({ method, origin, path, headers, body }: HttpRequest): HttpClientRequest.HttpClientRequest => {
  const named: Record<string, string> = {}
  for (let i = 0; i + 1 < headers.length; i += 2) named[headers[i]!.toLowerCase()] = headers[i + 1]!
  const request = HttpClientRequest.make(method as HttpMethod)(origin + path, { headers: named })
  return body === null ? request : HttpClientRequest.bodyUint8Array(request, body, named["content-type"])
}

const replyOf = (response: HttpClientResponse, body: Buffer): Reply => {
  const headers: HttpHeaders = { ...response.headers }
  const cookies = Cookies.toSetCookieHeaders(response.cookies)
  if (cookies.length > 0) headers["set-cookie"] = cookies
  // A client that decodes what it receives, as `fetch` does, leaves the header in place.
  const encoding = headers["content-encoding"]
  if ((encoding === "gzip" && !looksGzipped(body)) || (encoding === "deflate" && !looksDeflated(body))) {
    delete headers["content-encoding"]
  }
  return new Reply(response.status, headers, body)
}

const looksGzipped = (body: Buffer): boolean => body[0] === 0x1f && body[1] === 0x8b

const looksDeflated = (body: Buffer): boolean =>
  body.length >= 2 && (body[0]! & 0x0f) === 8 && body.readUInt16BE(0) % 31 === 0
