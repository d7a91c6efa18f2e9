/** What fibers have of their own, lifted ones and Effect's alike; `Local` of the toolbox gives it its meaning. */
import * as FiberRef from "effect/FiberRef"

/** The values of a fiber, which never change. */
export interface Locals {
  /** What a fiber that this one spawns takes over. */
  handDown(): Locals
}

/** Those of an Effect fiber. What a joined fiber has set stays its own. */
export const localsRef = FiberRef.unsafeMake<Locals | null>(null, {
  fork: (locals) => locals?.handDown() ?? null,
  join: (own) => own
})
