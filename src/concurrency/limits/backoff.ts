/** Backoff: how long to wait before trying again, and whether to. */
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as ScheduleDecision from "effect/ScheduleDecision"
import * as ScheduleIntervals from "effect/ScheduleIntervals"
import { EffectOp } from "../../runtime/op.js"
import { current, type Steps } from "../../runtime/twin.js"
import { milliseconds, wholeNumber } from "../arguments.js"
import { ArgumentValueError } from "../errors.js"
import { Pause } from "./line.js"
import { retryAfterMs } from "./retry-after.js"

/** How often, and after how long, something is tried again. */
export interface BackoffOptions {
  /** How often to try again, after the first time. Default 5. */
  readonly times?: number
  /** How long to wait before the first time, in ms. Default 1000. */
  readonly base?: number
  /** How much longer each wait is than the one before. Default 2. */
  readonly factor?: number
  /** The longest wait, in ms, unless the server asks for a longer one. Default 30,000. */
  readonly max?: number
  /** Whether each wait is between 80 % and 120 % of what it should be, by chance. Default true. */
  readonly jitter?: boolean
  /** The longest `Retry-After` that is heeded, in ms; at a longer one it gives up. Default 120,000. */
  readonly maxRetryAfter?: number
}

/** What a failure says of how long to wait: the header `Retry-After`, where there was an answer. */
export interface Failed {
  readonly retryAfter: unknown
}

/** The same, settled. */
export interface Backoff {
  readonly schedule: Schedule.Schedule<unknown, Failed>
  readonly maxRetryAfter: number
}

const clock = Effect.clockWith((clock) => Effect.succeed(clock.unsafeCurrentTimeMillis()))

const askedBy = ({ retryAfter }: Failed): Effect.Effect<number | undefined> =>
  Effect.map(clock, (date) => retryAfterMs(retryAfter, date))

/** Settles the options of a backoff; a number stands for how many times. */
export const backoffFrom = (options: BackoffOptions | number): Backoff => {
  const given = typeof options === "number" ? { times: options } : options
  const { base = 1000, factor = 2, jitter = true, max = 30_000, times = 5 } = given
  const maxRetryAfter = milliseconds(given.maxRetryAfter ?? 120_000, "maxRetryAfter")
  if (!(factor >= 1)) throw new ArgumentValueError(`factor is ${factor}: give a number from 1`)
  const growing = Schedule.exponential(milliseconds(base, "base"), factor)
  const waits = Schedule.either(growing, Schedule.spaced(milliseconds(max, "max")))
  const schedule = (jitter ? Schedule.jittered(waits) : waits).pipe(
    Schedule.intersect(Schedule.recurs(wholeNumber(times, "times"))),
    (schedule) => Schedule.passthrough(schedule as Schedule.Schedule<unknown, Failed>),
    Schedule.modifyDelayEffect((failed, delay) => Effect.map(askedBy(failed), (ms) => ms ?? delay)),
    Schedule.checkEffect((failed) => Effect.map(askedBy(failed), (ms = 0) => ms <= maxRetryAfter))
  )
  return { schedule, maxRetryAfter }
}

/** A wait before something is tried again. Instruments count it. */
export class RetryWait extends Pause {
  constructor(ms: number, attempt: number) {
    super(ms, `its retry ${attempt}`)
  }
}

/** Asks a schedule, which may ask the environment for its clock and its random numbers. */
class Ask<A> extends EffectOp<A, never> {
  override readonly blocking = false

  constructor(effect: Effect.Effect<A>) {
    super("its schedule", effect, () => Effect.runSync(effect))
  }
}

/** The attempts of one call. */
export class Attempts {
  private state: unknown
  private tried = 0

  constructor(
    private readonly backoff: Backoff,
    private readonly site: number
  ) {
    this.state = backoff.schedule.initial
  }

  /**
   * Waits before the next attempt. Returns whether there is to be one: not when there were enough, or the server wants to
   * be left alone for too long.
   */
  *again(failed: Failed): Steps<boolean> {
    const date = current.fiber?.run.host.date() ?? Date.now()
    const [state, , decision] = yield* new Ask(this.backoff.schedule.step(date, failed, this.state))
    this.state = state
    if (ScheduleDecision.isDone(decision)) return false
    current.site = this.site
    yield* new RetryWait(ScheduleIntervals.start(decision.intervals) - date, ++this.tried)
    current.site = this.site
    return true
  }
}
