/** Locks, and waiting under one for something to become true. */
import type { Fiber } from "../runtime/fiber.js"
import { plain } from "../runtime/plain.js"
import { callTwin, current, type Steps, stamp } from "../runtime/twin.js"
import { type Patience, patienceOf, wholeNumber } from "./arguments.js"
import { GreenError } from "./errors.js"
import { Named } from "./named.js"
import { BoundedSemaphore } from "./semaphore.js"
import { Timeout } from "./timeout.js"
import { block } from "./unlifted.js"
import { type Bound, Line, Wait, type Waiter } from "./waiter.js"

/**
 * Held by one at a time. Whoever has it may be another than who releases it; to take it twice is a deadlock.
 *
 * @example
 * import { Lock, sleep } from "greenlift/green"
 *
 * const lock = new Lock()
 * lock.run(() => sleep(10))
 */
export class Lock extends BoundedSemaphore {
  /** @internal The fiber that took it, for dumps. */
  holder: Fiber | null = null

  constructor() {
    super(1)
  }

  override release(): void {
    const { holder } = this
    this.holder = null
    try {
      super.release()
    } catch (error) {
      this.holder = holder
      throw error
    }
  }

  override take(): boolean {
    if (!super.take()) return false
    this.holder = current.fiber
    return true
  }

  override turn(bound?: Bound<boolean>): Wait<boolean> {
    return new LockWait(this.label("a lock"), this, false, bound)
  }

  /** @internal A wait for it that goes on when the fiber is told to stop, which it learns afterwards. */
  sureTurn(): Wait<boolean> {
    return new LockWait(this.label("the lock of a condition"), this, true)
  }
}

class LockWait extends Wait<boolean> {
  constructor(
    label: string,
    private readonly lock: Lock,
    private readonly sure: boolean,
    bound?: Bound<boolean>
  ) {
    super(label, (waiter) => lock.enter(waiter), bound)
  }

  override serve(held: boolean): void {
    this.lock.holder = this.fiber
    super.serve(held)
  }

  override cancel(): boolean {
    return !this.sure && super.cancel()
  }

  override holders(): ReadonlyArray<Fiber> {
    return this.lock.holder === null ? [] : [this.lock.holder]
  }
}

const notHeld = (what: string): GreenError =>
  new GreenError(
    "GREENLIFT_NOT_OWNER",
    `${what} was called without holding the lock: acquire it first, in the same task`
  )

/** Who holds a lock where no fiber runs. */
const unlifted = Symbol("unlifted")

/** A fiber, the program where it is not lifted, or an Effect fiber. */
export type Holder = object | typeof unlifted

const self = (): Holder => current.fiber ?? unlifted

/**
 * A lock that its holder can take again, and must release as often.
 *
 * @example
 * import { RLock } from "greenlift/green"
 *
 * const lock = new RLock()
 * lock.run(() => lock.run(() => console.log("held twice")))
 */
export class RLock {
  readonly #lock = new Lock()
  #holder: Holder | null = null
  #depth = 0

  /** What dumps and errors call it; none by default. */
  get name(): string {
    return this.#lock.name
  }

  set name(name: string) {
    this.#lock.name = name
  }

  /** Takes the lock, waiting for it in line. Returns false if the time is up first. */
  acquire(options?: Patience): boolean {
    return plain(acquire, this, [options]) as boolean
  }

  /** Releases it once. Throws GREENLIFT_NOT_OWNER if the caller does not hold it. */
  release(): void {
    this.mustHold("release")
    if (--this.#depth > 0) return
    this.#holder = null
    this.#lock.release()
  }

  /** Calls `f` with the lock held, and releases it however `f` ends. */
  run<A>(f: () => A): A {
    return plain(run, this, [f]) as A
  }

  /** @internal For a holder that is no fiber: takes it, now or when its turn has come. */
  enterAs(holder: Holder, waiter: Waiter<boolean>): void {
    if (this.#holder === holder) {
      this.#depth++
      waiter.serve(true)
    } else this.#lock.enter(waiter)
  }

  /** @internal Says that a holder that is no fiber has been served, to be released so often. */
  heldBy(holder: Holder, depth = this.#holder === holder ? this.#depth : 1): void {
    this.#holder = holder
    this.#depth = depth
  }

  /** @internal Releases it once for a holder that is no fiber. */
  releaseAs(holder: Holder): void {
    if (this.#holder !== holder) throw notHeld("release")
    if (--this.#depth > 0) return
    this.#holder = null
    this.#lock.release()
  }

  /** @internal Whether that holder holds it, and how deep. */
  depthOf(holder: Holder): number {
    return this.#holder === holder ? this.#depth : 0
  }

  /** @internal Lets go of it for a holder that was served and could not take it. */
  handBack(): void {
    this.#lock.release()
  }

  /** Whether someone holds it. */
  get locked(): boolean {
    return this.#depth > 0
  }

  /** Whether the caller holds it. */
  get held(): boolean {
    return this.#holder === self()
  }

  /** @internal */
  *acquiring(options?: Patience): Steps<boolean> {
    if (!this.held && !(yield* callTwin(this.#lock.acquire, this.#lock, [options]))) return false
    this.#holder = self()
    this.#depth++
    return true
  }

  /** @internal Lets go of it altogether; `retake` brings back what this returned. */
  letGo(): number {
    const depth = this.#depth
    this.#depth = 1
    this.release()
    return depth
  }

  /** @internal Takes it again to the same depth, whoever tells the caller to stop meanwhile. */
  *retake(depth: number): Steps<void> {
    if (!this.#lock.take()) yield* this.#lock.sureTurn()
    this.#holder = self()
    this.#depth = depth
  }

  /** @internal */
  mustHold(what: string): void {
    if (!this.held) throw notHeld(what)
  }
}

function* acquire(this: RLock, options?: Patience): Steps<boolean> {
  return yield* this.acquiring(options)
}

function* run<A>(this: RLock, f: () => A): Steps<A> {
  yield* this.acquiring()
  try {
    return yield* callTwin(f, undefined, [])
  } finally {
    this.release()
  }
}

stamp(RLock.prototype.acquire, acquire)
stamp(RLock.prototype.run, run)

/**
 * Waiting, under a lock, to be told that something has changed.
 *
 * @example
 * import { Condition, spawn } from "greenlift/green"
 *
 * const changed = new Condition()
 * let ready = false
 * spawn(() => changed.lock.run(() => { ready = true; changed.notifyAll() }))
 * changed.lock.run(() => changed.waitFor(() => ready))
 */
export class Condition extends Named {
  readonly #line = new Line<boolean>()

  /** @param lock the lock that guards what is waited for */
  constructor(readonly lock: RLock = new RLock()) {
    super()
  }

  /** @internal The wait to be notified. */
  turn(bound?: Bound<boolean>): Wait<boolean> {
    return new Wait<boolean>(this.label("a condition"), (waiter) => this.enter(waiter), bound)
  }

  /** Releases the lock, waits to be notified, and takes the lock again. Returns false if the time is up first. */
  wait(options?: Patience): boolean {
    return plain(conditionWait, this, [options]) as boolean
  }

  /** Waits until `predicate` holds, looking at it whenever notified. Returns what it returned last. */
  waitFor<A>(predicate: () => A, options?: Patience): A {
    this.lock.mustHold("waitFor")
    const value = predicate()
    if (value) return value
    block("a condition", patienceOf(options) ?? Infinity)
    return predicate()
  }

  /** How many wait. */
  get waiting(): number {
    return this.#line.length
  }

  /** Wakes those `n` who wait longest. The caller must hold the lock. */
  notify(n = 1): void {
    this.lock.mustHold("notify")
    this.wake(n)
  }

  /** @internal */
  wake(n: number): void {
    for (let left = wholeNumber(n, "n"); left > 0; left--) this.#line.shift()?.serve(true)
  }

  /** Wakes all who wait. The caller must hold the lock. */
  notifyAll(): void {
    this.notify(this.waiting)
  }

  /** @internal */
  enter(waiter: Waiter<boolean>): void {
    this.#line.push(waiter)
  }
}

function* conditionWait(this: Condition, options?: Patience): Steps<boolean> {
  this.lock.mustHold("wait")
  const ms = patienceOf(options)
  const depth = this.lock.letGo()
  try {
    return yield* this.turn(ms === undefined ? undefined : { ms, late: () => false })
  } finally {
    yield* this.lock.retake(depth)
  }
}

function* conditionWaitFor<A>(this: Condition, predicate: () => A, options?: Patience): Steps<A> {
  const { site } = current
  const untilTrue = function* (this: Condition): Steps<A> {
    for (;;) {
      const value = yield* callTwin(predicate, undefined, [])
      if (value) return value
      current.site = site
      yield* conditionWait.call(this)
    }
  }
  const ms = patienceOf(options)
  if (ms === undefined) return yield* untilTrue.call(this)
  const body = stamp(
    () => undefined as A,
    () => untilTrue.call(this)
  )
  return (yield* new Timeout(ms, false).running(body)) ?? (yield* callTwin(predicate, undefined, []))
}

stamp(Condition.prototype.wait, conditionWait)
stamp(Condition.prototype.waitFor, conditionWaitFor)
