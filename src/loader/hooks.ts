/** ES modules: resolution and loading, as Node's hooks. Used in the hooks' thread on Node 20, and in the program's own later. */
import { readFileSync } from "node:fs"
import type { LoadFnOutput, LoadHookContext, ResolveFnOutput, ResolveHookContext } from "node:module"
import { fileURLToPath, pathToFileURL } from "node:url"
import { isTypeScript, kindBySyntax } from "../compiler/index.js"
import { liftSource } from "./lift.js"
import { kindOf, typescriptFor } from "./resolve.js"
import { defaults, isLiftable, type Settings } from "./settings.js"
import { isSyncRpc } from "./sync-rpc.js"

let settings: Settings = defaults

export const configure = (next: Settings): void => {
  settings = next
}

export const configured = (): Settings => settings

/** Called by Node in the hooks' thread, with what `module.register` was given. */
export const initialize = (data: Settings): void => configure(data)

/** Where a specifier names a TypeScript file by another ending: that file's URL. */
const redirected = (specifier: string, parentURL: string | undefined): string | null => {
  if (!/^(?:\.{0,2}\/|file:)/.test(specifier)) return null
  const url = new URL(specifier, parentURL ?? "file:///")
  if (url.protocol !== "file:") return null
  const found = typescriptFor(fileURLToPath(url))
  return found === null ? null : `${pathToFileURL(found).href}${url.search}`
}

export const resolveSync = (
  specifier: string,
  context: ResolveHookContext,
  next: (specifier: string, context?: ResolveHookContext) => ResolveFnOutput
): ResolveFnOutput => {
  if (!context.conditions.includes("require"))
    return next(redirected(specifier, context.parentURL) ?? specifier, context)
  // CommonJS may leave the ending off, and finds what was compiled before what it was compiled from.
  try {
    return next(specifier, context)
  } catch (error) {
    const url = redirected(specifier, context.parentURL)
    if (url === null) throw error
    return next(fileURLToPath(url), context)
  }
}

export const resolve = async (
  specifier: string,
  context: ResolveHookContext,
  next: (specifier: string, context?: ResolveHookContext) => ResolveFnOutput | Promise<ResolveFnOutput>
): Promise<ResolveFnOutput> => next(redirected(specifier, context.parentURL) ?? specifier, context)

const fileOf = (url: string): string | null => (url.startsWith("file:") ? fileURLToPath(url) : null)

/** What a TypeScript file is loaded as; null for other files. CommonJS goes on to `_compile` unless sources are wanted. */
const loadTypeScript = (url: string, withSource: boolean): LoadFnOutput | null => {
  const file = fileOf(url)
  if (file === null || !isTypeScript(file)) return null
  const source = readFileSync(file, "utf8")
  const format = kindOf(file, source)
  if (format === "commonjs" && !withSource) return { format, shortCircuit: true, source: null as any }
  return { format, shortCircuit: true, source: liftSource(file, source, format, settings) }
}

const lifted = (url: string, output: LoadFnOutput): LoadFnOutput => {
  const file = fileOf(url)
  if (file === null || output.source == null || !(isLiftable(file, settings) || isSyncRpc(file))) return output
  if (output.format != null && output.format !== "module" && output.format !== "commonjs") return output
  const source = typeof output.source === "string" ? output.source : new TextDecoder().decode(output.source as any)
  const format = output.format ?? kindBySyntax(file, source)
  return { ...output, format, source: liftSource(file, source, format, settings) }
}

export const loadSync = (
  url: string,
  context: LoadHookContext,
  next: (url: string, context?: LoadHookContext) => LoadFnOutput
): LoadFnOutput => loadTypeScript(url, true) ?? lifted(url, next(url, context))

export const load = async (
  url: string,
  context: LoadHookContext,
  next: (url: string, context?: LoadHookContext) => LoadFnOutput | Promise<LoadFnOutput>
): Promise<LoadFnOutput> => {
  const typescript = loadTypeScript(url, false)
  if (typescript !== null) return typescript
  const output = await next(url, context)
  return output.format === "module" ? lifted(url, output) : output
}
