/**
 * The plain driver: runs a twin in place, with no fiber, by making each op's original call. It is how lifted code behaves
 * when code that is not lifted calls it: it blocks, as it always did. Where that happens inside a fiber it is reported.
 */
import { addFrame, hasCallers } from "./callers.js"
import { AwaitOp, Op } from "./op.js"
import { current, type Twin, type Yielded } from "./twin.js"

const apply = Reflect.apply

/** A twin being run plainly: to its end, or, where it is an async function's, from one `await` to the next. */
export class PlainRun {
  /** What the twin returned, or what it awaits. */
  value: unknown = undefined
  private top: Iterator<Yielded, unknown, any>
  private frames: Array<Iterator<Yielded, unknown, any>> | undefined = undefined
  private sites: Array<number> | undefined = undefined
  private failed = false

  constructor(twin: Twin, self: unknown, args: ArrayLike<unknown>) {
    this.top = apply(twin, self, args as Array<unknown>)
  }

  /** Runs on. True at the end, `value` being the result; false at an `await`, `value` being what is awaited. */
  step(): boolean {
    for (;;) {
      let result: IteratorResult<Yielded, unknown>
      try {
        result = this.failed ? this.top.throw!(this.value) : this.top.next(this.value)
      } catch (error) {
        if (this.sites !== undefined && this.sites.length > 0) addFrame(error, this.sites.at(-1)!)
        if (!this.pop()) throw error
        this.fail(error)
        continue
      }
      this.failed = false
      this.value = result.value
      if (result.done === true) {
        if (!this.pop()) return true
        continue
      }
      const yielded = result.value
      if (yielded instanceof AwaitOp) {
        this.value = yielded.awaited
        return false
      }
      if (yielded instanceof Op) this.perform(yielded)
      else {
        ;(this.frames ??= []).push(this.top)
        ;(this.sites ??= []).push(current.site)
        this.top = yielded
        this.value = undefined
      }
    }
  }

  /** Goes on with the value of what was awaited, at the next step. */
  give(value: unknown): void {
    this.value = value
  }

  /** Throws at the `await`, at the next step. */
  fail(error: unknown): void {
    this.failed = true
    this.value = error
  }

  private pop(): boolean {
    const frame = this.frames?.pop()
    if (frame === undefined) return false
    this.sites!.pop()
    this.top = frame
    return true
  }

  private perform(op: Op): void {
    op.site = current.site
    try {
      this.value = performPlainly(op)
    } catch (error) {
      hasCallers(error)
      this.fail(error)
    }
  }
}

/** Runs `twin` to its end on the spot. */
export const plain = (twin: Twin, self: unknown, args: ArrayLike<unknown>): unknown => {
  const run = new PlainRun(twin, self, args)
  run.step()
  return run.value
}

const performPlainly = (op: Op): unknown => {
  const fiber = current.fiber
  if (fiber === null || fiber.run.instruments.length === 0 || !op.blocking) return op.plain()
  const stack = new Error().stack ?? ""
  const began = performance.now()
  current.fiber = null
  try {
    return op.plain()
  } finally {
    current.fiber = fiber
    const blocked = { op, ms: performance.now() - began, stack }
    for (const instrument of fiber.run.instruments) instrument.blocked?.(fiber, blocked)
  }
}
