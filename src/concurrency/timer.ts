/**
 * Time: by the machine's clock where the run uses it, by the environment's `Clock` otherwise, so that `TestClock`
 * rules.
 */
import * as Effect from "effect/Effect"
import type { Fiber } from "../runtime/fiber.js"
import { spawn } from "../runtime/host.js"
import { effectOp } from "../runtime/op.js"
import { type Steps, stamp } from "../runtime/twin.js"
import { SleepOp } from "../twins/sleep.js"
import { milliseconds } from "./arguments.js"
import { block } from "./unlifted.js"

/** A timer that is set. */
export interface Timer {
  cancel(): void
}

const longestTimer = 2 ** 31 - 1

class LiveTimer implements Timer {
  private handle: NodeJS.Timeout

  constructor(
    private left: number,
    private readonly fire: () => void
  ) {
    this.left = Math.ceil(left)
    this.handle = this.arm()
  }

  private arm(): NodeJS.Timeout {
    const ms = Math.min(this.left, longestTimer)
    this.left -= ms
    return setTimeout(this.due, ms)
  }

  private readonly due = (): void => {
    if (this.left > 0) this.handle = this.arm()
    else this.fire()
  }

  cancel(): void {
    clearTimeout(this.handle)
  }
}

function* sleepThen(ms: number, fire: () => void): Steps<void> {
  yield* effectOp("timer", Effect.sleep(ms), () => {})
  fire()
}

/**
 * Calls `fire` in `ms`, unless it is cancelled or `fiber` ends before. Equal timers fire in the order they were set.
 */
export const after = (fiber: Fiber, ms: number, fire: () => void): Timer => {
  if (fiber.run.liveClock) return new LiveTimer(ms, fire)
  const timer = spawn(fiber, "timer", sleepThen(ms, fire))
  return { cancel: () => timer.interrupt() }
}

/** A sleep that, unlifted, keeps to the timeouts around it. */
export class Sleep extends SleepOp {
  override plain(): void {
    block(this.label, this.ms)
  }
}

/**
 * Waits for `ms` milliseconds, 0 by default: then it only lets everyone else who is ready take a turn. Unlifted, it
 * blocks.
 *
 * @example
 * import { sleep, spawn } from "greenlift/green"
 *
 * const task = spawn(() => { sleep(200); return "rested" })
 * console.log(task.wait())
 */
export const sleep = (ms = 0): void => block(`sleep ${ms} ms`, milliseconds(ms, "ms"))

stamp(sleep, function* (ms = 0): Steps<void> {
  yield* new Sleep(milliseconds(ms, "ms"))
})
