/** Importing a module lifted, from an Effect program. */
import { resolve } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { type Surroundings, surroundingsOf } from "../compiler/index.js"
import { setLoop } from "../concurrency/loop.js"
import { blockingLoops, chooseLoop } from "./choose-loop.js"
import { configured } from "./hooks.js"
import { install } from "./install.js"
import "./prelude.js"
import { analyzeProgram, type Program, readProgram } from "./program.js"

/** A module could not be loaded. `cause` is what Node said. */
export class ImportError extends Data.TaggedError("ImportError")<{
  readonly file: string
  readonly message: string
  readonly cause: unknown
}> {}

export interface ImportOptions {
  /** Runs the turns of a loop of the module (or of what it imports) at once, at most so many. Default: one after another. */
  readonly concurrency?: number
  /** Which loop: its label, the function it stands in, or `FILE:LINE`. Needed where several could be concurrent. */
  readonly loop?: string
  /** How output and sums of the loop's turns come. Default: "input". */
  readonly order?: "input" | "completion"
  /** Packages of `node_modules` to lift as well, where they call back into the module. Default: none. */
  readonly lift?: ReadonlyArray<string>
}

const fileOf = (module: string | URL): string =>
  module instanceof URL || module.startsWith("file:") ? fileURLToPath(module) : resolve(module)

/** Has the loop that is asked for run its turns at once: its file and line, as the hooks take them. */
const concurrentLoop = (
  program: Program,
  surroundings: ReadonlyMap<string, Surroundings>,
  { concurrency, loop, order = "input" }: ImportOptions
): Array<[string, Array<number>]> => {
  if (concurrency === undefined) return []
  if (!Number.isInteger(concurrency) || concurrency < 1)
    throw new RangeError(`concurrency is a whole number from 1, not ${concurrency}`)
  const choice = chooseLoop(blockingLoops(analyzeProgram(program, surroundings)), loop ?? null)
  if ("why" in choice) throw new Error(choice.why)
  const { file, loop: chosen } = choice.found
  setLoop(`${file}:${chosen.line}`, { concurrency, order, collect: false })
  return [[file, [chosen.line]]]
}

/**
 * Loads a module lifted, together with the files of its own that it imports. Nothing else of the program is touched. A module
 * that was loaded before stays as it was loaded.
 *
 * Fails with an `ImportError` where the module cannot be loaded, or no loop of it can be concurrent although one is asked to be. Interruption does not stop a load that has begun.
 *
 * @param module the module's URL, or its path from the working directory
 *
 * @example
 * import * as Green from "greenlift"
 *
 * const legacy = Green.import<{ updateAll: () => number }>(new URL("./legacy/update-all.js", import.meta.url), {
 *   concurrency: 50
 * })
 */
export const importLifted = <Module>(
  module: string | URL,
  options: ImportOptions = {}
): Effect.Effect<Module, ImportError> =>
  Effect.suspend(() => {
    const file = fileOf(module)
    return Effect.tryPromise({
      try: async () => {
        const program = readProgram(file, options.lift)
        const before = configured()
        const surroundings = surroundingsOf(program.modules, { ordered: options.concurrency !== undefined, open: true })
        const loop = concurrentLoop(program, surroundings, options)
        install({
          ...before,
          only: new Set([...(before.only ?? []), ...program.modules.keys()]),
          lift: [...before.lift, ...(options.lift ?? [])],
          surroundings: new Map([...before.surroundings, ...surroundings]),
          concurrentLines: new Map([...before.concurrentLines, ...loop])
        })
        return (await import(pathToFileURL(program.entry).href)) as Module
      },
      catch: (cause) =>
        new ImportError({
          file,
          cause,
          message: `${file} cannot be imported: ${cause instanceof Error ? cause.message : String(cause)}. Check the path, and that the module loads without greenlift`
        })
    })
  })
