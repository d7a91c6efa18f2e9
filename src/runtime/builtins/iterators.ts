/** The methods of `Iterator.prototype` that run an iterator to its end, or until they know. */
import { type Steps, twinOf } from "../twin.js"
import {
  advance,
  close,
  closeAndThrow,
  direct,
  finished,
  type Iterated,
  listOf,
  through,
  valueIn
} from "./iteration.js"
import { waits } from "./iterator-helpers.js"
import { apply, isObject, type Native, steps, type TwinEntry } from "./operations.js"
import { settled } from "./settled.js"

const prototype: any = (globalThis as any).Iterator?.prototype ?? {}
const { toArray: originalToArray } = prototype

/** @param initial the arguments after the callback */
type Consumer = (source: Iterated, callback: unknown, initial: ReadonlyArray<unknown>) => Steps<unknown>

const reduce: Consumer = steps(function* (source, callback, initial) {
  let accumulator = initial.length > 0 ? initial[0] : valueIn(yield* advance(source))
  if (initial.length === 0 && accumulator === finished) {
    throw new TypeError("Reduce of a done iterator with no initial value")
  }
  for (let count = initial.length > 0 ? 0 : 1; ; count++) {
    const value = valueIn(yield* advance(source))
    if (value === finished) return accumulator
    try {
      accumulator = yield* through(callback, undefined, [accumulator, value, count])
    } catch (error) {
      yield* closeAndThrow(source.iterator, error)
    }
  }
} as Consumer)

const forEach: Consumer = steps(function* (source, callback) {
  for (let count = 0; ; count++) {
    const value = valueIn(yield* advance(source))
    if (value === finished) return undefined
    try {
      yield* through(callback, undefined, [value, count])
    } catch (error) {
      yield* closeAndThrow(source.iterator, error)
    }
  }
} as Consumer)

/** The first value for which the callback's answer is as wanted, or `finished`; then the iterator is closed. */
const search = steps(function* (source: Iterated, callback: unknown, wanted: boolean): Steps<unknown> {
  for (let count = 0; ; count++) {
    const value = valueIn(yield* advance(source))
    if (value === finished) return finished
    let answer: unknown
    try {
      answer = yield* through(callback, undefined, [value, count])
    } catch (error) {
      yield* closeAndThrow(source.iterator, error)
    }
    if (!answer === wanted) continue
    yield* close(source.iterator)
    return value
  }
})

const some: Consumer = steps(function* (source, callback) {
  return (yield* search(source, callback, true)) !== finished
} as Consumer)

const every: Consumer = steps(function* (source, callback) {
  return (yield* search(source, callback, false)) === finished
} as Consumer)

const find: Consumer = steps(function* (source, callback) {
  const value = yield* search(source, callback, true)
  return value === finished ? undefined : value
} as Consumer)

const consuming = (name: string, consumer: Consumer): TwinEntry => {
  const original: Native = prototype[name]
  return [
    original,
    function (this: unknown, callback: unknown, ...initial: Array<unknown>) {
      const green = isObject(this) && typeof callback === "function" && (twinOf(callback) !== undefined || waits(this))
      if (green) return consumer(direct(this), callback, initial)
      return settled(apply(original, this, initial.length === 0 ? [callback] : [callback, initial[0]]))
    }
  ]
}

const toArray: TwinEntry = [
  originalToArray,
  function (this: unknown) {
    return waits(this) ? listOf(direct(this)) : settled(apply(originalToArray, this, []))
  }
]

export const iteratorTwins: ReadonlyArray<TwinEntry> = [
  consuming("reduce", reduce),
  consuming("forEach", forEach),
  consuming("some", some),
  consuming("every", every),
  consuming("find", find),
  toArray
]
