/**
 * Ops: what a twin yields when it has to wait.
 *
 * An op knows two ways to be performed: `start`, inside a fiber, without holding up the others; and `plain`, the
 * original blocking call, for when lifted code is called from code that is not lifted.
 */
import { types } from "node:util"
import type * as Effect from "effect/Effect"
import { peek } from "./builtins/operations.js"
import { withCallers } from "./callers.js"
import type { Fiber } from "./fiber.js"
import { current } from "./twin.js"

const { isPromise } = types

export abstract class Op<A = unknown> {
  /** What is waited for, as a person would say it: `sleep 200 ms`, `GET http://…`. */
  abstract readonly label: string

  /** Whether this stands for a call that blocks without greenlift: those are timed and counted by call site. */
  readonly blocking: boolean = true

  /** The call site that led here, set by the driver. */
  site = 0

  /**
   * When the work itself began, in ms of `performance.now()`; set by the driver as the op starts. An op that first
   * queues for a connection sets it again when it has one, so that waiting in line does not count as the call's own time.
   */
  began = 0

  private yielded = false

  /**
   * Begins the work. Afterwards exactly one of `fiber.resume(this, value)` and `fiber.reject(this, error)` is to be
   * called, now or later; a second call, and any call after `cancel`, is ignored.
   */
  abstract start(fiber: Fiber): void

  /**
   * Abandons the work that `start` began. Called at most once, and only before the op has settled. Returns true where
   * that is done at once; false where it takes time: then the op calls `fiber.abandoned(this)` when it is through (or
   * settles after all).
   */
  abstract cancel(fiber: Fiber): boolean

  /** The original call, blocking. Returns or throws what the op would have. */
  abstract plain(): A

  /** The fibers that could end the wait, where it is known who they are: for dumps. */
  holders(): ReadonlyArray<Fiber> {
    return []
  }

  /** An op is an iterator of itself, so that a twin performs it by `yield* op` and gets the value, typed. */
  [Symbol.iterator](): Generator<Op<any>, A, any> {
    this.yielded = false
    return this as unknown as Generator<Op<any>, A, any>
  }

  next(value?: unknown): IteratorResult<Op<any>, A> {
    if (this.yielded) return { done: true, value: value as A }
    this.yielded = true
    return { done: false, value: this }
  }

  /** Runs with every frame of the twin on the stack: the moment to give an error the stack of the call that failed. */
  throw(error: unknown): never {
    throw withCallers(error)
  }
}

/** Starts the work and returns how to abandon it, or nothing where that takes nothing. */
export type Start<A> = (resume: (value: A) => void, reject: (error: unknown) => void) => (() => void) | undefined

class NativeOp<A> extends Op<A> {
  private abandon: (() => void) | undefined = undefined

  constructor(
    readonly label: string,
    private readonly begin: Start<A>,
    readonly plain: () => A
  ) {
    super()
  }

  start(fiber: Fiber): void {
    this.abandon = this.begin(
      (value) => fiber.resume(this, value),
      (error) => fiber.reject(this, error)
    )
  }

  cancel(): boolean {
    this.abandon?.()
    return true
  }
}

/**
 * An op performed natively, without Effect's run loop: for waits that must be cheap to resume.
 *
 * @example
 * import { nativeOp } from "greenlift/runtime"
 *
 * const pause = (ms: number) =>
 *   nativeOp<void>(`pause ${ms} ms`, (resume) => {
 *     const timer = setTimeout(resume, ms)
 *     return () => clearTimeout(timer)
 *   }, () => { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms) })
 */
export const nativeOp = <A>(label: string, start: Start<A>, plain: () => A): Op<A> => new NativeOp(label, start, plain)

/** See `effectOp`. */
export class EffectOp<A, E> extends Op<A> {
  constructor(
    readonly label: string,
    private readonly effect: Effect.Effect<A, E, any>,
    readonly plain: () => A
  ) {
    super()
  }

  start(fiber: Fiber): void {
    fiber.run.host.perform(fiber, this, this.effect)
  }

  cancel(fiber: Fiber): boolean {
    fiber.run.host.cancel(fiber)
    return false
  }
}

/**
 * An op performed by an Effect, which runs in the fiber's own Effect fiber, with its context and its references. A
 * failure is thrown at the call; interruption interrupts the Effect and waits for its finalizers.
 */
export const effectOp = <A, E, R>(label: string, effect: Effect.Effect<A, E, R>, plain: () => A): Op<A> =>
  new EffectOp(label, effect, plain)

/**
 * What `await` is in a lifted async function: the fiber is suspended until the promise settles, and goes on in the very
 * microtask in which the function would have gone on. Interruption abandons the wait; the promise is left alone.
 */
export class AwaitOp extends Op<unknown> {
  override readonly blocking: boolean

  /** @param at the call site of the `await` */
  constructor(
    readonly awaited: unknown,
    readonly at: number
  ) {
    super()
    this.blocking = isThenable(awaited)
  }

  get label(): string {
    return "a promise"
  }

  override [Symbol.iterator](): Generator<Op<any>, unknown, any> {
    current.site = this.at
    return super[Symbol.iterator]()
  }

  start(fiber: Fiber): void {
    void this.settle(fiber)
  }

  private async settle(fiber: Fiber): Promise<void> {
    let value: unknown
    let failed = false
    try {
      value = await this.awaited
    } catch (error) {
      value = error
      failed = true
    }
    fiber.resumeNow(this, failed, value)
  }

  cancel(): boolean {
    return true
  }

  plain(): unknown {
    return this.awaited
  }
}

/** Whether a value is a promise or looks like one, found out without running any of the program's code. */
export const isThenable = (value: unknown): boolean => isPromise(value) || typeof peek(value, "then") === "function"
