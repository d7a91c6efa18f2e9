/** Which frame made a call block although it stands in lifted code, and what to do about it. */
import { shortened } from "../loader/stack.js"
import { isEntry, isOwn, isPlainDriver, isResumption, isTwin, located, userFrames } from "../runtime/stack/frames.js"
import { type Code, explain } from "./messages.js"

export interface Culprit {
  readonly code: Code
  readonly frame: string
  /** The package of `node_modules` that the frame is of. */
  readonly package?: string
  /** What to do about it. */
  readonly advice: string
}

const packageOf = (frame: string): string | undefined =>
  /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(frame.replaceAll("\\", "/"))?.[1]

const isNode = (frame: string): boolean => /(?:^|\()node:/.test(frame)

const isBuiltIn = (frame: string): boolean => frame.endsWith("(<anonymous>)")

/** Whether lifted code would have found a twin of the built-in. */
const isGreen = (frame: string): boolean => /^(?:Array|Map|Set|String|JSON|Iterator|\w+Array)\./.test(frame)

const culprit = (code: Code, native: string, name = ""): Culprit => {
  const frame = shortened(userFrames([native]).map(({ text }) => located(text))[0] ?? native)
  const found = { code, frame, advice: explain(code, { frame, package: name }) }
  return name === "" ? found : { ...found, package: name }
}

/**
 * Finds the frame in the native stack of a call that blocked. The plain driver was called by the entry of a lifted function,
 * and whoever called that entry is not lifted. Where that is a built-in or Node's, it is whoever called that which can be.
 */
export const culpritOf = (stack: string): Culprit => {
  const frames = stack.split("\n").filter((frame) => !isResumption(frame))
  let at = frames.findIndex(isPlainDriver)
  if (at < 0) return culprit("GL4007", "<unknown>")
  while (isOwn(frames[at] ?? "")) at++
  const isMethod = isEntry(frames[at - 1]!)
  const below = frames[at]
  if (below !== undefined && !isMethod) {
    if (isTwin(below)) return culprit("GL4006", below)
    at++
  }
  return callerOf(frames.slice(at))
}

const callerOf = ([first, ...rest]: ReadonlyArray<string>): Culprit => {
  if (first === undefined) return culprit("GL4007", "<unknown>")
  if (isTwin(first)) return culprit("GL4005", first)
  const beside = isBuiltIn(first) || isNode(first)
  const frame = beside ? rest.find((each) => !isBuiltIn(each) && !isNode(each)) : first
  const name = packageOf(frame ?? "")
  if (frame !== undefined && name !== undefined && !isOwn(frame)) return culprit("GL4001", frame, name)
  const isFunction = frame !== undefined && !isTwin(frame) && !isOwn(frame)
  if (isFunction && (frame === first || isGreen(first))) return culprit("GL4004", frame)
  return culprit(isNode(first) ? "GL4003" : "GL4002", first)
}
