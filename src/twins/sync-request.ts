/**
 * The twin of `sync-request`: the same call, made through undici's `dispatch` instead of through another process, without
 * holding up the other fibers.
 *
 * Every option of version 6 is honoured the way it works there, which is not always the way its manual has it: what it is
 * given goes to a process of its own as JSON, so functions among the options count for nothing; the limit of redirections
 * counts only without `gzip`; and an error keeps its message and code only. The error that lies behind is its `cause`.
 *
 * Where it differs: what would hang for ever there (a compressed body cut short), or bring its process down (a redirection
 * to a scheme that is not HTTP's), is an error here. An interrupted call cuts its connection.
 */
import type { Twin } from "../runtime/twin.js"
import { registerTwins } from "../runtime/twins.js"
import { type NodeError, nodeError } from "./http/node-error.js"
import { Failure, TimedOut } from "./http.js"
import { Call, Original } from "./sync-request/call.js"
import { type Library, libraryOf, type Response } from "./sync-request/library.js"
import { optionsFrom } from "./sync-request/options.js"
import { perform } from "./sync-request/perform.js"

const twinOver = (library: Library): Twin<[method: unknown, url: unknown, options: unknown], Response> =>
  function* syncRequest(method, url, options) {
    const sent = optionsFrom(options, library.clone)
    const address = typeof url === "object" && url !== null ? (url as URL).href : url
    let call: Call
    try {
      call = new Call(library, method, address, sent, () => new Original(library.request(method, url, options)))
    } catch (error) {
      throw remote(error as NodeError, error)
    }
    const outcome = yield* perform(call)
    if (outcome instanceof Original) return outcome.response
    if (outcome instanceof Failure) throw remote(errorOf(outcome), outcome.error)
    return new library.Response(outcome.status, outcome.headers, outcome.body, call.url)
  }

/** An error as it comes back from the process that sync-request does its work in. */
const remote = ({ message, code }: NodeError, cause: unknown): Error =>
  Object.assign(new Error(message, { cause }), { code })

const errorOf = (failure: Failure): NodeError =>
  failure.error instanceof TimedOut
    ? { message: `Request timed out after ${failure.error.duration}ms`, code: undefined }
    : nodeError(failure)

registerTwins("sync-request", (exports) => {
  const requests = new Set([exports, exports.default, exports.default?.default].filter((f) => typeof f === "function"))
  return [...requests].flatMap((request) => {
    const library = libraryOf(request)
    return library === undefined ? [] : [[request, twinOver(library)] as const]
  })
})
