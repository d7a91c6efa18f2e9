/** `String.prototype.replace` and `replaceAll` with a function. */
import { types } from "node:util"
import { twinOf } from "../twin.js"
import { through } from "./iteration.js"
import { apply, isObject, type Native, notCallable, notMethod, put, type TwinEntry, toObject } from "./operations.js"
import { type Match, replaceMatches } from "./replacing.js"
import { type Running, settled } from "./settled.js"

const { isRegExp } = types
const { match: matchSymbol, replace: replaceSymbol } = Symbol
const { includes, indexOf, replace, replaceAll } = String.prototype

const occurrences = (text: string, matched: string, all: boolean): Array<Match> => {
  const matches: Array<Match> = []
  let position = apply(indexOf, text, [matched])
  while (position !== -1) {
    put(matches, matches.length, { matched, position, args: [matched, position, text] })
    const next = position + (matched.length === 0 ? 1 : matched.length)
    position = all && next <= text.length ? apply(indexOf, text, [matched, next]) : -1
  }
  return matches
}

/** Refuses a RegExp that lacks the flag "g". */
const requireGlobal = (pattern: any): void => {
  const matcher = pattern[matchSymbol]
  if (!(matcher === undefined ? isRegExp(pattern) : matcher)) return
  const { flags } = pattern
  if (flags === undefined || flags === null) {
    throw new TypeError("String.prototype.replaceAll called on null or undefined")
  }
  if (apply(includes, `${flags}`, ["g"])) return
  throw new TypeError("String.prototype.replaceAll called with a non-global RegExp argument")
}

/** Where a primitive pattern inherits a `Symbol.replace`, only the built-in knows whether it counts: versions differ. */
const replacing = (original: Native, all: boolean): TwinEntry => [
  original,
  function (this: unknown, pattern: any, replacer: unknown): Running<unknown> {
    const twin = twinOf(replacer)
    if (twin === undefined || this === undefined || this === null) {
      return settled(apply(original, this, [pattern, replacer]))
    }
    if (isObject(pattern)) {
      if (all) requireGlobal(pattern)
      const method = (pattern as any)[replaceSymbol]
      if (typeof method === "function") return through(method, pattern, [this, replacer])
      if (method !== undefined && method !== null) {
        throw all ? notMethod(pattern, replaceSymbol, method) : notCallable(method)
      }
    } else if (replaceSymbol in toObject(pattern)) {
      return settled(apply(original, this, [pattern, replacer]))
    }
    const text = `${this}`
    const matches = occurrences(text, `${pattern}`, all)
    return replaceMatches(text, matches.length, (k) => matches[k]!, twin)
  }
]

export const stringTwins: ReadonlyArray<TwinEntry> = [replacing(replace, false), replacing(replaceAll, true)]
