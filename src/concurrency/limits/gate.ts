/** Gates: what stands in front of calls of one kind, such as those to one host. Each kind, by its key, has a gate of its own. */
import type { Steps } from "../../runtime/twin.js"
import { RateLimiter } from "./limiter.js"
import { now, Pause, Places } from "./line.js"
import type { Rate } from "./rate.js"

/** How many at once, and how often. */
export interface Bounds {
  /** How many at once. Default: as many as come. */
  readonly concurrency?: number | undefined
  /** How often one may start; all of several rates are kept. Default: as often as they come. */
  readonly rates?: ReadonlyArray<Rate> | undefined
  /** How many may start at once after a pause. Default 1: they are evenly spread. */
  readonly burst?: number | undefined
}

/** Lets calls in, so many at once and so often. */
export class Gate {
  private readonly places: Places | null
  private readonly rates: ReadonlyArray<RateLimiter>
  private inside = 0
  private closedUntil = Number.NEGATIVE_INFINITY

  constructor(
    private readonly name: string,
    { burst = 1, concurrency, rates = [] }: Bounds
  ) {
    this.places = concurrency === undefined ? null : new Places(`a place at ${name}`, concurrency)
    this.rates = rates.map((rate) => new RateLimiter(rate, { burst }))
  }

  /** Keeps it closed for so many ms from now: those who come, or wait, are not let in before. */
  close(ms: number): void {
    this.closedUntil = Math.max(this.closedUntil, now() + ms)
  }

  private get closedFor(): number {
    return this.closedUntil - now()
  }

  /** Does something inside, once it is let in. */
  *through<A>(steps: () => Steps<A>): Steps<A> {
    this.inside++
    const placed = this.places !== null && (yield* this.entering(this.places))
    try {
      do {
        for (let ms = this.closedFor; ms > 0; ms = this.closedFor) {
          yield* new Pause(ms, `${this.name} to be open again`)
        }
        for (const rate of this.rates) yield* rate.acquiring()
      } while (this.closedFor > 0)
      return yield* steps()
    } finally {
      this.inside--
      if (placed) this.places!.leave()
    }
  }

  private *entering(places: Places): Steps<boolean> {
    let entered = false
    try {
      const placed = yield* places.enter()
      entered = true
      return placed
    } finally {
      if (!entered) this.inside--
    }
  }

  /** Whether it is as if it were new: then it can be forgotten. */
  get isFresh(): boolean {
    return this.inside === 0 && this.closedFor <= 0 && this.rates.every((rate) => rate.isFresh)
  }
}

/** After so many new gates, those that are of no use any more are forgotten. */
const sweepEvery = 256

/** A gate for each key. */
export class Gates<K> {
  private readonly gates = new Map<K, Gate>()
  private made = 0

  /** @param boundsOf what bounds hold for a key */
  constructor(private readonly boundsOf: (key: K) => Bounds) {}

  of(key: K): Gate {
    let gate = this.gates.get(key)
    if (gate === undefined) {
      if (++this.made % sweepEvery === 0) this.sweep()
      this.gates.set(key, (gate = new Gate(String(key), this.boundsOf(key))))
    }
    return gate
  }

  private sweep(): void {
    for (const [key, gate] of this.gates) if (gate.isFresh) this.gates.delete(key)
  }
}
