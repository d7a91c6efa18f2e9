/** `Object.groupBy` and `Map.groupBy`, where the platform has them. */
import { type Steps, type Twin, twinOf } from "../twin.js"
import { advance, closeAndThrow, finished, iterate, valueIn } from "./iteration.js"
import { apply, describe, type Native, put, steps, type TwinEntry } from "./operations.js"
import { settled } from "./settled.js"
import { Values } from "./values.js"

const { iterator: iteratorSymbol } = Symbol
const { ownKeys } = Reflect

/** The items and their keys are found by waiting; the built-in then makes the groups of them. */
const grouping = (holder: any, toKey: (key: any) => unknown): TwinEntry => {
  const original: Native | undefined = holder.groupBy
  const group = steps(function* (iterable: unknown, method: Native, callback: Twin): Steps<unknown> {
    const list: Array<unknown> = []
    const items = new Values(list)
    const keys: Array<unknown> = []
    const iterated = yield* iterate(iterable, method)
    for (let k = 0; ; k++) {
      const value = valueIn(yield* advance(iterated))
      if (value === finished) return apply(original!, holder, [items, (_value: unknown, at: number) => keys[at]])
      put(list, k, value)
      try {
        put(keys, k, toKey(yield* apply(callback, undefined, [value, k])))
      } catch (error) {
        yield* closeAndThrow(iterated.iterator, error)
      }
    }
  })
  return [
    original,
    function (this: unknown, items: any, callback: unknown) {
      const twin = twinOf(callback)
      if (twin === undefined || items === undefined || items === null) {
        return settled(apply(original!, this, [items, callback]))
      }
      const method = items[iteratorSymbol]
      if (method !== undefined && method !== null) return group(items, method, twin)
      throw new TypeError(`${describe(items)} is not iterable (cannot read property Symbol(Symbol.iterator))`)
    }
  ]
}

export const groupTwins: ReadonlyArray<TwinEntry> = [
  grouping(Object, (key) => ownKeys({ [key]: undefined })[0]),
  grouping(Map, (key) => key)
]
