/** `JSON.stringify` with a replacer function, or of a value whose `toJSON` may wait. */
import { types } from "node:util"
import { type Steps, twinOf } from "../twin.js"
import { circularMessage } from "./circular.js"
import { through } from "./iteration.js"
import {
  apply,
  isArray,
  isObject,
  lengthOf,
  min,
  ownKeys,
  peek,
  put,
  steps,
  type TwinEntry,
  toInteger
} from "./operations.js"
import { settled } from "./settled.js"

const { isBigIntObject, isBooleanObject, isNumberObject, isStringObject } = types
const { stringify: original } = JSON
const isRawJSON: (value: unknown) => boolean = (JSON as any).isRawJSON ?? (() => false)
const { valueOf: booleanValue } = Boolean.prototype
const { valueOf: bigIntValue } = BigInt.prototype
const { repeat, substring } = String.prototype
const { isFinite: isFiniteNumber } = Number

interface Stringification {
  readonly replacer: unknown
  /** The keys of objects to write, where the replacer is a list. */
  readonly keys: Array<string> | undefined
  readonly gap: string
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
const serialize = steps(function* (
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
  const indent = stepBack + job.gap
  const level: Level = { value, key, outer, indent }
  const separator = job.gap === "" ? "," : `,\n${indent}`
  const colon = job.gap === "" ? ":" : ": "
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
  if (text !== "" && job.gap !== "") text = `\n${indent}${text}\n${stepBack}`
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

const gapOf = (space: unknown): string => {
  const width = isNumberObject(space) ? +(space as any) : isStringObject(space) ? `${space as any}` : space
  if (typeof width === "string") return apply(substring, width, [0, 10])
  if (typeof width !== "number" || !(width >= 1)) return ""
  return apply(repeat, " ", [min(10, toInteger(width))])
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
