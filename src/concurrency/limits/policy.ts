/** The policy of a run: what its options say, as rules for each host. */
import type { Steps } from "../../runtime/twin.js"
import { current } from "../../runtime/twin.js"
import type { CallPolicy, PolicedCall, Trouble } from "../../twins/policy.js"
import { wholeNumber } from "../arguments.js"
import { Attempts, type Backoff, type BackoffOptions, backoffFrom } from "./backoff.js"
import { type Bounds, Gate, Gates } from "./gate.js"
import { ratesFrom } from "./limit.js"
import type { Rate } from "./rate.js"
import { retryAfterMs } from "./retry-after.js"

/** For one host: how many calls at once, or how often. */
export type HostLimit = number | Rate

export interface PolicyRetryOptions extends BackoffOptions {
  /**
   * What is worth another attempt: a status, or that the connection was reset, refused or timed out. Default: 429, 503 and
   * `"reset"`.
   */
  readonly on?: ReadonlyArray<Trouble["what"]>
  /** For which methods. Default: those that may be done twice, as HTTP has it: GET, HEAD, OPTIONS, TRACE, PUT and DELETE. */
  readonly methods?: ReadonlyArray<string>
}

/** The rules of a run. */
export interface PolicyOptions {
  /** How often a request may start, whatever its host: `"100/s"`, `"30/m"`. Of several, all are kept. */
  readonly rate?: Rate | ReadonlyArray<Rate> | undefined
  /**
   * For each host by itself: how many requests at once, `8`, or how often one may start, `"10/s"`; or several of these. As
   * an object, for hosts by name, with the port where it is not the scheme's own; `"*"` stands for each of the others. A
   * server of Postgres, `"localhost:5432"`, has limits only by name.
   */
  readonly perHost?: HostLimit | ReadonlyArray<HostLimit> | HostLimits | undefined
  /** How often a request that failed is made again, or how. Default: not at all. */
  readonly retry?: number | PolicyRetryOptions | undefined
}

export interface HostLimits {
  readonly [host: string]: HostLimit | ReadonlyArray<HostLimit>
}

interface Retry extends Backoff {
  readonly on: ReadonlySet<unknown>
  readonly methods: ReadonlySet<string>
}

const idempotent = ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"]

/** Keeps the rules, over all runs that it is provided to. */
export class Policy implements CallPolicy {
  private readonly everything: Gate
  private readonly hosts: Gates<string>
  private readonly byName: ReadonlyMap<string, Bounds>
  private readonly retry: Retry | null

  constructor({ perHost = [], rate = [], retry }: PolicyOptions) {
    this.everything = new Gate("all hosts", { rates: ratesFrom(rate) })
    this.byName = namedFrom(perHost)
    this.hosts = new Gates((host) => this.byName.get(host) ?? this.byName.get("*") ?? {})
    this.retry = retry === undefined || retry === 0 ? null : retryFrom(retry)
  }

  *around<A>(call: PolicedCall<A>, make: () => Steps<A>): Steps<A> {
    if (!call.general && !this.byName.has(call.host)) return yield* make()
    const { site } = current
    const { retry } = this
    const attempts =
      retry !== null && call.method !== null && retry.methods.has(call.method) ? new Attempts(retry, site) : null
    for (;;) {
      const outcome = yield* this.once(call, make)
      const trouble = call.trouble(outcome)
      if (retry === null || trouble === null || !retry.on.has(trouble.what)) return outcome
      this.heed(call.host, trouble.retryAfter, retry)
      if (attempts === null || !(yield* attempts.again(trouble))) return outcome
    }
  }

  private once<A>(call: PolicedCall<A>, make: () => Steps<A>): Steps<A> {
    const host = this.hosts.of(call.host)
    return host.through(() => (call.general ? this.everything.through(make) : make()))
  }

  /** Who wants to be left alone is, by all. */
  private heed(host: string, retryAfter: unknown, { maxRetryAfter }: Retry): void {
    const ms = retryAfterMs(retryAfter, current.fiber?.run.host.date() ?? Date.now())
    if (ms !== undefined && ms <= maxRetryAfter) this.hosts.of(host).close(ms)
  }
}

const retryFrom = (options: number | PolicyRetryOptions): Retry => {
  const { methods = idempotent, on = [429, 503, "reset"] } = typeof options === "number" ? {} : options
  return {
    ...backoffFrom(options),
    on: new Set(on),
    methods: new Set(methods.map((method) => method.toUpperCase()))
  }
}

/** The bounds of each host that is named; `"*"` is for all others. */
const namedFrom = (perHost: NonNullable<PolicyOptions["perHost"]>): ReadonlyMap<string, Bounds> => {
  const named = isNamed(perHost) ? perHost : { "*": perHost }
  return new Map(Object.entries(named).map(([host, limits]) => [host, boundsFrom(limits, host)]))
}

const isNamed = (perHost: NonNullable<PolicyOptions["perHost"]>): perHost is HostLimits =>
  typeof perHost === "object" && !Array.isArray(perHost) && !("limit" in perHost && "per" in perHost)

const boundsFrom = (limits: HostLimit | ReadonlyArray<HostLimit>, host: string): Bounds => {
  const all = (Array.isArray(limits) ? limits : [limits]) as ReadonlyArray<HostLimit>
  const counts = all.filter((each) => typeof each === "number")
  for (const count of counts) wholeNumber(count, `the limit for ${host === "*" ? "each host" : host}`, 1)
  return {
    ...(counts.length === 0 ? {} : { concurrency: Math.min(...counts) }),
    rates: ratesFrom(all.filter((each) => typeof each !== "number"))
  }
}
