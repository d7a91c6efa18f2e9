/** `JSON.parse` with a reviver. */
import { type Steps, type Twin, twinOf } from "../twin.js"
import {
  apply,
  createDataProperty,
  deleteProperty,
  isArray,
  isObject,
  lengthOf,
  ownKeys,
  sameValue,
  steps,
  type TwinEntry,
  tryDataProperty
} from "./operations.js"
import { settled } from "./settled.js"

const { parse: original } = JSON
const { get, set } = Map.prototype
const mapIntrinsic = Map

/** A JSON Parse Record: a value as the text has it. */
interface Parsed {
  readonly value: unknown
  /** The text of a primitive. */
  readonly source: string | undefined
  readonly parts: Parts | undefined
}

type Parts = Record<string, Parsed>

/** Whether revivers get a context, with the text of primitives; it depends on V8's version. */
const hasContext = ((count) => {
  original("0", (...args: Array<unknown>) => {
    count = args.length
  })
  return count > 2
})(0)

/** Parses with a reviver that changes nothing, but learns what the built-in tells one. */
const parse = (text: string): Parsed => {
  if (!hasContext) return { value: original(text), source: undefined, parts: undefined }
  const partsOf = new mapIntrinsic<unknown, Parts>()
  let parsed: Parsed | undefined
  const note = function (this: unknown, key: string, value: unknown, context: { source?: string }) {
    parsed = isObject(value)
      ? { value, source: undefined, parts: apply(get, partsOf, [value]) }
      : { value, source: context.source, parts: undefined }
    let parts = apply(get, partsOf, [this])
    if (parts === undefined) {
      parts = { __proto__: null } as unknown as Parts
      apply(set, partsOf, [this, parts])
    }
    parts[key] = parsed
    return value
  }
  apply(original, undefined, [text, note as (this: unknown, key: string, value: unknown) => unknown])
  return parsed!
}

/** InternalizeJSONProperty */
const internalize = steps(function* internalize(
  holder: any,
  key: string,
  parsed: Parsed | undefined,
  reviver: Twin
): Steps<unknown> {
  const value = holder[key]
  const untouched = parsed !== undefined && sameValue(parsed.value, value)
  if (isObject(value)) {
    const parts = untouched ? parsed.parts : undefined
    const keys = isArray(value) ? undefined : ownKeys(value)
    const length = keys === undefined ? lengthOf(value as Array<unknown>) : keys.length
    for (let k = 0; k < length; k++) {
      const part = keys === undefined ? `${k}` : keys[k]!
      const revived = yield* internalize(value, part, parts?.[part], reviver)
      if (revived === undefined) deleteProperty(value, part)
      else tryDataProperty(value, part, revived)
    }
  }
  if (!hasContext) return yield* apply(reviver, holder, [key, value])
  const context = {}
  if (untouched && !isObject(value)) createDataProperty(context, "source", parsed.source)
  return yield* apply(reviver, holder, [key, value, context])
})

export const jsonParseTwins: ReadonlyArray<TwinEntry> = [
  [
    original,
    (text: any, reviver: any) => {
      const twin = twinOf(reviver)
      if (twin === undefined) return settled(original(text, reviver))
      const parsed = parse(text)
      return internalize({ "": parsed.value }, "", parsed, twin)
    }
  ]
]
