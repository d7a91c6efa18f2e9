/** Where a file that was compiled from others, a bundle for one, has its code from: by the source map that came with it. */
import { fileURLToPath } from "node:url"
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping"
import type { Place } from "../2-analyze/original.js"

export interface FilePlace extends Place {
  readonly file: string
}

/** Where a place of the file stands in what the file was compiled from: the same place where nothing tells. */
export type Origin = (at: Place) => FilePlace

export const originOf = (file: string, incoming: object | null): Origin => {
  if (incoming === null) return (at) => ({ file, ...at })
  const map = new TraceMap(incoming as any)
  return (at) => {
    const { source, line, column } = originalPositionFor(map, { line: at.line, column: at.column - 1 })
    if (source === null) return { file, ...at }
    return { file: source.startsWith("file:") ? fileURLToPath(source) : source, line, column: column + 1 }
  }
}
