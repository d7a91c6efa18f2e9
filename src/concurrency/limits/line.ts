/** The line in front of something that is limited: first come, first served. */
import type { Steps } from "../../runtime/twin.js"
import { current } from "../../runtime/twin.js"
import { Semaphore } from "../semaphore.js"
import { Sleep } from "../timer.js"
import { Wait } from "../waiter.js"

/** A wait for a place. Code that is not lifted cannot wait for others: it goes ahead, without a place. */
class Turn extends Wait<boolean> {
  override plain(): boolean {
    return false
  }
}

/** So many places, and a line for them. */
export class Places {
  private readonly semaphore: Semaphore

  constructor(
    private readonly label: string,
    private readonly count: number
  ) {
    this.semaphore = new Semaphore(count)
  }

  get waiting(): number {
    return this.semaphore.waiting
  }

  get isEmpty(): boolean {
    return this.semaphore.balance === this.count
  }

  /** Takes a place if one is free. */
  take(): boolean {
    return this.semaphore.take()
  }

  /** Waits for a place. Returns whether there is one to be given back. */
  *enter(): Steps<boolean> {
    return this.semaphore.take() || (yield* new Turn(this.label, (waiter) => this.semaphore.enter(waiter)))
  }

  leave(): void {
    this.semaphore.release()
  }
}

/** A sleep that is none of the program's own: it is not counted as a call that blocks. */
export class Pause extends Sleep {
  override readonly blocking = false

  constructor(
    ms: number,
    private readonly what: string
  ) {
    super(ms)
  }

  override get label(): string {
    return `${this.what} (${Math.ceil(this.ms)} ms)`
  }
}

/** The time by the clock of the run, or the machine's, in ms; only differences mean something. */
export const now = (): number => current.fiber?.run.host.now() ?? performance.now()
