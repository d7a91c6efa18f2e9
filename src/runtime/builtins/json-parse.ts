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
  /** The text of a primitive, where the platform tells revivers. */
  readonly source: string | undefined
  readonly parts: Parts | undefined
}

type Parts = Record<string, Parsed>

interface Revival {
  readonly reviver: Twin
  /** Whether the platform hands a context to revivers. */
  readonly hasContext: boolean
}

/** Parses with a reviver that changes nothing, but learns what the built-in tells one. */
const parse = (text: string): { parsed: Parsed; hasContext: boolean } => {
  const partsOf = new mapIntrinsic<unknown, Parts>()
  let parsed: Parsed | undefined
  let hasContext = false
  const note = function (this: unknown, key: string, value: unknown, ...context: Array<any>) {
    hasContext = context.length > 0
    parsed = isObject(value)
      ? { value, source: undefined, parts: apply(get, partsOf, [value]) }
      : { value, source: hasContext ? context[0].source : undefined, parts: undefined }
    let parts = apply(get, partsOf, [this])
    if (parts === undefined) {
      parts = { __proto__: null } as unknown as Parts
      apply(set, partsOf, [this, parts])
    }
    parts[key] = parsed
    return value
  }
  apply(original, undefined, [text, note])
  return { parsed: parsed!, hasContext }
}

/** InternalizeJSONProperty */
const internalize = steps(function* (
  holder: any,
  key: string,
  parsed: Parsed | undefined,
  revival: Revival
): Steps<unknown> {
  const value = holder[key]
  const untouched = parsed !== undefined && sameValue(parsed.value, value)
  const context = {}
  if (isObject(value)) {
    const parts = untouched ? parsed.parts : undefined
    const keys = isArray(value) ? undefined : ownKeys(value)
    const length = keys === undefined ? lengthOf(value as Array<unknown>) : keys.length
    for (let k = 0; k < length; k++) {
      const part = keys === undefined ? `${k}` : keys[k]!
      const revived = yield* internalize(value, part, parts?.[part], revival)
      if (revived === undefined) deleteProperty(value, part)
      else tryDataProperty(value, part, revived)
    }
  } else if (untouched && revival.hasContext) createDataProperty(context, "source", parsed.source)
  return yield* apply(revival.reviver, holder, revival.hasContext ? [key, value, context] : [key, value])
})

export const jsonParseTwins: ReadonlyArray<TwinEntry> = [
  [
    original,
    (text: any, reviver: any) => {
      const twin = twinOf(reviver)
      if (twin === undefined) return settled(original(text, reviver))
      const { parsed, hasContext } = parse(text)
      return internalize({ "": parsed.value }, "", parsed, { reviver: twin, hasContext })
    }
  ]
]
