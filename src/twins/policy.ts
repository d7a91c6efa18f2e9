/**
 * Policies: rules that the calls of a run keep to, such as how many at once go to a host, how often, and whether one that
 * failed is made again. The environment provides one; twins that reach out ask it before each call.
 */
import type { Run } from "../runtime/fiber.js"
import { current, type Steps } from "../runtime/twin.js"

/** What went wrong with a call, as far as it may be worth another attempt. */
export interface Trouble {
  /** A status of HTTP, or what became of the connection. */
  readonly what: number | "reset" | "refused" | "timeout"
  /** The header `Retry-After`, where there was an answer with one. */
  readonly retryAfter: unknown
}

/** A call that is about to be made. */
export interface PolicedCall<A> {
  /** `host`, or `host:port` where the port is not the scheme's own. */
  readonly host: string
  /** Whether rules for hosts in general hold for it; those for this host by name hold anyway. */
  readonly general: boolean
  /** The method of HTTP; null where the call is not to be made again. */
  readonly method: string | null
  /** What went wrong, or null. */
  trouble(outcome: A): Trouble | null
}

export interface CallPolicy {
  /** Makes a call as the rules have it. */
  around<A>(call: PolicedCall<A>, make: () => Steps<A>): Steps<A>
}

/** The key of the policy in the environment. */
export const policyKey = "greenlift/Policy"

/** The policy that the environment of a run provides. */
export const policyOf = (run: Run | undefined): CallPolicy | undefined =>
  run?.host.service(policyKey) as CallPolicy | undefined

/** The policy of the fiber that runs. */
export const currentPolicy = (): CallPolicy | undefined => policyOf(current.fiber?.run)
