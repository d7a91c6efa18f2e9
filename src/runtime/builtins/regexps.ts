/** `RegExp.prototype[Symbol.replace]` with a function. */
import { types } from "node:util"
import { type Steps, type Twin, twinOf } from "../twin.js"
import { through } from "./iteration.js"
import {
  apply,
  isObject,
  lengthOf,
  max,
  min,
  type Native,
  peek,
  put,
  steps,
  type TwinEntry,
  toInteger,
  toLength
} from "./operations.js"
import { type Match, replaceMatches } from "./replacing.js"
import { settled } from "./settled.js"

const { isRegExp } = types
const { codePointAt, includes } = String.prototype
const { exec: originalExec } = RegExp.prototype
const original: Native = RegExp.prototype[Symbol.replace]

/** The built-in finds all matches before it calls the replacer for the first; so it can find them for us. */
const replaceFound = (pattern: object, string: unknown, replacer: Twin): Steps<string> => {
  const matches: Array<Match> = []
  let text = ""
  const note = (...args: Array<any>) => {
    const last = typeof args[args.length - 1] === "string" ? args.length - 1 : args.length - 2
    text = args[last]
    put(matches, matches.length, { matched: args[0], position: args[last - 1], args })
    return ""
  }
  const untouched: string = apply(original, pattern, [string, note])
  return replaceMatches(matches.length === 0 ? untouched : text, matches.length, (k) => matches[k]!, replacer)
}

/** Whether V8 asks a pattern for its `flags`, as ECMA-262 has it, or for `global` and `unicode`, as older versions do. */
const asksForFlags = ((asked) => {
  const pattern = {
    get flags() {
      asked = true
      return ""
    },
    exec: () => null
  }
  apply(original, pattern, ["", ""])
  return asked
})(false)

const modeOf = (pattern: any): { global: boolean; unicode: boolean } => {
  if (!asksForFlags) {
    const global = !!pattern.global
    return { global, unicode: global && !!pattern.unicode }
  }
  const flags = `${pattern.flags}`
  const has = (flag: string): boolean => apply(includes, flags, [flag])
  return { global: has("g"), unicode: has("u") || has("v") }
}

/** A pattern with an `exec` of its own, which may wait; its results are read between the replacer's calls. */
const replaceByExec = steps(function* (pattern: any, string: unknown, replacer: Twin): Steps<string> {
  const text = `${string}`
  const { global, unicode } = modeOf(pattern)
  if (global) pattern.lastIndex = 0
  const results: Array<any> = []
  for (;;) {
    const result: any = yield* execute(pattern, text)
    if (result === null) break
    put(results, results.length, result)
    if (!global) break
    if (`${result[0]}` === "") pattern.lastIndex = following(text, toLength(pattern.lastIndex), unicode)
  }
  return yield* replaceMatches(text, results.length, (k) => matchOf(results[k], text), replacer)
})

/** RegExpExec */
const execute = steps(function* (pattern: any, text: string): Steps<unknown> {
  const { exec } = pattern
  if (typeof exec !== "function") return apply(originalExec, pattern, [text])
  const result = yield* through(exec, pattern, [text])
  if (result === null || isObject(result)) return result
  throw new TypeError("RegExp exec method returned something other than an Object or null")
})

/** AdvanceStringIndex */
const following = (text: string, index: number, unicode: boolean): number =>
  unicode && index + 1 < text.length && apply(codePointAt, text, [index])! > 0xffff ? index + 2 : index + 1

const matchOf = (result: any, text: string): Match => {
  const captures = lengthOf(result) - 1
  const matched = `${result[0]}`
  const position = max(0, min(toInteger(result.index), text.length))
  const args: Array<unknown> = [matched]
  for (let n = 1; n <= captures; n++) {
    const capture = result[n]
    put(args, n, capture === undefined ? undefined : `${capture}`)
  }
  const { groups } = result
  put(args, args.length, position)
  put(args, args.length, text)
  if (groups !== undefined) put(args, args.length, groups)
  return { matched, position, args }
}

export const regExpTwins: ReadonlyArray<TwinEntry> = [
  [
    original,
    function (this: any, string: unknown, replacer: unknown) {
      const twin = twinOf(replacer)
      if (twin === undefined || !isObject(this)) return settled(apply(original, this, [string, replacer]))
      const finds = isRegExp(this) && peek(this, "exec") === originalExec
      return (finds ? replaceFound : replaceByExec)(this, string, twin)
    }
  ]
]
