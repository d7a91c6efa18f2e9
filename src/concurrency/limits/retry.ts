/** `retry`: tries again what failed, after longer and longer waits. */
import { isInterruption } from "../../runtime/interruption.js"
import { plain } from "../../runtime/plain.js"
import { current, type Steps, stamp } from "../../runtime/twin.js"
import { callable } from "../arguments.js"
import { callOf, perform } from "../call.js"
import { isTimeout } from "../timeout.js"
import { Attempts, type BackoffOptions, backoffFrom } from "./backoff.js"
import { retryAfterOf } from "./retry-after.js"

export interface RetryOptions extends BackoffOptions {
  /** Which errors are worth another attempt. Default: all but a `Timeout`'s. */
  readonly when?: (error: unknown) => boolean
}

/**
 * Calls `f` until it returns, at most so many times more: after a second, two, four, …, each give or take 20 %, and never
 * more than half a minute. An error that carries the headers of an answer (those of `HttpSession` and of sync-request's
 * `getBody` do) is heeded where they have `Retry-After`, in seconds or as a date; where it asks for too long a wait, and
 * after the last attempt, the error is thrown as it is. `f` must be such that doing it twice does no harm.
 *
 * Interruption ends it at once. Waits go by the environment's clock, chance by its `Random`.
 *
 * @param options how many times more, or how
 *
 * @example
 * import { HttpSession } from "greenlift/blocking"
 * import { retry } from "greenlift/green"
 *
 * const session = new HttpSession({ baseUrl: "https://api.example.com" })
 * const page = retry({ times: 3, base: 500 }, () => session.get("/places").orThrow().json())
 * console.log(page)
 */
export const retry = <A>(options: RetryOptions | number, f: () => A): A => plain(retrying, undefined, [options, f]) as A

const worthwhile = (error: unknown): boolean => !isTimeout(error)

function* retrying<A>(options: RetryOptions | number, f: () => A): Steps<A> {
  callable(f, "f")
  const { when = worthwhile } = typeof options === "number" ? {} : options
  const attempts = new Attempts(backoffFrom(options), current.site)
  for (;;) {
    try {
      return yield* perform(callOf(f, []))
    } catch (error) {
      if (isInterruption(error) || !when(error)) throw error
      if (!(yield* attempts.again({ retryAfter: retryAfterOf(error) }))) throw error
    }
  }
}

stamp(retry, retrying)
