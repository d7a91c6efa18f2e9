/**
 * The explicit stack of a driver: the callers that handed their callees to it instead of delegating to them. It is linked,
 * for a program may have changed what arrays do.
 */
import type { AsyncCall } from "./async-call.js"
import { current, type Yielded } from "./twin.js"

/** A twin that the driver can run. */
export type Running = Iterator<Yielded, unknown, any>

/** A caller, where it stands. */
export interface Frame {
  readonly steps: Running
  /** The site of its call. */
  readonly site: number
  /** What `current.depth` was. */
  readonly depth: number
  readonly below: Frame | null
  /** How many callers stand here, this one included. */
  readonly height: number
  /** Whether it takes a failure as `FAILED`. */
  readonly throws: boolean
  /** What it called, where that is an async function whose promise it wants. */
  readonly call: AsyncCall | null
}

/** Puts a caller on a stack: its callee begins at depth 0. */
export const push = (below: Frame | null, steps: Running, callee: Running, call: AsyncCall | null): Frame => {
  const height = below === null ? 1 : below.height + 1
  const throws = current.handed === callee
  const frame = { steps, site: current.site, depth: current.depth, below, height, throws, call }
  current.depth = 0
  return frame
}
