/** A line of fibers that wait for one of a number of places: first come, first served. */
import type { Fiber } from "../../runtime/fiber.js"
import { Op } from "../../runtime/op.js"
import type { Steps } from "../../runtime/twin.js"

export class Line {
  private readonly waiting = new Set<Turn>()

  /** @param free how many places there are */
  constructor(private free: number) {}

  /** Waits for a place. Returns whether it is to be given back: not, where the plain driver goes ahead without one. */
  *enter(): Steps<boolean> {
    if (this.free === 0) return yield new Turn(this.waiting)
    this.free--
    return true
  }

  /** Gives a place back, to the first in the line. */
  leave(): void {
    const [first] = this.waiting
    if (first === undefined) this.free++
    else first.grant()
  }
}

class Turn extends Op<boolean> {
  readonly label = "a connection of the HTTP session"
  override readonly blocking = false
  private fiber: Fiber | null = null

  constructor(private readonly waiting: Set<Turn>) {
    super()
  }

  start(fiber: Fiber): void {
    this.fiber = fiber
    this.waiting.add(this)
  }

  cancel(): boolean {
    this.waiting.delete(this)
    return true
  }

  grant(): void {
    this.waiting.delete(this)
    this.fiber!.resume(this, true)
  }

  plain(): boolean {
    return false
  }
}
