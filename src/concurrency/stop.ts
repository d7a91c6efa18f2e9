/** How to stop a task: the two ways, and what one who stops itself does. */
import type { Fiber } from "../runtime/fiber.js"
import { Op } from "../runtime/op.js"
import { current, type Steps } from "../runtime/twin.js"
import { TaskKilled } from "./errors.js"
import { Ended } from "./join.js"

/** How to kill a task. */
export interface KillOptions {
  /**
   * What to throw at the task's wait, where it may be caught. Left out, the task is interrupted: its `finally` blocks
   * run, and no `catch` sees it.
   */
  readonly error?: unknown
  /** Whether to wait until the task's cleanup is through. Default true. */
  readonly wait?: boolean
}

/** What one who stopped itself waits for, and never gets. */
class Stop extends Op<never> {
  readonly label = "its own end"
  override readonly blocking = false
  constructor(private readonly task: string) {
    super()
  }
  start(): void {}
  cancel(): boolean {
    return true
  }
  plain(): never {
    throw new TaskKilled(this.task)
  }
}

/** Tells a fiber to stop, at its wait: by an error where there is one, which nobody else is to be told of again. */
export const tellToStop = (fiber: Fiber, error: unknown): void => {
  if (error === undefined) return fiber.interrupt()
  fiber.throwIn(error)
  fiber.onEnd((outcome) => {
    if (outcome._tag === "Failure" && outcome.error === error) fiber.observe()
  })
}

/** Stops a fiber, and waits for its cleanup unless told otherwise. One that stops itself goes no further. */
export function* stopping(fiber: Fiber | null, { error, wait = true }: KillOptions = {}): Steps<void> {
  if (fiber === null || fiber.state === "done") return
  if (fiber === current.fiber) {
    if (error !== undefined) throw error
    if (fiber.interrupted) return
    fiber.interrupt()
    yield* new Stop(fiber.name)
  }
  tellToStop(fiber, error)
  if (wait) yield* new Ended(fiber)
}
