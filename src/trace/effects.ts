/** The debugging aids, as Effects. */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { type BlockingOptions, detectBlocking as detect } from "./blocking.js"
import { dump as dumpNow, fibers as fibersNow } from "./dump.js"

export type { Blocking, BlockingOptions, Frame } from "./blocking.js"
export type { FiberInfo } from "./dump.js"

/** All lifted fibers of the process as text, as a tree: what each waits for, since when, and where. */
export const dump: Effect.Effect<string> = Effect.sync(dumpNow)

/** All lifted fibers of the process: the first of each run, with those it owns. */
export const fibers = Effect.sync(fibersNow)

/**
 * Tells which frame holds up the event loop, for as long as the scope is open: see `detectBlocking` of greenlift/green.
 *
 * @example
 * import * as Effect from "effect/Effect"
 * import * as Green from "greenlift"
 *
 * const watched = Effect.scoped(Effect.zipRight(Green.detectBlocking({ ms: 50 }), Effect.sleep("1 second")))
 */
export const detectBlocking = (options?: BlockingOptions): Effect.Effect<void, never, Scope.Scope> =>
  Effect.asVoid(
    Effect.acquireRelease(
      Effect.sync(() => detect(options)),
      (detection) => Effect.sync(() => detection.stop())
    )
  )
