/**
 * The source map of lifted code: from it to the file as its author wrote it.
 */
import remapping from "@jridgewell/remapping"
import { SourceMap } from "magic-string"
import type { Place } from "../2-analyze/original.js"
import { Lines } from "../messages.js"
import type { Emitter } from "./emitter.js"

type Segment = [column: number, source: number, line: number, sourceColumn: number, ...name: Array<number>]

/** Makes the map, composed with the one that came with the source. */
export const mapOf = (emitter: Emitter, code: string): object => {
  const { parsed } = emitter.analysis
  const map = emitter.text.generateDecodedMap({
    source: parsed.file,
    includeContent: parsed.map === null,
    hires: "boundary"
  })
  const lines = (map.mappings as unknown as Array<Array<Segment>>).map(lastOfEach)
  map.mappings = lines as any
  for (const [place, original] of callPlaces(emitter, code)) insert(lines[place.line - 1]!, place.column - 1, original)
  lines.forEach(mapStart)
  if (parsed.map === null) return new SourceMap(map)
  return remapping([map as any, parsed.map as any], () => null)
}

/**
 * Where lifted calls stand in the lifted code: what calls the function, and what waits for its twin, is text that was added, but a
 * stack tells of it as of the call.
 */
function* callPlaces({ prefix, places }: Emitter, code: string): Iterable<readonly [at: Place, original: Place]> {
  const lifted = new Lines(code)
  const $ = prefix.replaceAll("$", "\\$")
  const counted = `${$}r = \\+\\+${$}at\\.depth > \\d+ \\? ${$}returned\\(`
  const pieces = new RegExp(`\\(${$}r = |${$}at\\.site = ${$}base \\+ (\\d+), (${counted})?yield`, "g")
  const delegates = `yield ${prefix}handOver(${prefix}r)) : `.length
  const open: Array<number> = []
  for (const { 0: text, 1: site, 2: counts, index } of code.matchAll(pieces)) {
    if (site === undefined) {
      open.push(index)
      continue
    }
    const original = places[Number(site)]!
    const opened = open.pop()
    if (opened !== undefined) yield [lifted.at(opened), original]
    const run = index + text.length - "yield".length
    yield [lifted.at(run), original]
    if (counts !== undefined) yield [lifted.at(run + delegates), original]
  }
}

const insert = (line: Array<Segment>, column: number, original: Place): void => {
  const after = line.findIndex((segment) => segment[0] >= column)
  const at = after < 0 ? line.length : after
  line.splice(at, line[at]?.[0] === column ? 1 : 0, [column, 0, original.line - 1, original.column - 1])
}

/** Where text that replaces several lines ends, what comes next begins. */
const lastOfEach = (line: Array<Segment>): Array<Segment> =>
  line.filter((segment, index) => line[index + 1]?.[0] !== segment[0])

/** What was added at the start of a line belongs to it, and not to the line before. */
const mapStart = (line: Array<Segment>): void => {
  if (line.length > 1 && line[0]![0] === 0 && line[0]![2] < line[1]![2]) line.shift()
  const first = line[0]
  if (first !== undefined && first[0] > 0) line.unshift([0, first[1], first[2], first[3]])
}
