/** Events: something that happens once, and those who wait for it. */
import type { Outcome } from "../runtime/fiber.js"
import { plain } from "../runtime/plain.js"
import { type Steps, stamp } from "../runtime/twin.js"
import { type Patience, patienceOf } from "./arguments.js"
import { GreenError } from "./errors.js"
import { labelOf, Named } from "./named.js"
import type { Task } from "./task.js"
import { Timeout } from "./timeout.js"
import { Line, Wait, type Waiter } from "./waiter.js"

/** What a timed wait returns when the time is up. */
export const timedOut: unique symbol = Symbol("timedOut")

/** How something happened. */
export type Settled = Exclude<Outcome, { readonly _tag: "Interrupted" }>

const settledValue = (outcome: Settled): any => {
  if (outcome._tag === "Failure") throw outcome.error
  return outcome.value
}

/**
 * Something that happens once and has a value, or an error. All who wait are woken in the order they came; who comes
 * later does not wait.
 *
 * @example
 * import { Event, spawn } from "greenlift/green"
 *
 * const ready = new Event<string>()
 * spawn(() => ready.send("go"))
 * console.log(ready.wait())
 */
export class Event<A = void> extends Named {
  #outcome: Settled | null = null
  readonly #line = new Line<Settled | typeof timedOut>()

  /** Whether it has happened. */
  get ready(): boolean {
    return this.#outcome !== null
  }

  /** Whether it happened with a value. */
  get hasResult(): boolean {
    return this.#outcome?._tag === "Success"
  }

  /** Whether it happened with an error. */
  get hasException(): boolean {
    return this.#outcome?._tag === "Failure"
  }

  /** Lets it happen, with a value. Throws GREENLIFT_EVENT_SENT if it has happened. */
  send(value: A): void {
    this.#settle({ _tag: "Success", value })
  }

  /** Lets it happen, with an error, which `wait` throws. Throws GREENLIFT_EVENT_SENT if it has happened. */
  sendException(error: unknown): void {
    this.#settle({ _tag: "Failure", error })
  }

  /**
   * Waits until it has happened. Returns its value, or throws its error. A timed wait returns `timedOut` when time is
   * up.
   */
  wait(): A
  wait(options: Patience): A | typeof timedOut
  wait(options?: Patience): A | typeof timedOut {
    return plain(eventWait, this, [options]) as A | typeof timedOut
  }

  /** Its value if it has happened; throws its error; else `otherwise`. Does not wait. */
  poll<B = undefined>(otherwise?: B): A | B {
    return this.#outcome === null ? (otherwise as B) : settledValue(this.#outcome)
  }

  /** Makes it as new. Throws GREENLIFT_EVENT_FRESH if it has not happened. */
  reset(): void {
    if (this.#outcome === null) {
      throw new GreenError("GREENLIFT_EVENT_FRESH", "this event has not happened: send it before you reset it")
    }
    this.#outcome = null
  }

  /** @internal Tells the waiter how it happened, now or when it does. */
  enter(waiter: Waiter<Settled | typeof timedOut>): void {
    if (this.#outcome === null) this.#line.push(waiter)
    else waiter.serve(this.#outcome)
  }

  #settle(outcome: Settled): void {
    if (this.#outcome !== null) {
      throw new GreenError("GREENLIFT_EVENT_SENT", "this event has happened: reset it before you send again")
    }
    this.#outcome = outcome
    this.#line.serveAll(outcome)
  }
}

function* eventWait(this: Event<any>, options?: Patience): Steps<any> {
  if (this.ready) return this.poll()
  const ms = patienceOf(options)
  const outcome: Settled | typeof timedOut = yield* new Wait<Settled | typeof timedOut>(
    labelOf(this, "an event"),
    (waiter) => this.enter(waiter),
    ms === undefined ? undefined : { ms, late: () => timedOut }
  )
  return outcome === timedOut ? timedOut : settledValue(outcome)
}

stamp(Event.prototype.wait, eventWait)

/**
 * A result that someone sets and others get, again and again. Also takes over how a task ends:
 * `task.link(result.settle)`. The idea is gevent's.
 *
 * @example
 * import { AsyncResult, spawn } from "greenlift/green"
 *
 * const result = new AsyncResult<number>()
 * spawn(() => 6 * 7).link(result.settle)
 * console.log(result.get())
 */
export class AsyncResult<A = unknown> extends Named {
  #outcome: Settled | null = null
  readonly #line = new Line<Settled | typeof timedOut>()

  /** Whether it is set. */
  get ready(): boolean {
    return this.#outcome !== null
  }

  /** Whether it is set to a value. */
  get successful(): boolean {
    return this.#outcome?._tag === "Success"
  }

  /** The value it is set to, or undefined. */
  get value(): A | undefined {
    return this.#outcome?._tag === "Success" ? (this.#outcome.value as A) : undefined
  }

  /** The error it is set to, or undefined. */
  get exception(): unknown {
    return this.#outcome?._tag === "Failure" ? this.#outcome.error : undefined
  }

  /** Sets a value and wakes all who wait. A later one replaces it. */
  set(value: A): void {
    this.#settle({ _tag: "Success", value })
  }

  /** Sets an error, which `get` throws, and wakes all who wait. */
  setException(error: unknown): void {
    this.#settle({ _tag: "Failure", error })
  }

  /** Takes over how a task ended; to be given to `task.link`. */
  readonly settle = (task: Task<A>): void => {
    const outcome = task.outcome
    if (outcome?._tag === "Success") this.set(outcome.value as A)
    else {
      try {
        task.result()
      } catch (error) {
        this.setException(error)
      }
    }
  }

  /** The value; throws the error. Waits until it is set; throws a `Timeout` when the time is up. */
  get(options?: Patience): A {
    return plain(resultGet, this, [options]) as A
  }

  /** Waits until it is set. Returns the value, or undefined for an error or when the time is up; never throws. */
  wait(options?: Patience): A | undefined {
    return plain(resultWait, this, [options]) as A | undefined
  }

  /** @internal Tells the waiter what was set, now or when it is. */
  enter(waiter: Waiter<Settled | typeof timedOut>): void {
    if (this.#outcome === null) this.#line.push(waiter)
    else waiter.serve(this.#outcome)
  }

  #settle(outcome: Settled): void {
    this.#outcome = outcome
    this.#line.serveAll(outcome)
  }
}

function* resultSet(this: AsyncResult<any>, ms: number | undefined): Steps<Settled | typeof timedOut> {
  return yield* new Wait<Settled | typeof timedOut>(
    labelOf(this, "a result"),
    (waiter) => this.enter(waiter),
    ms === undefined ? undefined : { ms, late: () => timedOut }
  )
}

function* resultGet(this: AsyncResult<any>, options?: Patience): Steps<any> {
  const ms = patienceOf(options)
  const outcome = yield* resultSet.call(this, ms)
  if (outcome === timedOut) throw new Timeout(ms)
  return settledValue(outcome)
}

function* resultWait(this: AsyncResult<any>, options?: Patience): Steps<any> {
  const outcome = yield* resultSet.call(this, patienceOf(options))
  return outcome === timedOut || outcome._tag === "Failure" ? undefined : outcome.value
}

stamp(AsyncResult.prototype.get, resultGet)
stamp(AsyncResult.prototype.wait, resultWait)
