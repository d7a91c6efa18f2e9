/** A semaphore with a floor and a ceiling. */
import { plain } from "../runtime/plain.js"
import { type Steps, stamp } from "../runtime/twin.js"
import { type Patience, patienceOf, wholeNumber } from "./arguments.js"
import { labelOf, Named } from "./named.js"
import { Line, Wait, type Waiter } from "./waiter.js"

/**
 * A semaphore whose `release` waits, too: while there are `limit` permits. With limit 0 each `release` waits for an
 * `acquire`, and each `acquire` for a `release`.
 *
 * @example
 * import { CappedSemaphore } from "greenlift/green"
 *
 * const permits = new CappedSemaphore(1, 2)
 * permits.release()
 * console.log(permits.release({ timeout: 10 }))
 */
export class CappedSemaphore extends Named {
  #count: number
  readonly #limit: number
  readonly #acquirers = new Line<boolean>()
  readonly #releasers = new Line<boolean>()

  /**
   * @param count how many permits there are at first, `limit` at most
   * @param limit how many there can be
   */
  constructor(count: number, limit: number) {
    super()
    this.#limit = wholeNumber(limit, "limit")
    this.#count = Math.min(wholeNumber(count, "count"), this.#limit)
  }

  /** Takes a permit, waiting for one in line. Returns false if the time is up first. */
  acquire(options?: Patience): boolean {
    return plain(acquire, this, [options]) as boolean
  }

  /** Gives a permit back, waiting in line for room. Returns false if the time is up first. */
  release(options?: Patience): boolean {
    return plain(release, this, [options]) as boolean
  }

  /** Whether an `acquire` would have to wait. */
  get locked(): boolean {
    return this.#count === 0 && this.#releasers.empty
  }

  /** Whether a `release` would have to wait. */
  get bounded(): boolean {
    return this.#count >= this.#limit && this.#acquirers.empty
  }

  /**
   * The permits there are less the room for more, so `limit` when full and `-limit` when empty; who waits to acquire
   * counts against it, who waits to release for it.
   */
  get balance(): number {
    return 2 * this.#count - this.#limit - this.#acquirers.length + this.#releasers.length
  }

  /** @internal */
  enterAcquire(waiter: Waiter<boolean>): void {
    if (this.locked) return this.#acquirers.push(waiter)
    waiter.serve(true)
    const releaser = this.#releasers.shift()
    if (releaser === undefined) this.#count--
    else releaser.serve(true)
  }

  /** @internal */
  enterRelease(waiter: Waiter<boolean>): void {
    if (this.bounded) return this.#releasers.push(waiter)
    const acquirer = this.#acquirers.shift()
    if (acquirer === undefined) this.#count++
    else acquirer.serve(true)
    waiter.serve(true)
  }
}

function* acquire(this: CappedSemaphore, options?: Patience): Steps<boolean> {
  const ms = patienceOf(options)
  if (ms === 0 && this.locked) return false
  return yield* new Wait<boolean>(
    labelOf(this, "a permit of a capped semaphore"),
    (waiter) => this.enterAcquire(waiter),
    ms === undefined ? undefined : { ms, late: () => false }
  )
}

function* release(this: CappedSemaphore, options?: Patience): Steps<boolean> {
  const ms = patienceOf(options)
  if (ms === 0 && this.bounded) return false
  return yield* new Wait<boolean>(
    labelOf(this, "room below the limit of a capped semaphore"),
    (waiter) => this.enterRelease(waiter),
    ms === undefined ? undefined : { ms, late: () => false }
  )
}

stamp(CappedSemaphore.prototype.acquire, acquire)
stamp(CappedSemaphore.prototype.release, release)
