/**
 * The bound of a concurrent loop. A loop that stands in a turn of another shares the other's: its turns run in the slot of the
 * turn they belong to, which only waits for them, and in whatever slots are free. So the innermost work in flight is never
 * more than the outermost loop may have, and every loop that has begun can go on.
 */
import type { Turn } from "./turn.js"

/** The slots that loops share. */
export class Slots {
  private readonly waiting = new Set<Bound>()
  constructor(private free: number) {}

  take(): boolean {
    if (this.free === 0) return false
    this.free--
    return true
  }

  give(): void {
    this.free++
    this.wakeNext()
  }

  /** Tells the bound when a slot may be free; first come, first told. */
  wait(bound: Bound): void {
    this.waiting.add(bound)
  }

  /** The bound does not want to be told any more. */
  forget(bound: Bound): void {
    this.waiting.delete(bound)
  }

  /** Forgets a bound that takes no more slots; what it was told of, another hears. */
  leave(bound: Bound): void {
    this.forget(bound)
    if (this.free > 0) this.wakeNext()
  }

  private wakeNext(): void {
    const [next] = this.waiting
    if (next === undefined) return
    this.waiting.delete(next)
    next.wake()
  }
}

/** Which slot a turn runs in: one of the shared ones, or the one of the turn its loop stands in. */
export type Slot = "shared" | "lent"

/** One loop's part of the slots. */
export class Bound {
  wake: () => void = () => {}
  private lent = false

  /** @param lender the turn whose slots are shared, or undefined where they are the loop's own */
  constructor(
    readonly slots: Slots,
    private readonly lender: Turn | undefined
  ) {
    if (lender === undefined) return
    lender.borrowers ??= new Set()
    this.lent = lender.borrowers.size === 0
    lender.borrowers.add(this)
  }

  /** Takes a slot if there is one; where there is none, `wake` tells when to try again. */
  take(): Slot | null {
    this.slots.forget(this)
    if (this.lent) {
      this.lent = false
      return "lent"
    }
    if (this.slots.take()) return "shared"
    this.slots.wait(this)
    return null
  }

  give(slot: Slot): void {
    if (slot === "shared") return this.slots.give()
    this.lent = true
    this.wake()
  }

  /** The loop is through: the slot it was lent goes to the next loop of the turn. */
  close(): void {
    this.slots.leave(this)
    if (this.lender === undefined) return
    const { borrowers } = this.lender
    borrowers!.delete(this)
    const [next] = borrowers!
    if (this.lent) next?.give("lent")
  }
}
