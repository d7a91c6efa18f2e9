/** The ops of the toolbox's threads. */
import type { Fiber } from "../../runtime/fiber.js"
import { Op } from "../../runtime/op.js"
import { resultOf, type Settled } from "./outcome.js"
import type { Thread } from "./thread.js"
import { Job, threads } from "./threads.js"
import type { Packed, Request } from "./wire.js"

/** A job for whichever thread is free. Interruption ends the thread that runs it. */
export class JobOp<A> extends Op<A> {
  private job: Job | null = null

  constructor(
    readonly label: string,
    private readonly request: Request,
    private readonly read: (packed: Packed) => A,
    readonly plain: () => A
  ) {
    super()
  }

  start(fiber: Fiber): void {
    const began = (): void => {
      this.began = performance.now()
    }
    this.job = new Job(this.request, began, (settled) => settle(fiber, this, settled, this.read))
    threads.submit(this.job)
  }

  cancel(): boolean {
    threads.giveUp(this.job!)
    return true
  }
}

/**
 * Something to be done in a certain thread, where objects live. Interruption lets it be done, so that they stay whole,
 * and nobody hears of it.
 */
export class DeedOp<A> extends Op<A> {
  private takeBack: () => void = () => {}

  constructor(
    readonly label: string,
    private readonly thread: Thread,
    private readonly request: Request,
    private readonly read: (packed: Packed) => A
  ) {
    super()
  }

  start(fiber: Fiber): void {
    this.takeBack = this.thread.ask(this.request, (settled) => settle(fiber, this, settled, this.read))
  }

  cancel(): boolean {
    this.takeBack()
    return true
  }

  plain(): A {
    return resultOf(this.thread.askNow(this.request), this.read)
  }
}

const settle = <A>(fiber: Fiber, op: Op<A>, settled: Settled, read: (packed: Packed) => A): void => {
  let value: A
  try {
    value = resultOf(settled, read)
  } catch (error) {
    fiber.reject(op, error)
    return
  }
  fiber.resume(op, value)
}
