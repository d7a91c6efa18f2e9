/**
 * A pause. Plain, it blocks the thread; in lifted code (see `twins/sleep.ts`) it holds up its own fiber only.
 */

/** What `sleep` throws when it is given no length of time. */
export class InvalidSleep extends TypeError {
  readonly _tag = "InvalidSleep"
  readonly code = "GREENLIFT_SLEEP_INVALID"
  override readonly name = "InvalidSleep"

  constructor(readonly given: unknown) {
    const shown = typeof given === "number" || given === null ? String(given) : `a value of type ${typeof given}`
    super(`sleep takes a number of milliseconds, not ${shown}: pass a number, 1500 for a second and a half.`)
  }
}

/** The milliseconds that an argument of `sleep` stands for: never negative. */
export const milliseconds = (given: unknown): number => {
  if (typeof given !== "number" || Number.isNaN(given)) throw new InvalidSleep(given)
  return Math.max(given, 0)
}

/** Nobody else ever sees this buffer, so nobody can end a wait on it. */
const nobodyNotifies = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))

/**
 * Waits.
 *
 * In a fiber, the others run meanwhile; a wait of 0 lets each of them have its turn. Time is the environment's `Clock`,
 * so under a `TestClock` an hour passes as soon as the test says so. Waits of the same length end in the order they began.
 * Interruption ends the wait at once. Called plainly, it blocks the thread.
 *
 * @param ms milliseconds; 0 by default, and so is anything negative; `Infinity` waits for ever
 * @throws InvalidSleep where `ms` is not a number
 *
 * @example
 * import { sleep } from "greenlift/blocking"
 *
 * for (const seconds of [1, 2, 4]) {
 *   sleep(seconds * 1000)
 * }
 */
export const sleep = (ms = 0): void => {
  Atomics.wait(nobodyNotifies, 0, 0, milliseconds(ms))
}
