/** The modules of a program, found by following its imports from the entry without running anything. */
import { readFileSync, realpathSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, isAbsolute, resolve } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { resolve as resolveImport } from "import-meta-resolve"
import {
  type Analysis,
  analyze,
  functionsOf,
  importedSpecifiers,
  isPackage,
  type Message,
  type ProgramModule,
  parse,
  type Surroundings
} from "../compiler/index.js"
import { kindOf, typescriptFor } from "./resolve.js"
import { defaults, isLiftable, packageOf } from "./settings.js"
import { type Suspect, suspectOf } from "./suspects.js"

export interface Program {
  readonly entry: string
  readonly modules: ReadonlyMap<string, ProgramModule>
  /** Files that could not be read as JavaScript or TypeScript, and why. */
  readonly broken: ReadonlyArray<Message>
  /** Those of the packages that were to be lifted of which it imports nothing by name. */
  readonly unused: ReadonlyArray<string>
  /** The packages that it uses, that are not lifted, and that may block. */
  readonly suspects: ReadonlyArray<Suspect>
}

/**
 * Reads the program that starts at `entry`: the entry and whatever of its own files and of the packages to lift it imports
 * or requires by literal names. What it loads otherwise is lifted as it is met.
 */
export const readProgram = (entry: string, lift: ReadonlyArray<string> = []): Program => {
  const start = realpathSync(resolve(entry))
  const modules = new Map<string, ProgramModule>()
  const broken: Array<Message> = []
  const suspects = new Map<string, Suspect>()
  const used = new Set<string | null>()
  const pending = [start]
  for (let file = pending.pop(); file !== undefined; file = pending.pop()) {
    if (modules.has(file)) continue
    const source = readFileSync(file, "utf8")
    const parsed = parse(file, source, kindOf(file, source))
    if ("text" in parsed) {
      broken.push(parsed)
      continue
    }
    const resolved = new Map<string, string>()
    modules.set(file, { parsed, resolved })
    for (const [specifier, how] of importedSpecifiers(parsed)) {
      const target = locate(specifier, how, file)
      if (target === null) continue
      used.add(packageOf(target))
      if (!isLiftable(target, { ...defaults, lift })) {
        const suspect = suspectOf(target)
        if (suspect !== null) suspects.set(suspect.name, suspect)
        continue
      }
      resolved.set(specifier, target)
      pending.push(target)
    }
  }
  return {
    entry: start,
    modules,
    broken,
    unused: lift.filter((name) => !used.has(name)),
    suspects: [...suspects.values()]
  }
}

/** Whether a comment in the program asks for a loop to be concurrent. */
export const asksForLoops = (program: Program): boolean =>
  [...program.modules.values()].some(({ parsed }) => parsed.comments.some(({ value }) => value.includes("@green")))

/** Analyses every module of a program, each with what is known of the others. */
export const analyzeProgram = (
  program: Program,
  surroundings: ReadonlyMap<string, Surroundings>
): Map<string, Analysis> => {
  const functions = functionsOf(new Map([...program.modules].filter(([file]) => !isPackage(file))))
  return new Map(
    [...program.modules].map(([file, { parsed }]) => [
      file,
      analyze(parsed, { surroundings: surroundings.get(file)!, program: functions })
    ])
  )
}

/** The file that Node loads where a file names it, or null where there is none. What is imported may be another than what is required. */
const locate = (specifier: string, how: "import" | "require", from: string): string | null => {
  const path = /^\.{0,2}\//.test(specifier) ? resolve(dirname(from), specifier) : null
  const typescript = path === null ? null : typescriptFor(path)
  if (typescript !== null && how === "import") return realpathSync(typescript)
  try {
    if (how === "require" || path !== null) return absolute(createRequire(from).resolve(specifier))
    const url = resolveImport(specifier, pathToFileURL(from).href)
    return url.startsWith("file:") ? realpathSync(fileURLToPath(url)) : null
  } catch {
    return typescript === null ? null : realpathSync(typescript)
  }
}

/** A module of Node's own has no path. */
const absolute = (found: string): string | null => (isAbsolute(found) ? realpathSync(found) : null)
