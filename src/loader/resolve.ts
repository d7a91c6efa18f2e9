/**
 * What files of a program are called and what they are: TypeScript's habit of naming a file by the extension it will have,
 * and whether a file is an ES module or CommonJS.
 */
import { existsSync, readFileSync, realpathSync, statSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join, resolve } from "node:path"
import type { SourceKind } from "../compiler/index.js"

const substitutes: ReadonlyArray<readonly [RegExp, ReadonlyArray<string>]> = [
  [/\.js$/, [".ts", ".tsx", ".jsx"]],
  [/\.jsx$/, [".tsx"]],
  [/\.mjs$/, [".mts"]],
  [/\.cjs$/, [".cts"]]
]

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false

/** The TypeScript file that is meant by a path at which there is no file, or null. */
export const typescriptFor = (path: string): string | null => {
  if (isFile(path)) return null
  for (const [extension, others] of substitutes) {
    if (!extension.test(path)) continue
    for (const other of others) {
      const candidate = path.replace(extension, other)
      if (isFile(candidate)) return candidate
    }
  }
  for (const ending of [".ts", ".tsx", ".jsx", ".mts", ".cts", "/index.ts", "/index.tsx"])
    if (isFile(path + ending)) return path + ending
  return null
}

/** The file that is meant by a program's name on the command line, as Node finds it, or null where there is none. */
export const entryOf = (script: string): string | null => {
  const path = resolve(script)
  try {
    return realpathSync(createRequire(`${process.cwd()}/`).resolve(path))
  } catch {
    return typescriptFor(path)
  }
}

const types = new Map<string, SourceKind>()

const typeOfFolder = (folder: string): SourceKind => {
  const known = types.get(folder)
  if (known !== undefined) return known
  const manifest = join(folder, "package.json")
  let kind: SourceKind
  if (existsSync(manifest)) {
    kind = (JSON.parse(readFileSync(manifest, "utf8")) as { type?: string }).type === "module" ? "module" : "commonjs"
  } else {
    const parent = dirname(folder)
    kind = parent === folder ? "commonjs" : typeOfFolder(parent)
  }
  types.set(folder, kind)
  return kind
}

const moduleSyntax = /^\s*(?:import\b(?!\s*\()|export\b)/m

/**
 * Whether a file is an ES module or CommonJS: by its extension, then by its nearest `package.json`; a TypeScript file of a
 * CommonJS package that is written in module syntax counts as a module, since no compiler has turned it into CommonJS.
 */
export const kindOf = (file: string, source?: string): SourceKind => {
  if (/\.m[jt]s$/.test(file)) return "module"
  if (/\.c[jt]s$/.test(file)) return "commonjs"
  const kind = typeOfFolder(dirname(file))
  if (kind === "commonjs" && /\.(?:tsx?|jsx)$/.test(file) && source !== undefined && moduleSyntax.test(source))
    return "module"
  return kind
}
