/** The modules of a program, found by following its imports from the entry without running anything. */
import { readFileSync, realpathSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, resolve } from "node:path"
import {
  type Analysis,
  analyze,
  functionsOf,
  importedSpecifiers,
  isPackage,
  type Message,
  type Parsed,
  type ProgramModule,
  parse,
  type Surroundings
} from "../compiler/index.js"
import { kindOf, typescriptFor } from "./resolve.js"
import { defaults, isLiftable } from "./settings.js"

export interface Program {
  readonly entry: string
  readonly modules: ReadonlyMap<string, ProgramModule>
  /** Files that could not be read as JavaScript or TypeScript, and why. */
  readonly broken: ReadonlyArray<Message>
}

/**
 * Reads the program that starts at `entry`: the entry and whatever of its own files and of the packages to lift it imports
 * or requires by literal names. What it loads otherwise is lifted as it is met.
 */
export const readProgram = (entry: string, lift: ReadonlyArray<string> = []): Program => {
  const start = realpathSync(resolve(entry))
  const modules = new Map<string, ProgramModule>()
  const broken: Array<Message> = []
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
    for (const specifier of importedSpecifiers(parsed)) {
      const target = locate(specifier, parsed)
      if (target === null || !isLiftable(target, { ...defaults, lift })) continue
      resolved.set(specifier, target)
      pending.push(target)
    }
  }
  return { entry: start, modules, broken }
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

const locate = (specifier: string, parsed: Parsed): string | null => {
  try {
    if (/^\.{0,2}\//.test(specifier)) {
      const path = resolve(dirname(parsed.file), specifier)
      const typescript = typescriptFor(path)
      return realpathSync(typescript ?? createRequire(parsed.file).resolve(path))
    }
    const found = createRequire(parsed.file).resolve(specifier)
    return found.startsWith("/") ? realpathSync(found) : null
  } catch {
    return null
  }
}
