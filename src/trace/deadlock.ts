/**
 * Deadlocks: every fiber waits, and nothing is alive in the process that could wake one: no timer, no socket, no child.
 * Node tells by `beforeExit`, so that nothing needs to be watched; by itself it would then end the process, quietly. Instead
 * a `DeadlockError` that lists who waits for what is thrown at the wait of the run's first fiber.
 */
import { DeadlockError } from "../concurrency/errors.js"
import { describeError } from "../loader/stack.js"
import type { Fiber, Run } from "../runtime/fiber.js"
import { childrenOf, runs } from "../runtime/runs.js"
import { type FiberInfo, fibers, waitOf } from "./dump.js"

const waits = (fiber: FiberInfo): Array<string> => [
  ...(fiber.waitsFor === null ? [] : [waitOf(fiber)]),
  ...fiber.children.flatMap(waits)
]

const deadlock = (run: Run): DeadlockError => {
  const root = fibers().find(({ id }) => id === run.root!.id)!
  return new DeadlockError(
    [
      "every fiber waits, and nothing else is alive that could wake one:",
      ...waits(root).map((each) => `  ${each}`),
      "Let one of them go on without the others, or give its wait a timeout"
    ].join("\n")
  )
}

/** The fiber to tell: the first one, or where that is through, the first it owns that waits. */
const victimOf = (fiber: Fiber): Fiber | undefined => {
  if (fiber.waiting !== null) return fiber.interrupted ? undefined : fiber
  for (const child of childrenOf(fiber)) {
    const found = victimOf(child)
    if (found !== undefined) return found
  }
  return undefined
}

/** How far each run was when the event loop last ran dry. */
const seen = new WeakMap<Run, number>()

/** Has the loop run once more, and with it say whether it has run dry again. */
const again = (): void => void setImmediate(() => {})

/**
 * The loop has run dry. Others hear of that too, and may begin something, so that a run counts as stuck only when it is found
 * again where it was.
 */
const dry = (): void => {
  for (const run of runs) {
    const { drains } = run.ready
    if (seen.get(run) !== drains) {
      seen.set(run, drains)
      again()
      continue
    }
    const error = deadlock(run)
    const victim = victimOf(run.root!)
    if (victim !== undefined) {
      victim.throwIn(error)
      again()
    } else {
      process.stderr.write(`greenlift: ${describeError(error)}\n`)
      process.exitCode ||= 1
    }
  }
}

let watching = false

/** Makes deadlocks of this process errors. Costs nothing until the event loop has run dry. */
export const detectDeadlocks = (): void => {
  if (watching) return
  watching = true
  process.on("beforeExit", dry)
}
