/** What a program's `tsconfig.json` says of how its TypeScript and JSX are turned into JavaScript. */
import { existsSync, readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join, resolve } from "node:path"
import { parseSync } from "oxc-parser"
import type { Translation } from "../compiler/index.js"

type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [key: string]: Json }

/** Reads JSON with comments and trailing commas, which is what these files are: an expression of JavaScript. */
const read = (file: string): any => {
  const { program } = parseSync(`${file}.js`, `(${readFileSync(file, "utf8")})`, { preserveParens: false })
  const statement: any = program.body[0]
  return statement?.type === "ExpressionStatement" ? jsonOf(statement.expression) : {}
}

const jsonOf = (node: any): Json => {
  switch (node?.type) {
    case "Literal":
      return node.value
    case "ArrayExpression":
      return node.elements.map(jsonOf)
    case "ObjectExpression":
      return Object.fromEntries(
        node.properties.map((each: any) => [each.key.value ?? each.key.name, jsonOf(each.value)])
      )
    default:
      return null
  }
}

const locate = (specifier: string, from: string): string | null => {
  if (/^\.{0,2}\//.test(specifier)) {
    const path = resolve(dirname(from), specifier)
    return [path, `${path}.json`].find((each) => existsSync(each)) ?? null
  }
  try {
    return createRequire(from).resolve(specifier)
  } catch {
    return null
  }
}

/** The compiler options of a file, and what it extends. */
const optionsOf = (file: string, seen: ReadonlySet<string> = new Set()): Readonly<Record<string, any>> => {
  if (seen.has(file)) return {}
  const config = read(file)
  const parents: ReadonlyArray<string> = [config.extends ?? []].flat()
  const inherited = parents.map((parent) => {
    const found = locate(parent, file)
    return found === null ? {} : optionsOf(found, new Set([...seen, file]))
  })
  return Object.assign({}, ...inherited, config.compilerOptions)
}

const known = new Map<string, Translation>()

/** How the files of a folder are translated: by the nearest `tsconfig.json`, or as TypeScript does without one. */
export const translationOf = (folder: string): Translation => {
  const found = known.get(folder)
  if (found !== undefined) return found
  const file = join(folder, "tsconfig.json")
  const parent = dirname(folder)
  const translation = existsSync(file) ? translate(optionsOf(file)) : parent === folder ? {} : translationOf(parent)
  known.set(folder, translation)
  return translation
}

const oldTarget = /^es(?:3|5|6|20(?:1\d|2[01]))$/i

const translate = (options: Readonly<Record<string, any>>): Translation => ({
  jsx: {
    runtime: /^react-jsx/.test(options["jsx"] ?? "") ? "automatic" : "classic",
    ...(options["jsxImportSource"] === undefined ? {} : { importSource: options["jsxImportSource"] }),
    ...(options["jsxFactory"] === undefined ? {} : { pragma: options["jsxFactory"] }),
    ...(options["jsxFragmentFactory"] === undefined ? {} : { pragmaFrag: options["jsxFragmentFactory"] })
  },
  decoratorMetadata: options["emitDecoratorMetadata"] === true,
  assignsFields: !(options["useDefineForClassFields"] ?? !oldTarget.test(options["target"] ?? ""))
})
