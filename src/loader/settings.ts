/** What the hooks go by. Plain data: it is handed to the hooks' thread on Node versions that have one. */
import { realpathSync } from "node:fs"
import { dirname, sep } from "node:path"
import { fileURLToPath } from "node:url"
import type { Surroundings } from "../compiler/index.js"

export interface Settings {
  /** The entry's absolute path: its top level runs in the main fiber. */
  readonly entry: string | null
  /** The only files to lift, or null where all of the program's own are. */
  readonly only: ReadonlySet<string> | null
  /** Packages to lift besides the program's own files. */
  readonly lift: ReadonlyArray<string>
  /** What is known of each module of the program beforehand, by file. */
  readonly surroundings: ReadonlyMap<string, Surroundings>
  /** The lines of the loops whose turns run at once, by file. */
  readonly concurrentLines: ReadonlyMap<string, ReadonlyArray<number>>
  /** Whether nothing is lifted: only types are stripped. */
  readonly plain: boolean
}

export const defaults: Settings = {
  entry: null,
  only: null,
  lift: [],
  surroundings: new Map(),
  concurrentLines: new Map(),
  plain: false
}

/** The folder that greenlift's own built code stands in: never lifted. */
const own = realpathSync(dirname(dirname(fileURLToPath(import.meta.url)))) + sep

/** The name of the package of `node_modules` that a file is of, or null. */
export const packageOf = (file: string): string | null => {
  const parts = file.split(/[\\/]/)
  const at = parts.lastIndexOf("node_modules")
  if (at < 0) return null
  const name = parts[at + 1] ?? ""
  return name.startsWith("@") ? `${name}/${parts[at + 2] ?? ""}` : name
}

const javascript = /\.(?:[cm]?[jt]s|[jt]sx)$/

/** Whether a file is to be lifted: the program's own, or of a package that was asked for. */
export const isLiftable = (file: string, settings: Settings): boolean => {
  if (settings.only !== null && !settings.only.has(file)) return false
  if (settings.plain || !javascript.test(file) || file.startsWith(own)) return false
  const name = packageOf(file)
  return name === null || settings.lift.includes(name)
}
