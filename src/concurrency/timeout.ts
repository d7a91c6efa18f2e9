/** Timeouts: scopes that end after a time. */
import { current, type Steps, stamp } from "../runtime/twin.js"
import { callable, milliseconds } from "./arguments.js"
import { type AnyFunction, callOf, perform, type ResultOf } from "./call.js"
import { ArgumentTypeError, GreenError } from "./errors.js"
import { after } from "./timer.js"
import { type Deadline, dropDeadline, underDeadline } from "./unlifted.js"

/**
 * What a `Timeout` throws when its time is up: itself (true, the default), nothing, ending its block quietly (false),
 * this error, or a new one of this class.
 */
export type TimeoutError = boolean | Error | (new () => Error)

/**
 * A block that ends after a time. When that is up, the wait that the block is in is abandoned and throws; a block that
 * is computing finds it thrown at its next wait. Timeouts nest: each throws its own error, so that an inner one never
 * swallows an outer one's, and none is armed outside of its block. It does not stop the cleanup of an interrupted task.
 * Unlifted, the waits of the toolbox keep to it.
 *
 * @example
 * import { sleep, Timeout } from "greenlift/green"
 *
 * const limit = new Timeout(100)
 * try {
 *   limit.run(() => sleep(5000))
 * } catch (error) {
 *   if (error !== limit) throw error
 *   console.log("too slow")
 * }
 */
export class Timeout extends GreenError {
  override readonly _tag = "Timeout"
  /** The mark by which `isTimeout` knows it. */
  readonly isTimeout = true
  readonly ms: number | null
  readonly #throws: TimeoutError
  #disarm: (() => void) | null = null

  /**
   * @param ms the time in milliseconds; with null it never comes
   * @param throws what to throw when it is up
   */
  constructor(ms: number | null = null, throws: TimeoutError = true) {
    super(
      "GREENLIFT_TIMEOUT",
      ms === null ? "a timeout without a time" : `timed out after ${ms} ms: allow more time, or catch this`
    )
    this.ms = ms === null ? null : milliseconds(ms, "ms")
    if (typeof throws !== "boolean" && typeof throws !== "function" && !(throws instanceof Error)) {
      throw new ArgumentTypeError("throws is neither an error nor a class of errors: give one, or true or false")
    }
    this.#throws = throws
  }

  /** Whether its block is running and its time is not up. */
  get pending(): boolean {
    return this.#disarm !== null
  }

  /** Lets its block go on for as long as it takes. */
  cancel(): void {
    this.#disarm?.()
    this.#disarm = null
  }

  /** Calls `body` under this timeout. Returns what it returns; undefined if it is a quiet one and its time is up. */
  run<A>(body: () => A): A | undefined {
    this.#begin(body)
    let expired: { readonly error: unknown } | null = null
    const expire = (): unknown => {
      this.cancel()
      expired = { error: this.#error() }
      return expired.error
    }
    if (this.ms === null) return body()
    const deadline: Deadline = { due: performance.now() + this.ms, expire }
    this.#disarm = () => dropDeadline(deadline)
    try {
      return underDeadline(deadline, body)
    } catch (error) {
      return this.#ended(error, expired)
    } finally {
      this.cancel()
    }
  }

  /** @internal The twin of `run`. */
  *running<A>(body: () => A): Steps<A | undefined> {
    this.#begin(body)
    const call = callOf(body, [])
    if (this.ms === null) return yield* perform(call)
    const fiber = current.fiber!
    let expired: { readonly error: unknown } | null = null
    const timer = after(fiber, this.ms, () => {
      this.#disarm = null
      expired = { error: this.#error() }
      fiber.throwIn(expired.error)
    })
    this.#disarm = () => timer.cancel()
    try {
      return yield* perform(call)
    } catch (error) {
      return this.#ended(error, expired)
    } finally {
      this.cancel()
      if (expired !== null) fiber.takeBack((expired as { readonly error: unknown }).error)
    }
  }

  /**
   * @internal Begins a block of which another keeps the time. Gives what to call when it is up, which tells what the block is
   * to throw, or undefined where it was cancelled.
   */
  begin(): () => { readonly error: unknown; readonly quietly: boolean } | undefined {
    this.#notTwice()
    let pending = true
    this.#disarm = () => {
      pending = false
    }
    return () => {
      if (!pending) return undefined
      this.cancel()
      return { error: this.#error(), quietly: this.#throws === false }
    }
  }

  #begin(body: unknown): void {
    callable(body, "body")
    this.#notTwice()
  }

  #notTwice(): void {
    if (this.pending) {
      throw new GreenError(
        "GREENLIFT_TIMEOUT_PENDING",
        "this timeout is running a block already: make a new one for this"
      )
    }
  }

  /** What its block ended with: passed on, unless this is a quiet timeout and the error its own. */
  #ended(error: unknown, expired: { readonly error: unknown } | null): undefined {
    if (this.#throws === false && error === expired?.error) return undefined
    throw error
  }

  #error(): unknown {
    if (typeof this.#throws === "function") return new this.#throws()
    return typeof this.#throws === "boolean" ? this : this.#throws
  }
}

stamp(Timeout.prototype.run, Timeout.prototype.running)

/** Whether an error says that a time was up: a `Timeout`, or one that bears the same mark. */
export const isTimeout = (error: unknown): boolean =>
  typeof error === "object" && error !== null && (error as { isTimeout?: unknown }).isTimeout === true

function* timeoutTwin<A, B>(ms: number, f: () => A, fallback?: () => B): Steps<A | B> {
  const limit = new Timeout(ms)
  try {
    return (yield* limit.running(f)) as A
  } catch (error) {
    if (error !== limit || fallback === undefined) throw error
    return yield* perform(callOf(fallback, []))
  }
}

/**
 * Calls `f`, for at most `ms` milliseconds. When they are up it throws a `Timeout`, or, where there is one, returns
 * what `fallback` returns. A timeout around this one passes through.
 *
 * @example
 * import { sleep, timeout } from "greenlift/green"
 *
 * const answer = timeout(100, () => { sleep(5000); return "late" }, () => "none")
 * console.log(answer)
 */
export const timeout = <A, B = A>(ms: number, f: () => A, fallback?: () => B): A | B => {
  const limit = new Timeout(ms)
  try {
    return limit.run(f) as A
  } catch (error) {
    if (error !== limit || fallback === undefined) throw error
    return fallback()
  }
}

stamp(timeout, timeoutTwin)

/**
 * Calls `f(...args)`, for at most `ms` milliseconds; then it throws a `Timeout`. The receiver is as with `spawn`.
 *
 * @example
 * import { isTimeout, sleep, withTimeout } from "greenlift/green"
 *
 * try {
 *   withTimeout(100, sleep, 5000)
 * } catch (error) {
 *   console.log(isTimeout(error))
 * }
 */
export const withTimeout = <F extends AnyFunction>(ms: number, f: F, ...args: Array<any>): ResultOf<F> => {
  const { f: target, self, args: rest } = callOf(f, args)
  return timeout(ms, () => Reflect.apply(target, self, rest as Array<unknown>))
}

stamp(withTimeout, function* (ms: number, f: AnyFunction, ...args: Array<any>): Steps<unknown> {
  const call = callOf(f, args)
  const body = stamp(
    () => undefined,
    () => perform(call)
  )
  return yield* new Timeout(ms).running(body)
})
