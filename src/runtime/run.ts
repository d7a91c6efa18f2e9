/** What the fibers of one run share, what is heard of them, and what the engine needs of its host. */
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Fiber } from "./fiber.js"
import type { Op } from "./op.js"
import type { Ready } from "./ready.js"

/** How a fiber ended. */
export type Outcome =
  | { readonly _tag: "Success"; readonly value: unknown }
  | { readonly _tag: "Failure"; readonly error: unknown }
  | { readonly _tag: "Interrupted" }

export type FiberState = "ready" | "running" | "suspended" | "closing" | "done"

/** A call that blocked the event loop, because a frame that is not lifted stood between it and its fiber. */
export interface Blocked {
  readonly op: Op
  readonly ms: number
  /** The stack at the call, to find the frame by. */
  readonly stack: string
}

/**
 * Hears what every fiber of a run does. Methods are called synchronously, must return quickly and must not throw.
 * The idea is trio's `Instrument`.
 */
export interface Instrument {
  spawned?(fiber: Fiber): void
  suspended?(fiber: Fiber, op: Op): void
  /** The op has settled; the fiber takes its next step when its turn comes. */
  resumed?(fiber: Fiber, op: Op): void
  ended?(fiber: Fiber, outcome: Outcome): void
  blocked?(fiber: Fiber, blocked: Blocked): void
}

/** What the engine needs of Effect; `host.ts` is the one implementation. */
export interface Host {
  /** Starts the Effect fiber behind a record. */
  attach(fiber: Fiber): void
  /** Performs an Effect in the record's Effect fiber, and settles the op with its result. */
  perform(fiber: Fiber, op: Op, effect: Effect.Effect<any, any, any>): void
  /** Interrupts the Effect that `perform` started. */
  cancel(fiber: Fiber): void
  /** Ends the Effect fiber behind a record. */
  detach(fiber: Fiber): void
  /** A service of the run's environment, or undefined where it has none. */
  service(key: string): unknown
  /** The time by the environment's clock, in ms: one that only runs forward, of which differences mean something. */
  now(): number
  /** The date by the environment's clock, in ms since 1970. */
  date(): number
}

/** What the fibers of one run share. */
export interface Run {
  readonly host: Host
  readonly ready: Ready
  readonly instruments: Array<Instrument>
  /** Whether time is the machine's: then waits may use timers of their own instead of the environment's `Clock`. */
  readonly liveClock: boolean
  /** What the run opens (agents, sessions) belongs to this scope, which closes when its last fiber has ended. */
  readonly scope: Scope.CloseableScope
  /** What the run has opened so far, by whoever opened it under a key of its own. */
  readonly opened: Map<unknown, unknown>
  /** The fiber of the entry, which owns what nothing else owns. */
  root: Fiber | null
}
