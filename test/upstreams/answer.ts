/** Answers, and the ways to get one wrong. */
import type { ServerResponse } from "node:http"
import type { Misbehaviour } from "./switches.js"

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | number>>
  readonly body: string
}

const answerOf = (status: number, type: string, body: string): Answer => ({
  status,
  headers: { "Content-Type": type, "Content-Length": Buffer.byteLength(body) },
  body
})

export const json = (status: number, value: unknown): Answer =>
  answerOf(status, "application/json; charset=UTF-8", JSON.stringify(value))

const unknownError = json(500, {
  error: { message: "An unknown error has occurred.", type: "OAuthException", code: 1 }
})

const webPage = answerOf(
  200,
  "text/html",
  "<!DOCTYPE html>\n<html><head><title>Log in</title></head><body>Log in</body></html>\n"
)

export const limited = (retryAfterSeconds: number): Answer => {
  const answer = json(429, { error: { message: "Too many requests.", type: "OAuthException", code: 4 } })
  return { ...answer, headers: { ...answer.headers, "Retry-After": retryAfterSeconds } }
}

const unavailable = (retryAfter: Date): Answer => {
  const answer = json(503, { error: { message: "Service temporarily unavailable.", type: "OAuthException", code: 2 } })
  return { ...answer, headers: { ...answer.headers, "Retry-After": retryAfter.toUTCString() } }
}

export const send = (response: ServerResponse, answer: Answer): void => {
  response.writeHead(answer.status, answer.headers)
  response.end(answer.body)
}

/** Begins an answer, and resets the connection in the middle of its body. */
export const resetInTheMiddle = (response: ServerResponse, answer: Answer): void => {
  response.writeHead(answer.status, answer.headers)
  response.write(answer.body.slice(0, answer.body.length / 2), () => response.socket?.resetAndDestroy())
}

/** What a misbehaving upstream answers where `answer` would be right. */
export const wrongAnswer = (answer: Answer, misbehaviour: Misbehaviour): Answer => {
  switch (misbehaviour) {
    case "error":
      return unknownError
    case "html":
      return webPage
    case "truncated":
      return answerOf(answer.status, "application/json", answer.body.slice(0, answer.body.length / 2))
    case "limited":
      return limited(1)
    case "unavailable":
      return unavailable(new Date())
    default:
      return answer
  }
}
