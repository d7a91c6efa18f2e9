/**
 * How a caller runs the twin it has called. It delegates, which is quickest and keeps native stacks; but each resume passes
 * through every generator that delegates, and native stacks are short. So a call that may be recursive counts, and hands the
 * twin to the driver, which keeps an explicit stack, when enough callers delegate already.
 *
 *     yield* r                                                                       known not to be recursive
 *     r = ++at.depth > 32 ? returned(yield handOver(r)) : yield* r, at.depth--, r     any other
 *
 * What was handed over and failed is thrown by `returned`, where the caller's frames are on the stack. The driver begins each
 * segment of its stack at depth 0; a `catch` sets back what the frames in between have left counted.
 */
import type { CallInfo } from "../../2-analyze/model.js"
import type { Emitter } from "../emitter.js"
import type { State } from "../state.js"
import { run } from "./waiting.js"

/** How many callers that count delegate before the driver's own stack is used. */
const limit = 32

/** The expression that runs the twin in the temporary `r` and gives its result. */
export const edge = (emitter: Emitter, call: CallInfo, state: State, r: string): string => {
  if (!call.cyclic || state.activation !== null) return run(emitter, state, r)
  const at = emitter.helper("at")
  const handedOver = `${emitter.helper("returned")}(yield ${emitter.helper("handOver")}(${r}))`
  return `${r} = ++${at}.depth > ${limit} ? ${handedOver} : yield* ${r}, ${at}.depth--, ${r}`
}

/** The statement at the start of a `catch` that sets the count back, where the function counts. */
export const recount = (emitter: Emitter, { activation, fn, temps }: State): string => {
  if (activation !== null || !fn.calls.some((call) => call.cyclic && call.grey && call.verbatim === null)) return ""
  const depth = `${emitter.helper("at")}.depth`
  return `${depth} = ${temps!.initial("depth", depth)}; `
}
