/**
 * The plain driver: runs a twin in place, with no fiber, by making each op's original call. It is how lifted code behaves
 * when code that is not lifted calls it: it blocks, as it always did. Where that happens inside a fiber it is reported.
 */
import { rejected, resolved } from "./async-call.js"
import { hasCallers, leavesDriver } from "./callers.js"
import { Fiber } from "./fiber.js"
import { type Body, type Running, Stack } from "./frames.js"
import { AwaitOp, Op } from "./op.js"
import { nativeFrames } from "./stack/frames.js"
import { current, FAILED, type Twin, type Yielded } from "./twin.js"

const apply = Reflect.apply

/** A twin being run plainly: to its end, or, where it is an async function's, from one `await` to the next. */
export class PlainRun extends Stack {
  /** What the twin returned, or what it awaits. */
  value: unknown = undefined
  private failed = false
  /** What `current.depth` was at the `await`. */
  private depth = -1

  /** Spelled out, as in every class of a driver's: an implied constructor would iterate its arguments, as arrays now do. */
  constructor(top: Running) {
    super(top)
  }

  /**
   * Runs on, from what the twin has yielded where that is given. True at the end, `value` being the result; false at an
   * `await`, `value` being what is awaited.
   */
  step(yielded: IteratorResult<Yielded, unknown> | null = null): boolean {
    const outer = current.depth
    if (this.depth >= 0) current.depth = this.depth
    this.outer = current.driver
    current.driver = this
    try {
      return this.run(yielded)
    } finally {
      this.depth = current.depth
      current.depth = outer
      current.driver = this.outer
      this.outer = null
    }
  }

  /** Runs on from what the twin has yielded. */
  private run(yielded: IteratorResult<Yielded, unknown> | null): boolean {
    for (let result = yielded; ; result = null) {
      try {
        result ??= this.resume()
      } catch (error) {
        const caller = this.pop()
        if (caller === null) {
          leavesDriver(error)
          throw error
        }
        if (caller.call !== null) this.give(rejected(error))
        else if (caller.throws) {
          this.give(FAILED)
          current.failure = error
          current.site = caller.site
        } else this.fail(error)
        continue
      }
      this.failed = false
      this.value = result.value
      if (result.done === true) {
        const caller = this.pop()
        if (caller === null) return true
        if (caller.call !== null) this.value = resolved(this.value)
        continue
      }
      const wanted = result.value
      if (wanted instanceof AwaitOp && this.asyncFrame !== null) this.value = promiseOf(wanted, this.take())
      else if (wanted instanceof Op) {
        if (!this.perform(wanted)) return false
      } else {
        this.push(wanted)
        this.value = undefined
      }
    }
  }

  /** Has the twin on top go on. */
  protected resume(): IteratorResult<Yielded, unknown> {
    return this.failed ? this.top.throw!(this.value) : this.top.next(this.value)
  }

  /** Goes on with the value of what was awaited, at the next step. */
  give(value: unknown): void {
    this.failed = false
    this.value = value
  }

  /** Throws at the `await`, at the next step. */
  fail(error: unknown): void {
    this.failed = true
    this.value = error
  }

  /** Goes on with a body that awaits, from one `await` to the next. */
  async through(body: Body, awaited: unknown): Promise<unknown> {
    this.restore(body)
    this.depth = body.depth
    for (let value = awaited; ; value = this.value) {
      try {
        this.give(await value)
      } catch (error) {
        this.fail(error)
      }
      if (this.step()) return this.value
    }
  }

  /** Performs an op on the spot, or, where it takes whoever runs this to do so, gives false. */
  protected perform(op: Op): boolean {
    if (op instanceof AwaitOp) {
      this.value = op.awaited
      return false
    }
    op.site = current.site
    try {
      this.value = performPlainly(op)
    } catch (error) {
      hasCallers(error)
      this.fail(error)
    }
    return true
  }
}

/**
 * The promise of an async function that awaits for the first time. In a fiber, whatever ran plainly until now, the rest need
 * not: it goes on as a fiber of its own.
 */
const promiseOf = (op: AwaitOp, body: Body): Promise<unknown> =>
  current.fiber === null ? new PlainRun(body.top).through(body, op.awaited) : Fiber.awaiting(op, body, current.fiber)

/** Runs `twin` to its end on the spot. Most have nothing to wait for, and need no driver. */
export const plain = (twin: Twin, self: unknown, args: ArrayLike<unknown>): unknown => {
  const { depth } = current
  const top = apply(twin, self, args as Array<unknown>)
  try {
    const result = top.next()
    if (result.done === true) return result.value
    const run = new PlainRun(top)
    run.step(result)
    return run.value
  } finally {
    current.depth = depth
  }
}

const performPlainly = (op: Op): unknown => {
  const fiber = current.fiber
  if (fiber === null || fiber.run.instruments.length === 0 || !op.blocking) return op.plain()
  const stack = nativeFrames().join("\n")
  const began = performance.now()
  current.fiber = null
  try {
    return op.plain()
  } finally {
    current.fiber = fiber
    const blocked = { op, ms: performance.now() - began, stack }
    const { instruments } = fiber.run
    for (let i = 0; i < instruments.length; i++) instruments[i]!.blocked?.(fiber, blocked)
  }
}
