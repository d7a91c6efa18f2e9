/** Importing a module lifted, from an Effect program. */
import { resolve } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import { surroundingsOf } from "../compiler/index.js"
import { configured } from "./hooks.js"
import { install } from "./install.js"
import "./prelude.js"
import { readProgram } from "./program.js"

/** A module could not be loaded. `cause` is what Node said. */
export class ImportError extends Data.TaggedError("ImportError")<{
  readonly file: string
  readonly message: string
  readonly cause: unknown
}> {}

export interface ImportOptions {
  /** Packages of `node_modules` to lift as well, where they call back into the module. Default: none. */
  readonly lift?: ReadonlyArray<string>
}

const fileOf = (module: string | URL): string =>
  module instanceof URL || module.startsWith("file:") ? fileURLToPath(module) : resolve(module)

/**
 * Loads a module lifted, together with the files of its own that it imports. Nothing else of the program is touched. A module
 * that was loaded before stays as it was loaded.
 *
 * Fails with an `ImportError` where the module cannot be loaded. Interruption does not stop a load that has begun.
 *
 * @param module the module's URL, or its path from the working directory
 *
 * @example
 * import * as Green from "greenlift"
 *
 * const legacy = Green.import<{ updateAll: () => number }>(new URL("./legacy/update-all.js", import.meta.url))
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
        const surroundings = surroundingsOf(program.modules, { ordered: false })
        install({
          ...before,
          only: new Set([...(before.only ?? []), ...program.modules.keys()]),
          lift: [...before.lift, ...(options.lift ?? [])],
          surroundings: new Map([...before.surroundings, ...surroundings])
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
