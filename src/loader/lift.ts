/** From a file's source to what Node shall run: lifted, with its source map inline, from the cache where it can be. */
import { writeSync } from "node:fs"
import { dirname } from "node:path"
import { pathToFileURL } from "node:url"
import {
  compile,
  formatMessage,
  functionsOf,
  isPackage,
  isTypeScript,
  type SourceKind,
  strip
} from "../compiler/index.js"
import { keyOf, store, stored } from "./cache.js"
import { type Program, readProgram } from "./program.js"
import { isLiftable, type Settings } from "./settings.js"
import { composed, incomingMap, withMap } from "./source-map.js"
import { isSyncRpc, startLate } from "./sync-rpc.js"
import { translationOf } from "./tsconfig.js"

const preludeFile = new URL("./prelude.js", import.meta.url)

/** Stands at the end of lifted source, so that a source that passes two hooks is lifted once. */
const mark = "//# greenlift"

const replacer = (_key: string, value: unknown): unknown =>
  value instanceof Set ? [...value].sort() : value instanceof Map ? [...value].sort() : value

/** Lifts a file's source, or only strips its types where it is not to be lifted. */
export const liftSource = (file: string, source: string, kind: SourceKind, settings: Settings): string => {
  if (source.endsWith(mark)) return source
  if (isSyncRpc(file) && !settings.plain) return startLate(source)
  if (!isLiftable(file, settings)) return isTypeScript(file) ? stripped(file, source) : source
  const options = {
    entry: settings.entry === file,
    surroundings: settings.surroundings.get(file),
    concurrentLines: settings.concurrentLines.get(file) ?? [],
    ...(isTypeScript(file) ? { translation: translationOf(dirname(file)) } : {})
  }
  const asks = options.concurrentLines.length > 0 || source.includes("@green")
  const program = asks ? programOf(settings.entry ?? file, settings.lift) : null
  const sources = program === null ? [] : [...program.modules.values()].map(({ parsed }) => parsed.code)
  const helpers = kind === "module" ? preludeFile.href : preludeFile.pathname
  const incoming = isTypeScript(file) ? null : incomingMap(file, source)
  const key = keyOf(file, kind, helpers, JSON.stringify([options, sources], replacer), JSON.stringify(incoming), source)
  const known = stored(key)
  // A file that was cut short, by a full disk for one, lacks its end.
  if (known?.endsWith(mark)) return known
  const { surroundings, ...rest } = options
  const compiled = compile(source, {
    file,
    kind,
    helpers,
    unlisted: true,
    incoming,
    ...rest,
    ...(surroundings === undefined ? {} : { surroundings }),
    ...(program === null ? {} : { program: functionsOf(without(program.modules, file)) })
  })
  const lifted = `${withMap(compiled.code, composed(compiled.map, incoming))}\n${mark}`
  const broken = compiled.messages.find((message) => message.code.startsWith("GL1"))
  if (broken === undefined) store(key, lifted)
  else writeSync(2, `greenlift: ${formatMessage(broken)}\n`)
  return lifted
}

const programs = new Map<string, Program>()

/** All modules of the program, which a concurrent loop may lead to. They are read once. */
const programOf = (entry: string, lift: ReadonlyArray<string>): Program => {
  const known = programs.get(entry) ?? readProgram(entry, lift)
  programs.set(entry, known)
  return known
}

/** What else the program's own files are: what state is shared is not followed into packages. */
const without = <A>(modules: ReadonlyMap<string, A>, file: string): Map<string, A> =>
  new Map([...modules].filter(([each]) => each !== file && !isPackage(each)))

const stripped = (file: string, source: string): string => {
  const result = strip(file, source, translationOf(dirname(file)))
  if (!("text" in result)) return withMap(result.code, result.map)
  throw new SyntaxError(`${formatMessage(result)} (${pathToFileURL(file).href})`)
}
