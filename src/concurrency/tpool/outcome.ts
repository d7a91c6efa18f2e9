/** What comes of a request, in the terms of the thread that made it. */
import { allExports } from "../../runtime/exports.js"
import * as errors from "../errors.js"
import { Timeout } from "../timeout.js"
import { type Outcome, type Packed, unpackBytes, unpackThrown } from "./wire.js"

/** What a thread answered; or, where it did not, why. */
export type Settled = Outcome | { readonly error: unknown }

export const failureOf = (error: unknown): Settled => ({ error })

/** The result, or a throw of what the function threw. */
export const resultOf = <A>(settled: Settled, read: (packed: Packed) => A): A => {
  if ("result" in settled) return read(settled.result)
  if ("error" in settled) throw settled.error
  if ("failure" in settled) throw revived(unpackThrown(settled.failure, classOf))
  throw new errors.OffloadError(
    "GREENLIFT_OFFLOAD_CLONE",
    `the result cannot be sent back from the worker thread: ${settled.stuck} Return plain data, or keep it there with tpool.proxy`
  )
}

/** A value that came over; what stays in the thread is none of it. */
export const unpacked = (packed: Packed): unknown => {
  if ("bytes" in packed) return unpackBytes(packed.bytes)
  return "value" in packed ? packed.value : undefined
}

type ErrorClass = new (...args: Array<any>) => Error

const ours = new Map<string, ErrorClass>(
  Object.entries({ ...errors, Timeout }).filter(([, value]) => value.prototype instanceof Error) as Array<
    [string, ErrorClass]
  >
)

/** The toolbox's own class of that name, or the one that a module of the program exports. */
const classOf = (name: string): ErrorClass | undefined => {
  const own = ours.get(name)
  if (own !== undefined) return own
  for (const [value] of allExports()) {
    if (typeof value === "function" && value.name === name && value.prototype instanceof Error)
      return value as ErrorClass
  }
  return undefined
}

/** A timeout has more to it than its properties. */
const revived = (error: unknown): unknown =>
  error instanceof Timeout ? Object.assign(new Timeout(error.ms), { stack: error.stack }) : error
