/**
 * The stack of the call that failed. What an op fails with was made in some callback of Node's, and its stack knows nothing
 * of the program. Without greenlift it would have been thrown below the program's own frames; these are added.
 */
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
