/**
 * The plain driver: runs a twin in place, with no fiber, by making each op's original call. It is how lifted code behaves
 * when code that is not lifted calls it: it blocks, as it always did. Where that happens inside a fiber it is reported.
 */
import { hasCallers } from "./callers.js"
import { Op } from "./op.js"
import { current, type Twin, type Yielded } from "./twin.js"

const apply = Reflect.apply

/** Runs `twin` to its end on the spot. */
export const plain = (twin: Twin, self: unknown, args: ArrayLike<unknown>): unknown => {
  let top = apply(twin, self, args as Array<unknown>) as Iterator<Yielded, unknown, any>
  let frames: Array<Iterator<Yielded, unknown, any>> | undefined
  let failed = false
  let value: unknown
  for (;;) {
    let result: IteratorResult<Yielded, unknown>
    try {
      result = failed ? top.throw!(value) : top.next(value)
    } catch (error) {
      const frame = frames?.pop()
      if (frame === undefined) throw error
      top = frame
      failed = true
      value = error
      continue
    }
    failed = false
    if (result.done === true) {
      const frame = frames?.pop()
      if (frame === undefined) return result.value
      top = frame
      value = result.value
      continue
    }
    const yielded = result.value
    if (!(yielded instanceof Op)) {
      ;(frames ??= []).push(top)
      top = yielded
      value = undefined
      continue
    }
    yielded.site = current.site
    try {
      value = perform(yielded)
    } catch (error) {
      hasCallers(error)
      failed = true
      value = error
    }
  }
}

const perform = (op: Op): unknown => {
  const fiber = current.fiber
  if (fiber === null || fiber.run.instruments.length === 0 || !op.blocking) return op.plain()
  const stack = new Error().stack ?? ""
  const began = performance.now()
  current.fiber = null
  try {
    return op.plain()
  } finally {
    current.fiber = fiber
    const blocked = { op, ms: performance.now() - began, stack }
    for (const instrument of fiber.run.instruments) instrument.blocked?.(fiber, blocked)
  }
}
