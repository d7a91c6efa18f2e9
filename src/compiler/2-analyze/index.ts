/**
 * Phase 2: what a module consists of, what may block in it, and which of its loops can be concurrent, as plain data.
 */
import type { Parsed } from "../1-parse/index.js"
import type { Node } from "../ast.js"
import { type Message, message } from "../messages.js"
import { lookUpAll } from "./accessors.js"
import { alone, colour, type Surroundings } from "./colour.js"
import { markCycles } from "./cycles.js"
import { collectFunctions } from "./functions.js"
import { adoptedPackages } from "./known.js"
import { collectLoops, type Loop, request } from "./loops.js"
import type { Functions } from "./model.js"
import { originalOf, type Place } from "./original.js"
import { inside } from "./patterns.js"
import { heldBy, isPackage, specifiersOf } from "./program.js"
import { askForTexts } from "./texts.js"

export interface Analysis {
  readonly parsed: Parsed
  readonly functions: Functions
  readonly loops: ReadonlyArray<Loop>
  /** The loops whose turns run at once. */
  readonly concurrent: ReadonlySet<Node>
  /** Whether the module's top level runs in a fiber where there is one. */
  readonly top: boolean
  /** Whether it calls `require` for what may block as it loads. */
  readonly requires: boolean
  /** Whether it is to tell what it exports: its functions may be asked for in another thread. */
  readonly tellsExports: boolean
  /** The packages with hand-written twins that it imports or requires. */
  readonly adopted: ReadonlySet<string>
  readonly messages: ReadonlyArray<Message>
  /** Where a place in the stripped code stands in the file as its author wrote it. */
  readonly original: (at: Place) => Place
}

export interface AnalyzeOptions {
  readonly entry?: boolean
  /** Whether it is a script: there is no function around it that could return, and it exports nothing. Default: false. */
  readonly script?: boolean
  readonly surroundings?: Surroundings
  /** The lines at which loops to be made concurrent begin. */
  readonly concurrentLines?: ReadonlyArray<number>
  /** The functions of all modules of the program, as far as they are known, to look for shared state in. */
  readonly program?: ReadonlyArray<Functions>
}

export const analyze = (parsed: Parsed, options: AnalyzeOptions = {}): Analysis => {
  const functions = collectFunctions(parsed)
  const specifiers = specifiersOf(parsed, functions)
  const surroundings = options.surroundings ?? { ...alone, imported: specifiers, holding: heldBy(parsed, functions) }
  colour(functions, surroundings)
  markCycles(functions)
  const original = originalOf(parsed)
  const others = (options.program ?? []).filter((each) => each.module.node !== parsed.program)
  const loops = isPackage(parsed.file) ? [] : collectLoops(parsed, functions, [...others, functions])
  const asked = loops.filter((loop) => loop.asked !== null || options.concurrentLines?.includes(loop.line))
  const concurrent = new Set(
    loops
      .filter((loop) => asked.some((each) => each === loop || (loop.blocking && inside(loop.node, each.node))))
      .filter((loop) => loop.blocking && loop.obstacles.length === 0)
      .map((loop) => loop.node)
  )
  askForTexts(functions)
  lookUpAll(functions, surroundings.greyAccessors)
  return {
    parsed,
    functions,
    loops,
    concurrent,
    top: options.script !== true && topOf(parsed, options.entry ?? false, surroundings),
    requires: requiresGreen(functions),
    tellsExports:
      options.entry !== true &&
      options.script !== true &&
      (options.surroundings === undefined || surroundings.imported.has("greenlift/green")),
    adopted: new Set([...specifiers].filter((each) => adoptedPackages.has(each))),
    messages: [...messagesOf(parsed, functions, original), ...refusals(loops), ...misspelt(parsed, original)],
    original
  }
}

/** An ES module that others import goes before them, so it cannot wait; a CommonJS module is waited for by whoever requires it. */
const topOf = (parsed: Parsed, entry: boolean, surroundings: Surroundings): boolean =>
  entry || parsed.kind === "commonjs" || surroundings.loadedAlone

const requiresGreen = (functions: Functions): boolean =>
  [...functions.calls.values()].some(
    ({ grey, verbatim, callee }) => grey && verbatim === null && callee.kind === "global" && callee.name === "require"
  )

/** Says why a loop that a comment asks to be concurrent is not. */
const refusals = (loops: ReadonlyArray<Loop>): Array<Message> =>
  loops
    .filter((loop) => loop.asked !== null)
    .flatMap((loop) =>
      loop.obstacles.map(({ file, line, text }) => message("GL3001", { file, line, column: 1 }, { detail: text }))
    )

/** Comments that mean to ask for something and do not. */
const misspelt = (parsed: Parsed, original: (at: Place) => Place): Array<Message> =>
  parsed.comments
    .filter(({ value }) => /^\s*@green\b/.test(value) && !request.test(value))
    .map(({ value, start }) =>
      message("GL3002", { file: parsed.file, ...original(parsed.lines.at(start)) }, { detail: value.trim() })
    )

/** Says what blocks although greenlift is there, because it stands where no twin can be. */
const messagesOf = (parsed: Parsed, functions: Functions, original: (at: Place) => Place): Array<Message> => {
  const messages: Array<Message> = []
  for (const fn of functions.all) {
    for (const call of fn.calls) {
      if (!call.grey || call.callee.kind === "unknown") continue
      const reason = fn.verbatim
      if (reason === null && call.verbatim === null) continue
      const at = original(parsed.lines.at(reason === null ? call.node.start : fn.node.start))
      const place = { file: parsed.file, ...at }
      if (reason === null) {
        messages.push(message("GL2009", place, { name: call.text, detail: call.verbatim! }))
        continue
      }
      messages.push(message(reason.code, place, { name: fn.name, detail: reason.detail }))
      break
    }
  }
  return messages
}
