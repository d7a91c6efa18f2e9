/**
 * When the next one may start, as a matter of numbers: at most `limit` in any `per` ms, wherever that begins, and spread
 * evenly over it, so that an upstream that counts by windows of its own sees no more than it allows.
 *
 * Effect's `RateLimiter` was not taken: its token bucket lets twice the limit through in the first window, counts in whole
 * ms (1500/s is 1000/s), and falls behind by the lateness of each timer.
 */
import type { ParsedRate } from "./rate.js"

/** How late one may come, in ms, for the next ones to come the sooner, as timers are late; after that it is a pause. */
const madeUp = 20

export class Pace {
  /** When the last `limit` ones started, the oldest at `at`. */
  private readonly starts: Float64Array
  private at = 0
  private readonly spacing: number
  private readonly lead: number
  /** When the next one would start, were they all evenly spread. */
  private next = Number.NEGATIVE_INFINITY

  /** @param burst how many may start at once after a pause */
  constructor(
    private readonly rate: ParsedRate,
    burst: number
  ) {
    this.starts = new Float64Array(rate.limit).fill(Number.NEGATIVE_INFINITY)
    this.spacing = rate.per / rate.limit
    this.lead = (Math.min(burst, rate.limit) - 1) * this.spacing
  }

  /** How long until one may start, in ms. */
  wait(now: number): number {
    const oldest = this.starts[this.at]! + this.rate.per
    return Math.max(0, this.next - this.lead - now, oldest - now)
  }

  /** Notes that one starts. */
  start(now: number): void {
    this.starts[this.at] = now
    this.at = (this.at + 1) % this.starts.length
    this.next = (now - this.next > madeUp ? now : this.next) + this.spacing
  }

  /** Whether nothing of the past counts any more. */
  isFresh(now: number): boolean {
    const last = this.starts[(this.at + this.starts.length - 1) % this.starts.length]!
    return last + this.rate.per <= now && this.next <= now
  }
}
