/** Which frame made a call block although it stands in lifted code, and what to do about it. */
import { ownFolder, shortPath, userFrames } from "../loader/stack.js"

export interface Culprit {
  readonly frame: string
  readonly kind: "package" | "native" | "own" | "unknown"
  readonly package?: string
}

const packagePattern = /node_modules\/((?:@[^/]+\/)?[^/]+)\//

/**
 * Finds the frame in the stack of a call that blocked: the innermost one below the lifted function that is native or of a
 * package, else the caller.
 */
export const culpritOf = (stack: string): Culprit => {
  const lines = stack.split("\n").filter((line) => /^\s+at /.test(line))
  for (const line of lines) {
    if (line.includes(ownFolder) || /\b(?:next|throw) \(<anonymous>\)/.test(line)) continue
    const name = packagePattern.exec(line)?.[1]
    if (name !== undefined) return { frame: describe(line), kind: "package", package: name }
    if (line.includes("(<anonymous>)")) return { frame: describe(line), kind: "native" }
  }
  const own = userFrames(stack)
  return own.length > 0 ? { frame: describe(own[1] ?? own[0]!), kind: "own" } : { frame: "<unknown>", kind: "unknown" }
}

const describe = (line: string): string =>
  shortPath(
    line
      .trim()
      .replace(/^at /, "")
      .replace(/\$g\d*\b/g, "")
  )

/** What to do about it. */
export const adviceFor = (culprit: Culprit): string => {
  switch (culprit.kind) {
    case "package":
      return `run with --lift ${culprit.package} to lift the package too`
    case "native":
      return "the built-in calls back by itself: call the function in a loop of your own instead"
    case "own":
      return "the function it is called from is not lifted: `greenlift doctor` says why"
    case "unknown":
      return "call the function from lifted code"
  }
}
