/**
 * The compiler: source in, lifted source and source map out. It knows nothing of Effect, and has no state.
 */
import { parse, type SourceKind, type Translation } from "./1-parse/index.js"
import { type AnalyzeOptions, analyze } from "./2-analyze/index.js"
import { transform } from "./3-transform/index.js"
import { type Message, message } from "./messages.js"

export interface CompileOptions extends AnalyzeOptions {
  /** The file's path, for messages, sites and the source map. */
  readonly file: string
  readonly kind: SourceKind
  /** Where lifted code imports its helpers from: a specifier, URL or path that suits the module's kind. */
  readonly helpers: string
  readonly translation?: Translation
  /** Whether a CommonJS module takes the helpers off its `children`, by `unlisted(module)` of theirs. Default: false. */
  readonly unlisted?: boolean
  /** The source map that came with the file, its sources as URLs: call sites are told by it. The lifted code's map does not go through it. */
  readonly incoming?: object | null
}

export interface Compiled {
  readonly code: string
  readonly map: object | null
  readonly messages: ReadonlyArray<Message>
}

/**
 * Lifts a module. A module that cannot be lifted comes back as it was (with its types stripped where they could be), and a
 * message says why.
 */
export const compile = (source: string, options: CompileOptions): Compiled => {
  const parsed = parse(options.file, source, options.kind, options.translation)
  if ("text" in parsed) return { code: source, map: null, messages: [parsed] }
  try {
    const analysis = analyze(parsed, options)
    const { code, map } = transform(analysis, options)
    return { code, map, messages: analysis.messages }
  } catch (error) {
    const place = { file: options.file, line: 1, column: 1 }
    const found = message("GL1003", place, { detail: error instanceof Error ? error.message : String(error) })
    return { code: parsed.code, map: parsed.map, messages: [found] }
  }
}

export {
  isTypeScript,
  kindBySyntax,
  type Parsed,
  parse,
  type SourceKind,
  strip,
  type Translation
} from "./1-parse/index.js"
export { alone, type Surroundings } from "./2-analyze/colour.js"
export { type Analysis, type AnalyzeOptions, analyze } from "./2-analyze/index.js"
export type { Loop, Obstacle, Reason } from "./2-analyze/loops.js"
export { functionsOf, importedSpecifiers, isPackage, type ProgramModule, surroundingsOf } from "./2-analyze/program.js"
export { type Chain, Reasons, type Step } from "./2-analyze/reasons.js"
export type { Treatment } from "./2-analyze/treating.js"
export { fingerprint } from "./fingerprint.js"
export { fill, formatMessage, type Message, type Words } from "./messages.js"
