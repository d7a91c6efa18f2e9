/** A line of fibers that wait for one of a number of places: first come, first served. */
import type { Fiber } from "../../runtime/fiber.js"
import { Op } from "../../runtime/op.js"
import { warnOfSharing } from "../../runtime/sharing.js"
import { current, type Steps } from "../../runtime/twin.js"

export class Line {
  /** Those who have a place. */
  readonly placed = new Set<Fiber>()
  private readonly waiting = new Set<Turn>()

  /** @param places how many places there are */
  constructor(
    private readonly session: object,
    private readonly places: number
  ) {}

  /** Waits for a place. Returns whether it is to be given back: not, where the plain driver goes ahead without one. */
  *enter(): Steps<boolean> {
    const { fiber, site } = current
    if (fiber === null) return false
    if (this.placed.size >= this.places) {
      if (this.places === 1)
        this.warn(fiber, site, "it waits for the other, for the session has one connection. Give it more")
      return yield new Turn(this.placed, this.waiting)
    }
    this.placed.add(fiber)
    return true
  }

  /** Warns that `fiber` uses the session while others do. */
  warn(fiber: Fiber, site: number, what: string): void {
    for (const other of this.placed) if (other !== fiber) warnOfSharing(this.session, fiber, site, other, what)
  }

  /** Gives the caller's place back, to the first in the line. */
  leave(): void {
    this.placed.delete(current.fiber!)
    const [first] = this.waiting
    first?.grant()
  }
}

class Turn extends Op<boolean> {
  readonly label = "a connection of the HTTP session"
  override readonly blocking = false
  private fiber: Fiber | null = null

  constructor(
    private readonly placed: Set<Fiber>,
    private readonly waiting: Set<Turn>
  ) {
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
    this.placed.add(this.fiber!)
    this.fiber!.resume(this, true)
  }

  plain(): boolean {
    return false
  }
}
