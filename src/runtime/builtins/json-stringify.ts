/** `JSON.stringify` with a replacer function, or of a value whose `toJSON` may wait. */
import { types } from "node:util"
import { type Steps, twinOf } from "../twin.js"
import { circularMessage } from "./circular.js"
import { through } from "./iteration.js"
import { apply, isArray, isObject, lengthOf, ownKeys, peek, put, steps, type TwinEntry } from "./operations.js"
import { settled } from "./settled.js"

const { isBigIntObject, isBooleanObject, isNumberObject, isStringObject } = types
const { stringify: original } = JSON
const isRawJSON: (value: unknown) => boolean = (JSON as any).isRawJSON ?? (() => false)
const { valueOf: booleanValue } = Boolean.prototype
const { valueOf: bigIntValue } = BigInt.prototype
const { substring } = String.prototype
const { isFinite: isFiniteNumber } = Number

interface Stringification {
  readonly replacer: unknown
  /** The keys of objects to write, where the replacer is a list. */
  readonly keys: Array<string> | undefined
  /** What to indent by, unless all goes on one line. */
  readonly gap: string | undefined
}

/** An object being written, within which its properties are. */
export interface Level {
  readonly value: object
  /** Where the object stands in the one around it. */
  readonly key: string | number
  readonly outer: Level | undefined
  readonly indent: string
}

const quote = original as (text: string) => string

/** SerializeJSONProperty */
const serialize = steps(function* serialize(
  job: Stringification,
  holder: any,
  key: string | number,
  outer: Level | undefined
): Steps<string | undefined> {
  let value = holder[key]
  if (isObject(value) || typeof value === "bigint") {
    const { toJSON } = value as any
    if (typeof toJSON === "function") value = yield* through(toJSON, value, [`${key}`])
  }
  if (job.replacer !== undefined) value = yield* through(job.replacer, holder, [`${key}`, value])
  value = unboxed(value)
  switch (typeof value) {
    case "string":
      return quote(value)
    case "number":
      return isFiniteNumber(value) ? `${value}` : "null"
    case "boolean":
      return value ? "true" : "false"
    case "bigint":
      throw new TypeError("Do not know how to serialize a BigInt")
    case "object":
      if (value === null) return "null"
      if (isRawJSON(value)) return value.rawJSON
      return yield* compose(job, value, key, outer)
    default:
      return undefined
  }
})

const unboxed = (value: any): any => {
  if (!isObject(value)) return value
  if (isNumberObject(value)) return +value
  if (isStringObject(value)) return `${value}`
  if (isBooleanObject(value)) return apply(booleanValue, value, [])
  return isBigIntObject(value) ? apply(bigIntValue, value, []) : value
}

/** SerializeJSONArray and SerializeJSONObject */
const compose = steps(function* (
  job: Stringification,
  value: any,
  key: string | number,
  outer: Level | undefined
): Steps<string> {
  for (let level = outer; level !== undefined; level = level.outer) {
    if (level.value === value) throw new TypeError(circularMessage(outer!, level, key))
  }
  const stepBack = outer === undefined ? "" : outer.indent
  const indent = job.gap === undefined ? "" : stepBack + job.gap
  const level: Level = { value, key, outer, indent }
  const separator = job.gap === undefined ? "," : `,\n${indent}`
  const colon = job.gap === undefined ? ":" : ": "
  const list = isArray(value)
  const keys = list ? undefined : (job.keys ?? ownKeys(value))
  const length = keys === undefined ? lengthOf(value) : keys.length
  let text = ""
  for (let k = 0; k < length; k++) {
    const part = keys === undefined ? k : keys[k]!
    const written = yield* serialize(job, value, part, level)
    if (written === undefined && !list) continue
    if (text !== "") text += separator
    text += list ? (written ?? "null") : `${quote(part as string)}${colon}${written}`
  }
  if (text !== "" && job.gap !== undefined) text = `\n${indent}${text}\n${stepBack}`
  return list ? `[${text}]` : `{${text}}`
})

/** The strings of a list of keys, each once. */
const keysIn = (list: any): Array<string> => {
  const keys: Array<string> = []
  const seen = { __proto__: null } as unknown as Record<string, true>
  const length = lengthOf(list)
  for (let k = 0; k < length; k++) {
    const item = list[k]
    if (typeof item !== "string" && typeof item !== "number" && !isNumberObject(item) && !isStringObject(item)) continue
    const key = `${item as string}`
    if (seen[key]) continue
    seen[key] = true
    put(keys, keys.length, key)
  }
  return keys
}

/** How deep the built-in indents, as it shows with a list of one element; undefined where it writes all on one line. */
const gapOf = (space: any): string | undefined => {
  const sample = original([0], undefined, space)
  return sample === "[0]" ? undefined : apply(substring, sample, [2, sample.length - 3])
}

export const jsonStringifyTwins: ReadonlyArray<TwinEntry> = [
  [
    original,
    (value: any, replacer: any, space: any) => {
      if (twinOf(replacer) === undefined && twinOf(peek(value, "toJSON")) === undefined) {
        return settled(original(value, replacer, space))
      }
      const job: Stringification = {
        replacer: typeof replacer === "function" ? replacer : undefined,
        keys: typeof replacer !== "function" && isArray(replacer) ? keysIn(replacer) : undefined,
        gap: gapOf(space)
      }
      return serialize(job, { "": value }, "", undefined)
    }
  ]
]
