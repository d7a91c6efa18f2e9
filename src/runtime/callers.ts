/**
 * The stack of the call that failed. What an op fails with was made in some callback of Node's, and its stack knows nothing
 * of the program. Without greenlift it would have been thrown below the program's own frames; these are added.
 */
import { siteOf } from "./sites.js"

const framesEnough = 60

const traced = new WeakSet<Error>()

/** Says that an error was thrown below the program's own frames, so that its stack has them. */
export const hasCallers = (error: unknown): void => {
  if (error instanceof Error) traced.add(error)
}

/** Adds the frames that are on the stack now to an error's own. Anything else comes back as it is. */
export const withCallers = (error: unknown): unknown => {
  if (!(error instanceof Error) || traced.has(error)) return error
  traced.add(error)
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = framesEnough
  const here: { stack?: string } = {}
  Error.captureStackTrace(here, withCallers)
  const frames = (here.stack ?? "").split("\n").slice(1).join("\n")
  Error.stackTraceLimit = limit
  try {
    error.stack = `${error.stack ?? String(error)}\n${frames}`
  } catch {
    return error
  }
  return error
}

const added = new WeakMap<Error, number>()

/** Adds the caller at a site to the stack of an error that has passed it: one that the native stack does not show. */
export const addFrame = (error: unknown, site: number): void => {
  if (!(error instanceof Error)) return
  const count = added.get(error) ?? 0
  if (count >= framesEnough) return
  added.set(error, count + 1)
  const { within, file, line, column } = siteOf(site)
  try {
    error.stack = `${error.stack ?? String(error)}\n    at ${within} (${file}:${line}:${column})`
  } catch {
    added.set(error, framesEnough)
  }
}
