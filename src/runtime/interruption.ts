/**
 * The sentinel that an interrupted fiber finds thrown at its wait. Every `catch` in lifted code rethrows it at once, so
 * user code never sees it; `finally` blocks run. It is thrown, never `return()`ed: when an inner `finally` waits, a
 * generator that was told to return forgets it.
 */
export class Interruption {
  readonly #brand = true

  static is(value: unknown): value is Interruption {
    return typeof value === "object" && value !== null && #brand in value
  }
}

export const isInterruption = Interruption.is
