/** Checks of arguments, with errors that name the argument and say what it may be. */
import { ArgumentTypeError, ArgumentValueError } from "./errors.js"

const shown = (value: unknown): string => (typeof value === "string" ? JSON.stringify(value) : String(value))

/** A whole number of at least `least`. */
export const wholeNumber = (value: unknown, name: string, least = 0): number => {
  if (typeof value !== "number") {
    throw new ArgumentTypeError(`${name} is ${shown(value)}: give a whole number of ${least} or more`)
  }
  if (!Number.isInteger(value) || value < least) {
    throw new ArgumentValueError(`${name} is ${value}: give a whole number of ${least} or more`)
  }
  return value
}

/** A whole number of at least 0, or Infinity; undefined and null stand for Infinity. */
export const capacity = (value: unknown, name: string): number =>
  value === undefined || value === null || value === Infinity ? Infinity : wholeNumber(value, name)

/** A span of time in ms; what is negative counts as 0. */
export const milliseconds = (value: unknown, name: string): number => {
  if (typeof value !== "number" || Number.isNaN(value)) {
    throw new ArgumentTypeError(`${name} is ${shown(value)}: give a number of milliseconds`)
  }
  return Math.max(0, value)
}

/** An object of options. */
export const record = (value: unknown, name: string): void => {
  if (typeof value !== "object" || value === null) {
    throw new ArgumentTypeError(
      `${name} is ${shown(value)}: give an object, as { max: 4 } or { concurrency: 4 } is one`
    )
  }
}

/** A function to call. */
export const callable = (value: unknown, name: string): void => {
  if (typeof value !== "function") throw new ArgumentTypeError(`${name} is ${shown(value)}: give a function`)
}

/** How long a wait may take. */
export interface Patience {
  /** False: don't wait at all. Default true. */
  readonly block?: boolean | undefined
  /** The longest wait, in ms; default for ever. */
  readonly timeout?: number | undefined
}

/** The longest wait in ms: 0 for one that must not wait, undefined for one that may take for ever. */
export const patienceOf = (options: Patience | undefined): number | undefined => {
  if (options === undefined) return undefined
  const { block = true, timeout } = options
  if (timeout === undefined) return block ? undefined : 0
  if (!block) throw new ArgumentValueError("a wait with block: false takes no timeout: leave one of them out")
  if (timeout < 0) throw new ArgumentValueError(`timeout is ${timeout}: give a number of milliseconds of 0 or more`)
  return milliseconds(timeout, "timeout")
}
