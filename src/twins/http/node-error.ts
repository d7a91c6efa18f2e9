/** What Node's own client would have said. */
import { type Failure, Refused } from "./transfer.js"

export interface NodeError {
  readonly message: string
  readonly code: string | undefined
}

/** The error that Node's `http` reports in place of undici's. Those of sockets and of DNS are the same in both. */
export const nodeError = (failure: Failure): NodeError => {
  const { message, code } = failure.error as NodeJS.ErrnoException
  if (failure instanceof Refused) return { message, code }
  if (failure.answered) return { message: "aborted", code: "ECONNRESET" }
  if (code === "UND_ERR_SOCKET") return { message: "socket hang up", code: "ECONNRESET" }
  if (code === "UND_ERR_HEADERS_OVERFLOW")
    return { message: "Parse Error: Header overflow", code: "HPE_HEADER_OVERFLOW" }
  // Node has written the request by the time the handshake fails.
  if (code?.startsWith("ERR_SSL_")) return { message: `write EPROTO ${message}`, code: "EPROTO" }
  const reason = notHttp.exec(message)?.[1]
  return reason === undefined ? { message, code } : { message: `Parse Error: ${reason}`, code: parseCode(reason) }
}

const notHttp = /^Response does not match the HTTP\/1\.1 protocol \((.*)\)$/

/** The parser of both is llhttp; undici gives its reason, and not its code. */
const parseCode = (reason: string): string | undefined => {
  const found = parseCodes.find(([pattern]) => pattern.test(reason))
  return found && `HPE_${found[1]}`
}

const parseCodes: ReadonlyArray<readonly [reason: RegExp, code: string]> = [
  [/^Expected HTTP\//, "INVALID_CONSTANT"],
  [/version$|^Expected dot$/, "INVALID_VERSION"],
  [/status/, "INVALID_STATUS"],
  [/^Invalid header|^Unexpected whitespace/, "INVALID_HEADER_TOKEN"],
  [/Content-Length/, "INVALID_CONTENT_LENGTH"],
  [/Transfer-Encoding/, "INVALID_TRANSFER_ENCODING"],
  [/^Missing expected CR/, "CR_EXPECTED"],
  [/^Missing expected LF/, "LF_EXPECTED"],
  [/^Unexpected space/, "UNEXPECTED_SPACE"],
  [/^Expected LF/, "STRICT"]
]
