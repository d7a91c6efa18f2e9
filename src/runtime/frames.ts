/**
 * The explicit stack of a driver: the callers that handed their callees to it instead of delegating to them. It is linked,
 * for a program may have changed what arrays do.
 */
import { AsyncCall } from "./async-call.js"
import { current, type Driver, type Trace, type Yielded } from "./twin.js"

/** A twin that a driver can run. */
export type Running = Iterator<Yielded, unknown, any>

/** A caller, where it stands. */
export interface Frame {
  readonly steps: Running
  /** The site of its call. */
  readonly site: number
  /** What `current.depth` was. */
  readonly depth: number
  readonly below: Frame | null
  /** How many callers stand here, this one included. */
  readonly height: number
  /** Whether it takes a failure as `FAILED`. */
  readonly throws: boolean
  /** The callers below it that delegate, which were on the native stack. */
  readonly trace: Trace | null
  /** What it called, where that is an async function whose promise it wants. */
  readonly call: AsyncCall | null
}

/** The frames of an async function's body, taken off the stack that it began on. */
export interface Body {
  readonly call: AsyncCall
  readonly site: number
  readonly depth: number
  readonly top: Running
  readonly frames: Frame | null
  /** The frame below its own. */
  readonly bottom: Frame
}

/** A twin on top, and those who wait for it. */
export class Stack implements Driver {
  frames: Frame | null = null
  outer: Driver | null = null
  /** The innermost frame that called an async function and wants its promise. */
  protected asyncFrame: Frame | null = null
  /** The frame below its own, where it was taken off another stack. */
  bottom: Frame | null = null

  constructor(protected top: Running) {}

  /** Puts a callee on top, which begins at depth 0. */
  protected push(callee: Running): void {
    const call = callee instanceof AsyncCall ? callee : null
    const below = this.frames
    const throws = current.handed === callee
    const frame = {
      steps: this.top,
      site: current.site,
      depth: current.depth,
      below,
      height: below === null ? 1 : below.height + 1,
      throws,
      trace: throws ? current.trace : null,
      call
    }
    this.frames = frame
    current.depth = 0
    if (call === null) this.top = callee
    else {
      this.top = call.body
      call.outer = this.asyncFrame
      this.asyncFrame = frame
    }
  }

  /** Goes back to the caller of the twin on top; null where there is none. */
  protected pop(): Frame | null {
    const frame = this.frames
    if (frame === this.bottom) return null
    this.backTo(frame!)
    return frame
  }

  /** Takes off what runs above the innermost caller that wants a promise, and goes back to that caller. */
  protected take(): Body {
    const bottom = this.asyncFrame!
    const { frames, top } = this
    const { depth } = current
    this.backTo(bottom)
    return { call: bottom.call!, site: bottom.site, depth, top, frames, bottom }
  }

  /** Goes on with the frames of an async function's body. */
  protected restore(body: Body): void {
    this.frames = body.frames
    this.bottom = body.bottom
  }

  private backTo(frame: Frame): void {
    this.frames = frame.below
    this.top = frame.steps
    current.depth = frame.depth
    if (frame.call !== null) this.asyncFrame = frame.call.outer
  }
}
