/** `RateLimiter`: so many starts in so much time, first come, first served. */
import { plain } from "../../runtime/plain.js"
import { callTwin, type Steps, stamp } from "../../runtime/twin.js"
import { callable, wholeNumber } from "../arguments.js"
import { now, Pause, Places } from "./line.js"
import { Pace } from "./pace.js"
import { formatRate, parseRate, type Rate } from "./rate.js"

export interface RateLimiterOptions {
  /** How many may start at once after a pause, instead of evenly spread. Default 1. */
  readonly burst?: number
}

/**
 * Lets so many through in so much time: in no window of that length, wherever it begins, more than the limit; and evenly
 * spread, one every 10 ms at `"100/s"`, except for as many at once after a pause as `burst` says; where one is up to 20 ms
 * late, the next ones make up for it. First come, first
 * served; one who is interrupted in line leaves it, and nothing of the rate is lost. It limits how often something starts,
 * not how many run at once: that is a `Semaphore`, or `limit`.
 *
 * Time is the environment's `Clock`. Unlifted, it blocks.
 *
 * @example
 * import { RateLimiter } from "greenlift/green"
 *
 * const tenPerSecond = new RateLimiter("10/s")
 * for (const name of ["ann", "bob"]) tenPerSecond.run(() => console.log(name))
 */
export class RateLimiter {
  readonly #pace: Pace
  readonly #label: string
  /** Only the first in line looks at the clock. */
  readonly #line: Places

  /** @param rate `"100/s"`, `"30/m"`, or `{ limit, per }` with `per` in ms */
  constructor(rate: Rate, { burst = 1 }: RateLimiterOptions = {}) {
    const parsed = parseRate(rate)
    this.#pace = new Pace(parsed, wholeNumber(burst, "burst", 1))
    this.#label = `its turn at ${formatRate(parsed)}`
    this.#line = new Places(`the line for ${formatRate(parsed)}`, 1)
  }

  /** Waits until one may start. */
  acquire(): void {
    plain(this.acquiring, this, [])
  }

  /** Waits until one may start, and calls `f`. */
  run<A>(f: () => A): A {
    return plain(run, this, [f]) as A
  }

  /** How many wait. */
  get waiting(): number {
    return this.#line.isEmpty ? 0 : this.#line.waiting + 1
  }

  /** @internal Whether nothing of the past counts any more. */
  get isFresh(): boolean {
    return this.#line.isEmpty && this.#pace.isFresh(now())
  }

  /** @internal */
  *acquiring(): Steps<void> {
    const pace = this.#pace
    if (this.#line.isEmpty && pace.wait(now()) === 0) return pace.start(now())
    const placed = yield* this.#line.enter()
    try {
      for (let ms = pace.wait(now()); ms > 0; ms = pace.wait(now())) yield* new Pause(ms, this.#label)
      pace.start(now())
    } finally {
      if (placed) this.#line.leave()
    }
  }
}

function* run<A>(this: RateLimiter, f: () => A): Steps<A> {
  callable(f, "f")
  yield* this.acquiring()
  return yield* callTwin(f, undefined, [])
}

stamp(RateLimiter.prototype.acquire, RateLimiter.prototype.acquiring)
stamp(RateLimiter.prototype.run, run)
