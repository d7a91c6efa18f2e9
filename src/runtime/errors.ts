/** The error channel of lifted code. */
import * as Data from "effect/Data"

/**
 * What a lifted function threw. `cause` is the very value it threw; `message` and `stack` are taken from it, so that the
 * stack points into the file the user wrote.
 */
export class LiftedError extends Data.TaggedError("LiftedError")<{
  readonly cause: unknown
  readonly message: string
}> {
  static from(thrown: unknown): LiftedError {
    const error = new LiftedError({
      cause: thrown,
      message: thrown instanceof Error ? thrown.message : `thrown: ${String(thrown)}`
    })
    if (thrown instanceof Error && thrown.stack !== undefined) {
      Object.defineProperty(error, "stack", { value: thrown.stack, configurable: true, writable: true })
    }
    return error
  }
}
