/** `Map` and `Set`: `forEach` and, where the platform has it, `getOrInsertComputed` (of `WeakMap` too). */
import { types } from "node:util"
import { type Steps, type Twin, twinOf } from "../twin.js"
import { apply, isObject, type Native, steps, type TwinEntry } from "./operations.js"
import { settled } from "./settled.js"

const { isMap, isSet, isWeakMap } = types
const { keyFor } = Symbol
const mapPrototype = Map.prototype as any
const setPrototype = Set.prototype as any
const weakMapPrototype = WeakMap.prototype as any
const { entries } = mapPrototype
const { values } = setPrototype
const nextEntry: Native = new Map().entries().next
const nextValue: Native = new Set().values().next

/** The built-in iterators see what is added and removed meanwhile just as `forEach` does. */
const forEachEntry = steps(function* forEachEntry(map: object, callback: Twin, self: unknown): Steps<void> {
  const iterator = apply(entries, map, [])
  for (let step = apply(nextEntry, iterator, []); !step.done; step = apply(nextEntry, iterator, [])) {
    const entry = step.value
    yield* apply(callback, self, [entry[1], entry[0], map])
  }
})

const forEachValue = steps(function* forEachValue(set: object, callback: Twin, self: unknown): Steps<void> {
  const iterator = apply(values, set, [])
  for (let step = apply(nextValue, iterator, []); !step.done; step = apply(nextValue, iterator, [])) {
    yield* apply(callback, self, [step.value, step.value, set])
  }
})

const forEach = (
  original: Native,
  accepts: (receiver: unknown) => boolean,
  loop: (collection: object, callback: Twin, self: unknown) => Steps<void>
): TwinEntry => [
  original,
  function (this: object, callback: unknown, self: unknown) {
    const twin = twinOf(callback)
    if (twin === undefined || !accepts(this)) return settled(apply(original, this, [callback, self]))
    return loop(this, twin, self)
  }
]

const canBeHeldWeakly = (key: unknown): boolean =>
  isObject(key) || (typeof key === "symbol" && keyFor(key) === undefined)

const getOrInsert = (
  { getOrInsertComputed: original, has, set }: Record<string, Native | undefined>,
  accepts: (receiver: unknown, key: unknown) => boolean
): TwinEntry => {
  const compute = steps(function* (map: object, key: unknown, callback: Twin): Steps<unknown> {
    const value = yield* apply(callback, undefined, [key])
    apply(set!, map, [key, value])
    return value
  })
  return [
    original,
    function (this: object, key: unknown, callback: unknown) {
      const twin = twinOf(callback)
      if (twin === undefined || !accepts(this, key) || apply(has!, this, [key])) {
        return settled(apply(original!, this, [key, callback]))
      }
      return compute(this, key === 0 ? 0 : key, twin)
    }
  ]
}

export const collectionTwins: ReadonlyArray<TwinEntry> = [
  forEach(mapPrototype.forEach, isMap, forEachEntry),
  forEach(setPrototype.forEach, isSet, forEachValue),
  getOrInsert(mapPrototype, isMap),
  getOrInsert(weakMapPrototype, (receiver, key) => isWeakMap(receiver) && canBeHeldWeakly(key))
]
