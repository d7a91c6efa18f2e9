/** Semaphores: so many may, the others wait in line. */
import { plain } from "../runtime/plain.js"
import { callTwin, type Steps, stamp } from "../runtime/twin.js"
import { type Patience, patienceOf, wholeNumber } from "./arguments.js"
import { GreenError } from "./errors.js"
import { Named } from "./named.js"
import { type Bound, Line, Wait, type Waiter } from "./waiter.js"

/**
 * A counter of permits. `acquire` takes one or waits in line; `release` hands one to whoever waits longest, so that
 * nobody can take it again past those who wait.
 *
 * @example
 * import { Semaphore, sleep } from "greenlift/green"
 *
 * const two = new Semaphore(2)
 * two.run(() => sleep(100))
 */
export class Semaphore extends Named {
  #permits: number
  readonly #line = new Line<boolean>()

  /** @param permits how many may hold one at once */
  constructor(permits = 1) {
    super()
    this.#permits = wholeNumber(permits, "permits")
  }

  /** @internal Gives the waiter a permit, now or when its turn has come. */
  enter(waiter: Waiter<boolean>): void {
    if (this.take()) waiter.serve(true)
    else this.#line.push(waiter)
  }

  /** @internal The wait for a permit. */
  turn(bound?: Bound<boolean>): Wait<boolean> {
    return new Wait<boolean>(this.label("a permit of a semaphore"), (waiter) => this.enter(waiter), bound)
  }

  /** @internal Takes a permit if there is one. */
  take(): boolean {
    if (this.#permits === 0) return false
    this.#permits--
    return true
  }

  /**
   * Takes a permit, waiting for it in line. Returns false, and leaves nothing behind, if the time is up first, or at
   * once with `block: false`.
   */
  acquire(options?: Patience): boolean {
    return plain(acquire, this, [options]) as boolean
  }

  /** Gives a permit back, to whoever waits longest. */
  release(): void {
    const waiter = this.#line.shift()
    if (waiter === undefined) this.#permits++
    else waiter.serve(true)
  }

  /** Calls `f` with a permit held, and gives it back however `f` ends. */
  run<A>(f: () => A): A {
    return plain(run, this, [f]) as A
  }

  /** Whether an `acquire` would have to wait. */
  get locked(): boolean {
    return this.#permits === 0
  }

  /** The permits left, less those who wait for one. */
  get balance(): number {
    return this.#permits - this.#line.length
  }

  /** How many wait for a permit. */
  get waiting(): number {
    return this.#line.length
  }
}

function* acquire(this: Semaphore, options?: Patience): Steps<boolean> {
  const ms = patienceOf(options)
  if (this.take()) return true
  if (ms === 0) return false
  return yield* this.turn(ms === undefined ? undefined : { ms, late: () => false })
}

function* run<A>(this: Semaphore, f: () => A): Steps<A> {
  yield* acquire.call(this)
  try {
    return yield* callTwin(f, undefined, [])
  } finally {
    this.release()
  }
}

stamp(Semaphore.prototype.acquire, acquire)
stamp(Semaphore.prototype.run, run)

/** A semaphore that cannot be released more often than it was acquired. */
export class BoundedSemaphore extends Semaphore {
  readonly #bound: number

  constructor(permits = 1) {
    super(permits)
    this.#bound = permits
  }

  /** Gives a permit back. Throws GREENLIFT_RELEASED_TOO_OFTEN if none is out. */
  override release(): void {
    if (this.balance >= this.#bound) {
      throw new GreenError(
        "GREENLIFT_RELEASED_TOO_OFTEN",
        `the semaphore has all its ${this.#bound} permits: release once for each acquire, or use a Semaphore`
      )
    }
    super.release()
  }
}
