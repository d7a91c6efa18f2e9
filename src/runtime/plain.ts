/**
 * The plain driver: runs a twin in place, with no fiber, by making each op's original call. It is how lifted code behaves
 * when code that is not lifted calls it: it blocks, as it always did. Where that happens inside a fiber it is reported.
 */
import { AsyncCall, rejected, resolved } from "./async-call.js"
import { hasCallers, leavesDriver } from "./callers.js"
import { Fiber } from "./fiber.js"
import { type Frame, push, type Running } from "./frames.js"
import { AwaitOp, Op } from "./op.js"
import { nativeFrames } from "./stack/frames.js"
import { current, type Driver, FAILED, type Twin, type Yielded } from "./twin.js"

const apply = Reflect.apply

/** A twin being run plainly: to its end, or, where it is an async function's, from one `await` to the next. */
export class PlainRun implements Driver {
  /** What the twin returned, or what it awaits. */
  value: unknown = undefined
  frames: Frame | null = null
  readonly bottom = null
  outer: Driver | null = null
  private awaits: AwaitOp | null = null
  private failed = false
  /** What \`current.depth\` was at the \`await\`. */
  private depth = -1

  constructor(private top: Running) {}

  /** Runs the body of an async function up to its first `await`, and gives its promise: from there on it is a fiber's. */
  static promise(call: AsyncCall, spawner: Fiber): Promise<unknown> {
    const run = new PlainRun(call.body)
    const { site } = current
    try {
      if (run.step()) return resolved(run.value)
    } catch (error) {
      return rejected(error)
    }
    return Fiber.awaiting(run.awaits!, {
      spawner,
      name: call.name,
      site,
      top: run.top,
      frames: run.frames,
      bottom: null
    })
  }

  /** Runs on. True at the end, \`value\` being the result; false at an \`await\`, \`value\` being what is awaited. */
  step(): boolean {
    const outer = current.depth
    if (this.depth >= 0) current.depth = this.depth
    this.outer = current.driver
    current.driver = this
    try {
      return this.run()
    } finally {
      this.depth = current.depth
      current.depth = outer
      current.driver = this.outer
      this.outer = null
    }
  }

  private run(): boolean {
    for (;;) {
      let result: IteratorResult<Yielded, unknown>
      try {
        result = this.failed ? this.top.throw!(this.value) : this.top.next(this.value)
      } catch (error) {
        const caller = this.pop()
        if (caller === null) {
          leavesDriver(error)
          throw error
        }
        this.failed = !caller.throws
        this.value = caller.throws ? FAILED : error
        if (caller.throws) {
          current.failure = error
          current.site = caller.site
        }
        continue
      }
      this.failed = false
      this.value = result.value
      if (result.done === true) {
        if (this.pop() === null) return true
        continue
      }
      const yielded = result.value
      if (yielded instanceof AwaitOp) {
        this.awaits = yielded
        this.value = yielded.awaited
        return false
      }
      if (yielded instanceof Op) this.perform(yielded)
      else if (yielded instanceof AsyncCall) this.value = PlainRun.promise(yielded, current.fiber!)
      else {
        this.frames = push(this.frames, this.top, yielded, null)
        this.top = yielded
        this.value = undefined
      }
    }
  }

  /** Goes on with the value of what was awaited, at the next step. */
  give(value: unknown): void {
    this.value = value
  }

  /** Throws at the \`await\`, at the next step. */
  fail(error: unknown): void {
    this.failed = true
    this.value = error
  }

  private pop(): Frame | null {
    const frame = this.frames
    if (frame === null) return null
    this.frames = frame.below
    this.top = frame.steps
    current.depth = frame.depth
    return frame
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
  const run = new PlainRun(apply(twin, self, args as Array<unknown>))
  run.step()
  return run.value
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
