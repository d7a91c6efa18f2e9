/** Limits for Effects: the same limiters as those of lifted code, so that both keep to one rate, first come, first served. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import { LiftedError } from "../../runtime/errors.js"
import { runTwin } from "../../runtime/host.js"
import { policyKey } from "../../twins/policy.js"
import { type BackoffOptions, backoffFrom } from "./backoff.js"
import { RateLimiter, type RateLimiterOptions } from "./limiter.js"
import { Policy, type PolicyOptions } from "./policy.js"
import type { Rate } from "./rate.js"
import { retryAfterOf } from "./retry-after.js"

/** Makes a `RateLimiter`, for Effects and lifted code alike. */
export const makeRateLimiter = (rate: Rate, options?: RateLimiterOptions): Effect.Effect<RateLimiter> =>
  Effect.sync(() => new RateLimiter(rate, options))

/**
 * Runs an Effect when its turn has come. Interruption in line leaves the line.
 *
 * @example
 * import * as Effect from "effect/Effect"
 * import * as Green from "greenlift"
 *
 * const program = Effect.gen(function* () {
 *   const limiter = yield* Green.makeRateLimiter("10/s")
 *   return yield* Green.withRate(limiter, Effect.succeed("at most ten a second"))
 * })
 */
export const withRate = <A, E, R>(limiter: RateLimiter, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.zipRight(Effect.orDie(runTwin(() => limiter.acquiring(), { name: "its turn" })), effect)

/**
 * A schedule to retry by: longer and longer waits, with chance in them, and the `Retry-After` of an error that carries the
 * headers of an answer, be it wrapped in a `LiftedError` or not. It ends where that asks for too long a wait.
 *
 * @example
 * import * as Effect from "effect/Effect"
 * import * as Green from "greenlift"
 *
 * declare const legacy: { update: (id: number) => string }
 *
 * const update = Green.lift(legacy.update)(1).pipe(Effect.retry(Green.backoff({ times: 3 })))
 */
export const backoff = (options: BackoffOptions | number = {}): Schedule.Schedule<unknown, unknown> =>
  Schedule.mapInput(backoffFrom(options).schedule, (error: unknown) => ({
    retryAfter: retryAfterOf(error instanceof LiftedError ? error.cause : error)
  }))

/** The rules that the calls of lifted code keep to, as a service: `Green.policy` makes one, in a layer. */
export class CurrentPolicy extends Context.Tag(policyKey)<CurrentPolicy, Policy>() {}

/**
 * Rules for what lifted code asks of hosts: how often, how many at once, and whether it tries again. They hold for
 * everything that runs with this layer together. An option that cannot be meant is a defect.
 *
 * @example
 * import * as Effect from "effect/Effect"
 * import * as Green from "greenlift"
 *
 * declare const legacy: { update: (id: number) => string }
 *
 * const program = Effect.forEach([1, 2, 3], (id) => Green.lift(legacy.update)(id), { concurrency: 50 }).pipe(
 *   Effect.provide(Green.policy({ rate: "100/s", perHost: 8, retry: 5 }))
 * )
 */
export const policy = (options: PolicyOptions): Layer.Layer<never> =>
  hasRules(options) ? Layer.sync(CurrentPolicy, () => new Policy(options)) : Layer.empty

const hasRules = ({ perHost, rate, retry }: PolicyOptions): boolean =>
  [perHost, rate, retry].some((rule) => rule !== undefined)
