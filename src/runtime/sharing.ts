/** Warnings about a session that two fibers use at once, where that may be more than was meant. */
import type { Fiber } from "./fiber.js"
import { siteOf } from "./sites.js"

/** The stable code of the warnings, for `process.on("warning")` and Node's `--disable-warning`. */
export const sharedSession = "GREENLIFT_SHARED_SESSION"

const warned = new WeakSet<object>()

/** What a fiber is called in a warning: its name and number. */
export const called = ({ id, name }: Fiber): string => `${name} #${id}`

const where = (site: number): string => {
  const { file, line, column } = siteOf(site)
  return site === 0 ? "" : ` (${file}:${line}:${column})`
}

/**
 * Warns, once for each session, that `fiber` uses it at a call site while `other` does. `what` says what that means, and what
 * to do.
 */
export const warnOfSharing = (session: object, fiber: Fiber, site: number, other: Fiber, what: string): void => {
  if (warned.has(session)) return
  warned.add(session)
  process.emitWarning(`${called(fiber)}${where(site)} uses a session while ${called(other)} does: ${what}`, {
    type: "GreenliftWarning",
    code: sharedSession
  })
}
