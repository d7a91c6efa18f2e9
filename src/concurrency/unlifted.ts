/**
 * What the toolbox does in a program that is not lifted, where one thing runs at a time: a wait blocks the thread for
 * as long as it is bounded, by itself or by a `Timeout` around it, and is a deadlock otherwise.
 */
import { current } from "../runtime/twin.js"
import { DeadlockError } from "./errors.js"

/** A timeout around code that is not lifted: when it is due, in ms of `performance.now()`, and what it throws. */
export interface Deadline {
  readonly due: number
  readonly expire: () => unknown
}

const deadlines = new Set<Deadline>()

/** The errors that deadlines threw and that are on their way to the timeouts they belong to. */
const passing = new Map<Deadline, unknown>()

/** Whether an error is on its way to a timeout around this code, so that nobody else is to keep it. */
export const isPassing = (error: unknown): boolean => {
  for (const thrown of passing.values()) if (thrown === error) return true
  return false
}

/** Runs `body` under a deadline, which the waits in it keep. */
export const underDeadline = <A>(deadline: Deadline, body: () => A): A => {
  deadlines.add(deadline)
  try {
    return body()
  } finally {
    deadlines.delete(deadline)
    passing.delete(deadline)
  }
}

/** Ends a deadline before its time. */
export const dropDeadline = (deadline: Deadline): void => {
  deadlines.delete(deadline)
}

const cell = new Int32Array(new SharedArrayBuffer(4))

/** Blocks the thread for `ms`, or until the first deadline around, which throws. */
export const block = (what: string, ms: number): void => {
  const now = performance.now()
  let first: Deadline | undefined
  for (const deadline of deadlines) if (first === undefined || deadline.due < first.due) first = deadline
  if (first !== undefined && first.due <= now + ms) {
    Atomics.wait(cell, 0, 0, Math.max(0, first.due - now))
    const error = first.expire()
    passing.set(first, error)
    throw error
  }
  if (ms === Infinity) throw deadlock(what)
  Atomics.wait(cell, 0, 0, ms)
}

const deadlock = (what: string): DeadlockError => {
  const fiber = current.fiber
  return new DeadlockError(
    fiber === null
      ? `${what} would wait for ever: this program is not lifted, so nothing else runs that could end the wait. ` +
          "Do first what it waits for, or run the program with `greenlift run`"
      : `${what} would block fiber ${fiber.name} for ever, and with it all others: a function that is not lifted ` +
          "stands between the fiber and this call (see the stack). Add its module to `lift`"
  )
}
