/** What came of a call, in a form that can be printed and compared. */
import type { Response } from "sync-request"

const thrownBy = (error: any): unknown => ({
  name: error.name,
  message: error.message.replace(/after \d+ms/, "after (some) ms").replace(/[0-9A-F]{12,16}(?=:error)/, "(thread)"),
  hasCode: "code" in error,
  code: error.code,
  isError: error instanceof Error,
  isPlain: error.constructor === Error,
  own: Object.keys(error),
  statusCode: error.statusCode,
  headers: error.headers,
  url: error.url
})

const resultOf = (f: () => unknown): unknown => {
  try {
    const value = f()
    return Buffer.isBuffer(value) ? { bytes: value.toString("latin1") } : { value }
  } catch (error) {
    return { thrown: thrownBy(error) }
  }
}

/** What changes from one request to the next is left out. */
const comparable = (outcome: unknown, run: string): unknown =>
  JSON.parse(
    JSON.stringify(outcome)
      .replaceAll(run, "(run)")
      .replaceAll(/-{26}[0-9a-f]{24}/g, "(boundary)")
      .replaceAll(/"date":"[^"]*"/g, '"date":"(date)"')
  )

export const succeeded = (response: Response, run: string): unknown =>
  comparable(
    {
      statusCode: response.statusCode,
      headers: response.headers,
      headerNames: Object.keys(response.headers),
      url: response.url,
      body: resultOf(() => response.body),
      isError: response.isError(),
      getBody: resultOf(() => response.getBody()),
      getText: resultOf(() => response.getBody("utf8")),
      getLatin1: resultOf(() => response.getBody("latin1")),
      own: Object.keys(response)
    },
    run
  )

export const failed = (error: unknown, run: string): unknown => comparable({ thrown: thrownBy(error) }, run)
