/** Source maps: the one that comes with a file, which compiled it from something else, and the one that lifted code goes with. */
import { readFileSync } from "node:fs"
import { dirname, resolve } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import remapping from "@jridgewell/remapping"

/** A map that came with a file, its sources as absolute URLs. */
export interface IncomingMap {
  readonly sources: ReadonlyArray<string | null>
  readonly [key: string]: unknown
}

const comment = /\/\/[#@]\s*sourceMappingURL=(\S+)\s*$/gm

/** The map that a file names as its own, inline or in another file, or null where there is none that can be read. */
export const incomingMap = (file: string, source: string): IncomingMap | null => {
  const url = [...source.matchAll(comment)].at(-1)?.[1]
  if (url === undefined) return null
  try {
    const { text, base } = contentOf(file, url)
    const map = JSON.parse(text) as { sources: Array<string | null>; sourceRoot?: string }
    const sources = map.sources.map((each) => (each === null ? null : absolute(each, map.sourceRoot ?? "", base)))
    return { ...map, sourceRoot: "", sources }
  } catch {
    return null
  }
}

const contentOf = (file: string, url: string): { readonly text: string; readonly base: string } => {
  const inline = /^data:application\/json[^,]*?(;base64)?,(.*)$/.exec(url)
  if (inline !== null) {
    const text = inline[1] === undefined ? decodeURIComponent(inline[2]!) : Buffer.from(inline[2]!, "base64").toString()
    return { text, base: dirname(file) }
  }
  const path = url.startsWith("file:") ? fileURLToPath(url) : resolve(dirname(file), decodeURIComponent(url))
  return { text: readFileSync(path, "utf8"), base: dirname(path) }
}

const absolute = (source: string, root: string, base: string): string =>
  new URL(root === "" ? source : `${root.replace(/\/?$/, "/")}${source}`, `${pathToFileURL(base).href}/`).href

/** The map of lifted code, through to what the file was compiled from. */
export const composed = (map: object | null, incoming: IncomingMap | null): object | null =>
  map === null || incoming === null ? map : remapping([map as any, incoming as any], () => null)

/** Code with its map inline. */
export const withMap = (code: string, map: object | null): string =>
  map === null
    ? code
    : `${code}\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString("base64")}`
