/** Where code stands in the file as its author wrote it: TypeScript is analysed with its types stripped. */
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping"
import type { Parsed } from "../1-parse/index.js"

export interface Place {
  readonly line: number
  readonly column: number
}

const known = new WeakMap<Parsed, (at: Place) => Place>()

/** Tells where a place in the stripped code of a module stands in its file. */
export const originalOf = (parsed: Parsed): ((at: Place) => Place) => {
  const found = known.get(parsed) ?? makeOriginal(parsed)
  known.set(parsed, found)
  return found
}

const makeOriginal = (parsed: Parsed): ((at: Place) => Place) => {
  if (parsed.map === null) return (at) => at
  const map = new TraceMap(parsed.map as any)
  return (at) => {
    const found = originalPositionFor(map, { line: at.line, column: at.column - 1 })
    return found.line === null ? at : { line: found.line, column: found.column + 1 }
  }
}
