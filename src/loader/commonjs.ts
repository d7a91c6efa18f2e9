/** CommonJS on Node versions without synchronous hooks: every source passes `Module.prototype._compile`. */
import { readFileSync } from "node:fs"
import Module from "node:module"
import type { SourceKind } from "../compiler/index.js"
import { liftSource } from "./lift.js"
import { kindOf, typescriptFor } from "./resolve.js"
import type { Settings } from "./settings.js"

type Compile = (this: Module, content: string, file: string, format?: SourceKind) => unknown

interface Internals {
  readonly prototype: { _compile: Compile }
  readonly _extensions: Record<string, (module: any, file: string) => void>
  _resolveFilename: (request: string, parent: any, ...rest: Array<unknown>) => string
}

/** Has every CommonJS source lifted, and TypeScript files required by the names they are written by. */
export const hookCommonJs = (settings: () => Settings): void => {
  const internals = Module as unknown as Internals
  const compile = internals.prototype._compile
  internals.prototype._compile = function (content, file, format) {
    const kind = format ?? (kindOf(file) === "module" && !file.endsWith(".cjs") ? "module" : "commonjs")
    return compile.call(this, liftSource(file, content, kind, settings()), file, format)
  }
  for (const extension of [".ts", ".tsx", ".jsx", ".cts", ".mts"]) {
    internals._extensions[extension] ??= (module, file) => {
      const source = readFileSync(file, "utf8")
      module._compile(source, file, kindOf(file, source))
    }
  }
  const resolve = internals._resolveFilename
  internals._resolveFilename = function (request, parent, ...rest) {
    try {
      return resolve.call(this, request, parent, ...rest)
    } catch (error) {
      const path = /^\.{0,2}\//.test(request) ? resolvePath(request, parent) : null
      const found = path === null ? null : typescriptFor(path)
      if (found === null) throw error
      return found
    }
  }
}

const resolvePath = (request: string, parent: { filename?: string } | undefined): string | null =>
  parent?.filename === undefined ? null : new URL(request, `file://${parent.filename}`).pathname
