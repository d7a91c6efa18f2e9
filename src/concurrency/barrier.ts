/** A meeting of a fixed number of tasks. */
import { plain } from "../runtime/plain.js"
import { callTwin, type Steps, stamp } from "../runtime/twin.js"
import { type Patience, patienceOf, wholeNumber } from "./arguments.js"
import { BarrierBroken } from "./errors.js"
import { Named } from "./named.js"
import { Line, Wait, type Waiter } from "./waiter.js"

/** What a barrier may be given. */
export interface BarrierOptions {
  /** Called once for each meeting, by the last to arrive, before anyone goes on. */
  readonly action?: () => unknown
}

/**
 * A point that tasks wait at until `parties` of them are there; then all go on, and it can be used again. If one of
 * them gives up, it breaks for all.
 *
 * @example
 * import { Barrier, spawn } from "greenlift/green"
 *
 * const start = new Barrier(2, { action: () => console.log("both are there") })
 * spawn(() => start.wait())
 * spawn(() => start.wait())
 */
export class Barrier extends Named {
  readonly parties: number
  readonly #action: (() => unknown) | undefined
  #line = new Line<boolean>()
  #broken = false

  constructor(parties: number, options: BarrierOptions = {}) {
    super()
    this.parties = wholeNumber(parties, "parties", 1)
    this.#action = options.action
  }

  /** How many are waiting. */
  get waiting(): number {
    return this.#line.length
  }

  /** Whether it is broken. */
  get broken(): boolean {
    return this.#broken
  }

  /**
   * Waits for the others. Returns how many were there before. Throws `BarrierBroken` if one gave up or the time is up.
   */
  wait(options?: Patience): number {
    return plain(wait, this, [options]) as number
  }

  /** Breaks it: all who wait, or will, get `BarrierBroken`. */
  abort(): void {
    this.#broken = true
    this.#line.serveAll(false)
  }

  /** Makes it as new; those who wait get `BarrierBroken`. */
  reset(): void {
    const line = this.#line
    this.#line = new Line()
    this.#broken = false
    line.serveAll(false)
  }

  /** @internal */
  enter(waiter: Waiter<boolean>): void {
    this.#line.push(waiter)
  }

  /** @internal The twin of `wait`. */
  *waitingFor(ms: number | undefined): Steps<number> {
    if (this.#broken) throw new BarrierBroken()
    const line = this.#line
    const index = line.length
    if (index + 1 === this.parties) yield* this.#meet(line)
    else yield* this.#await(line, ms)
    return index
  }

  *#meet(line: Line<boolean>): Steps<void> {
    this.#line = new Line()
    let met = false
    try {
      if (this.#action !== undefined) yield* callTwin(this.#action, undefined, [])
      met = true
    } finally {
      if (!met) this.abort()
      line.serveAll(met)
    }
  }

  *#await(line: Line<boolean>, ms: number | undefined): Steps<void> {
    let met = false
    try {
      met = yield* new Wait<boolean>(
        this.label("the others at a barrier"),
        (waiter) => this.enter(waiter),
        ms === undefined ? undefined : { ms, late: () => false }
      )
    } finally {
      if (!met && line === this.#line) this.abort()
    }
    if (!met) throw new BarrierBroken()
  }
}

function* wait(this: Barrier, options?: Patience): Steps<number> {
  return yield* this.waitingFor(patienceOf(options))
}

stamp(Barrier.prototype.wait, wait)
