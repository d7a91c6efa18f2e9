/**
 * Phase 1: source to syntax tree. TypeScript is stripped first, by oxc; its source map is kept, to be composed with the
 * map of the lifted code.
 */
import { parseSync, type StaticImport } from "oxc-parser"
import { type HelperMode, type JsxOptions, transformSync } from "oxc-transform"
import type { Node } from "../ast.js"
import { Lines, type Message, message } from "../messages.js"
import { withDecorators } from "./decorators.js"

export type SourceKind = "module" | "commonjs"

export interface Comment {
  readonly value: string
  readonly start: number
  readonly end: number
}

export interface Parsed {
  readonly file: string
  readonly kind: SourceKind
  /** JavaScript: the source, or what is left of it when its types are stripped. */
  readonly code: string
  /** The map from `code` back to the source, where types were stripped. */
  readonly map: object | null
  readonly program: Node
  readonly comments: ReadonlyArray<Comment>
  readonly imports: ReadonlyArray<StaticImport>
  /** What it imports dynamically, where that is said by a literal. */
  readonly dynamicImports: ReadonlyArray<string>
  readonly lines: Lines
}

const typescript = /\.(?:[cm]?tsx?|jsx)$/

/** Whether a file of that name holds TypeScript or JSX, which have to be turned into JavaScript first. */
export const isTypeScript = (file: string): boolean => typescript.test(file)

/** How TypeScript and JSX are turned into JavaScript, beside what is always the same. */
export interface Translation {
  readonly jsx?: JsxOptions
  /** Whether decorators are told the types they stand by. */
  readonly decoratorMetadata?: boolean
  /** Whether a field is assigned, not defined: then one without a value is none. */
  readonly assignsFields?: boolean
}

/** Strips TypeScript's types and writes JSX as calls; what has neither comes back as it is. */
export const strip = (
  file: string,
  source: string,
  translation: Translation = {}
): { code: string; map: object | null } | Message => {
  if (!isTypeScript(file)) return { code: source, map: null }
  const result = transformSync(file, source, {
    sourcemap: true,
    target: "esnext",
    jsx: { runtime: "classic", ...translation.jsx },
    sourceType: "unambiguous",
    decorator: { legacy: true, emitDecoratorMetadata: translation.decoratorMetadata ?? false },
    helpers: { mode: "External" as HelperMode },
    typescript: {
      rewriteImportExtensions: false,
      removeClassFieldsWithoutInitializer: translation.assignsFields ?? false
    }
  })
  const error = result.errors.find((each) => each.severity === "Error")
  if (error !== undefined) {
    const at = new Lines(source).at(error.labels[0]?.start ?? 0)
    return message("GL1002", { file, ...at }, { detail: error.message })
  }
  return { code: withDecorators(result.code), map: (result.map as object | undefined) ?? null }
}

/** What a source is by its syntax alone, as Node finds out where no name and no `package.json` tells. */
export const kindBySyntax = (file: string, source: string): SourceKind =>
  parseSync(file, source, { lang: "js", sourceType: "unambiguous" }).module.hasModuleSyntax ? "module" : "commonjs"

/** Parses a file's source. A file that does not parse gives the message that says so. */
export const parse = (
  file: string,
  source: string,
  kind: SourceKind,
  translation: Translation = {}
): Parsed | Message => {
  const stripped = strip(file, source, translation)
  if ("text" in stripped) return stripped
  const { code, map } = stripped
  const result = parseSync(file, code, {
    lang: file.endsWith("x") ? "jsx" : "js",
    sourceType: kind,
    range: true,
    preserveParens: true,
    showSemanticErrors: true
  })
  const error = result.errors[0]
  if (error !== undefined) {
    const at = new Lines(code).at(error.labels[0]?.start ?? 0)
    return message("GL1001", { file, ...at }, { detail: error.message })
  }
  return {
    file,
    kind,
    code,
    map,
    program: result.program as unknown as Node,
    comments: result.comments,
    imports: result.module.staticImports,
    dynamicImports: result.module.dynamicImports.flatMap(({ moduleRequest: { start, end } }) => {
      const literal = /^(["'`])([^"'`\\$]+)\1$/.exec(code.slice(start, end))
      return literal === null ? [] : [literal[2]!]
    }),
    lines: new Lines(code)
  }
}
