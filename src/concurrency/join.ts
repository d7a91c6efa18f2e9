/** Waiting for a fiber to end, and seeing through such waits who holds up whom. */
import type { Fiber, Outcome } from "../runtime/fiber.js"
import { Op } from "../runtime/op.js"
import { DeadlockError } from "./errors.js"
import { block } from "./unlifted.js"
import { type Enter, Wait } from "./waiter.js"

/** A pool whose members may all come to wait for someone who waits for a slot in it. */
export interface Slots {
  /** Those who have one. */
  readonly members: ReadonlyArray<Fiber>
  /** Called when someone began to wait for a fiber that waits, perhaps through others, for a slot. */
  untangle(): void
}

/** A wait for a slot. False means: there will be none, go without. */
export class SlotWait extends Wait<boolean> {
  constructor(
    label: string,
    enter: Enter<boolean>,
    readonly slots: Slots
  ) {
    super(label, enter)
  }

  override holders(): ReadonlyArray<Fiber> {
    return this.slots.members
  }
}

/** Waits until a fiber has ended, however it does. */
export class Ended extends Op<void> {
  override readonly blocking = false
  private waiter: Fiber | null = null

  constructor(readonly target: Fiber) {
    super()
  }

  get label(): string {
    return `the end of task ${this.target.name}`
  }

  start(fiber: Fiber): void {
    const tangled = slotBehind(this.target, fiber)
    this.waiter = fiber
    this.target.onEnd(this.settle)
    tangled?.untangle()
  }

  cancel(): boolean {
    this.target.offEnd(this.settle)
    return true
  }

  override holders(): ReadonlyArray<Fiber> {
    return [this.target]
  }

  plain(): void {
    if (this.target.state !== "done") block(this.label, Infinity)
  }

  /** The fiber has ended like this. */
  protected ended(_outcome: Outcome): void {}

  private readonly settle = (outcome: Outcome): void => {
    this.ended(outcome)
    this.waiter!.resume(this, undefined)
  }
}

/** Waits for a fiber in order to take its result: a failure has then come to someone. */
export class Taken extends Ended {
  protected override ended(outcome: Outcome): void {
    if (outcome._tag === "Failure") this.target.observe()
  }
}

/** Waits on when the waiter is told to stop, which it then learns afterwards. */
export class EndedSurely extends Ended {
  override cancel(): boolean {
    return false
  }
}

/** The slots that `target` waits for, perhaps through other tasks. It is a deadlock if it waits for `waiter` itself. */
const slotBehind = (target: Fiber, waiter: Fiber): Slots | undefined => {
  const names = [waiter.name]
  for (let at = target; ; ) {
    names.push(at.name)
    if (at === waiter) {
      throw new DeadlockError(
        `tasks wait for each other in a ring: ${names.join(" → ")}. Let one of them end without waiting for the next`
      )
    }
    const op = at.waiting
    if (op instanceof SlotWait) return op.slots
    if (!(op instanceof Ended)) return undefined
    at = op.target
  }
}

/** Whether `fiber` waits, perhaps through other tasks, for `culprit` or for one of `slots`. */
export const heldUp = (fiber: Fiber, slots: Slots, culprit: Fiber | null): boolean => {
  if (fiber === culprit) return true
  if (fiber.state === "closing") {
    for (let child = fiber.firstChild; child !== null; child = child.nextSibling) {
      if (heldUp(child, slots, culprit)) return true
    }
    return false
  }
  const op = fiber.waiting
  if (op instanceof SlotWait) return op.slots === slots
  return op instanceof Ended && heldUp(op.target, slots, culprit)
}
