/** HTTP exchanges that keep to the policy of the run. */
import { current, type Steps } from "../../runtime/twin.js"
import { currentPolicy, type Trouble } from "../policy.js"
import { Failure, type HttpRequest, Refused, Reply, TimedOut } from "./transfer.js"

/**
 * Makes an exchange as the policy of the run has it.
 *
 * @param site the call of the program's that it is for
 * @param again whether it may be made again: not where the program itself sees to that
 */
export function* policed<A>(request: HttpRequest, site: number, again: boolean, exchange: () => Steps<A>): Steps<A> {
  const policy = currentPolicy()
  const make = (): Steps<A> => {
    current.site = site
    return exchange()
  }
  if (policy === undefined) return yield* make()
  const host = request.origin.slice(request.origin.indexOf("//") + 2)
  return yield* policy.around<A>({ host, general: true, method: again ? request.method : null, trouble }, make)
}

const trouble = (outcome: unknown): Trouble | null => {
  if (outcome instanceof Reply) {
    return outcome.status >= 400 ? { what: outcome.status, retryAfter: outcome.headers["retry-after"] } : null
  }
  if (!(outcome instanceof Failure) || outcome instanceof Refused) return null
  const what = whatHappened(outcome.error)
  return what === null ? null : { what, retryAfter: undefined }
}

const resets = new Set(["ECONNRESET", "EPIPE", "ECONNABORTED", "UND_ERR_SOCKET"])

const whatHappened = (error: Error): Trouble["what"] | null => {
  if (error instanceof TimedOut) return "timeout"
  const { code } = error as NodeJS.ErrnoException
  if (code !== undefined && resets.has(code)) return "reset"
  return code === "ECONNREFUSED" ? "refused" : code === "ETIMEDOUT" ? "timeout" : null
}
