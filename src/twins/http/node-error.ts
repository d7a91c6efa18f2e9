/** What Node's own client would have said. */
import { type Failure, Refused } from "./transfer.js"

export interface NodeError {
  readonly message: string
  readonly code: string | undefined
}

/** The error that Node's `http` reports in place of undici's. Those of sockets, DNS and TLS are the same in both. */
export const nodeError = (failure: Failure): NodeError => {
  const { message, code } = failure.error as NodeJS.ErrnoException
  if (failure instanceof Refused) return { message, code }
  if (failure.answered) return { message: "aborted", code: "ECONNRESET" }
  if (code === "UND_ERR_SOCKET") return { message: "socket hang up", code: "ECONNRESET" }
  if (code === "UND_ERR_HEADERS_OVERFLOW") return { message: "Parse Error: Header overflow", code: "HPE_HEADER_OVERFLOW" }
  const reason = /^Response does not match the HTTP\/1.1 protocol \((.*)\)$/.exec(message)
  return { message: reason === null ? message : `Parse Error: ${reason[1]}`, code }
}
