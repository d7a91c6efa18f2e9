/** The methods of `Set.prototype` that take another set, where the platform has them; its `has` and `keys` may wait. */
import { types } from "node:util"
import { type Steps, twinOf } from "../twin.js"
import { advance, close, finished, type Iterated, through, valueIn } from "./iteration.js"
import {
  apply,
  construct,
  getterOf,
  isNotNumber,
  isObject,
  type Native,
  notCallable,
  peek,
  steps,
  type TwinEntry,
  toInteger
} from "./operations.js"
import { settled } from "./settled.js"

const { isSet } = types
const prototype = Set.prototype as any
const { add, delete: originalDelete, has: originalHas, values } = prototype
const sizeOf = getterOf(prototype, "size")
const nextValue: Native = new Set().values().next
const setIntrinsic = Set

/** A Set Record. */
interface Other {
  readonly set: object
  readonly size: number
  readonly has: Native
  readonly keys: Native
}

/** GetSetRecord */
const recordOf = (set: any): Other => {
  const size = +set.size
  if (isNotNumber(size)) throw new TypeError("The .size property is NaN")
  const whole = toInteger(size)
  if (whole < 0) throw new RangeError(`'${whole}' is an invalid size`)
  const { has } = set
  if (typeof has !== "function") throw notCallable("has")
  const { keys } = set
  if (typeof keys !== "function") throw notCallable("keys")
  return { set, size: whole, has, keys }
}

const has = (set: object, value: unknown): boolean => apply(originalHas, set, [value])

const asks = (other: Other, value: unknown) => through(other.has, other.set, [value])

const keysOf = steps(function* ({ set, keys }: Other): Steps<Iterated> {
  const iterator = yield* through(keys, set, [])
  if (!isObject(iterator)) throw new TypeError("Result of the keys method is not an object")
  const { next } = iterator as Iterator<unknown>
  if (typeof next !== "function") throw notCallable("next")
  return { iterator, next }
})

/** Values as they are now, and as they come: what `has` adds meanwhile is asked for too. */
const walk = (set: object): (() => unknown) => {
  const iterator = apply(values, set, [])
  return () => {
    const step = apply(nextValue, iterator, [])
    return step.done ? finished : step.value
  }
}

const copyOf = (set: object): object => {
  const copy = construct(setIntrinsic, [])
  const next = walk(set)
  for (let value = next(); value !== finished; value = next()) apply(add, copy, [value])
  return copy
}

type Method = (set: object, size: number, other: Other) => Steps<unknown>

const union: Method = steps(function* (set, _size, other) {
  const keys = yield* keysOf(other)
  const result = copyOf(set)
  for (;;) {
    const value = valueIn(yield* advance(keys))
    if (value === finished) return result
    apply(add, result, [value])
  }
} as Method)

const intersection: Method = steps(function* (set, size, other) {
  const result = construct(setIntrinsic, [])
  if (size <= other.size) {
    const next = walk(set)
    for (let value = next(); value !== finished; value = next()) {
      if (yield* asks(other, value)) apply(add, result, [value])
    }
    return result
  }
  const keys = yield* keysOf(other)
  for (;;) {
    const value = valueIn(yield* advance(keys))
    if (value === finished) return result
    if (has(set, value)) apply(add, result, [value])
  }
} as Method)

const difference: Method = steps(function* (set, size, other) {
  const result = copyOf(set)
  if (size <= other.size) {
    const next = walk(result)
    for (let value = next(); value !== finished; value = next()) {
      if (yield* asks(other, value)) apply(originalDelete, result, [value])
    }
    return result
  }
  const keys = yield* keysOf(other)
  for (;;) {
    const value = valueIn(yield* advance(keys))
    if (value === finished) return result
    apply(originalDelete, result, [value])
  }
} as Method)

const symmetricDifference: Method = steps(function* (set, _size, other) {
  const keys = yield* keysOf(other)
  const result = copyOf(set)
  for (;;) {
    const value = valueIn(yield* advance(keys))
    if (value === finished) return result
    apply(has(set, value) ? originalDelete : add, result, [value])
  }
} as Method)

const isSubsetOf: Method = steps(function* (set, size, other) {
  if (size > other.size) return false
  const next = walk(set)
  for (let value = next(); value !== finished; value = next()) if (!(yield* asks(other, value))) return false
  return true
} as Method)

const isSupersetOf: Method = steps(function* (set, size, other) {
  if (size < other.size) return false
  const keys = yield* keysOf(other)
  for (;;) {
    const value = valueIn(yield* advance(keys))
    if (value === finished) return true
    if (has(set, value)) continue
    yield* close(keys.iterator)
    return false
  }
} as Method)

const isDisjointFrom: Method = steps(function* (set, size, other) {
  if (size <= other.size) {
    const next = walk(set)
    for (let value = next(); value !== finished; value = next()) if (yield* asks(other, value)) return false
    return true
  }
  const keys = yield* keysOf(other)
  for (;;) {
    const value = valueIn(yield* advance(keys))
    if (value === finished) return true
    if (!has(set, value)) continue
    yield* close(keys.iterator)
    return false
  }
} as Method)

const comparing = (name: string, method: Method): TwinEntry => {
  const original: Native = prototype[name]
  return [
    original,
    function (this: unknown, other: unknown) {
      const waits = twinOf(peek(other, "has")) !== undefined || twinOf(peek(other, "keys")) !== undefined
      if (!waits || !isSet(this)) return settled(apply(original, this, [other]))
      const record = recordOf(other)
      return method(this, apply(sizeOf, this, []), record)
    }
  ]
}

export const setTwins: ReadonlyArray<TwinEntry> = [
  comparing("union", union),
  comparing("intersection", intersection),
  comparing("difference", difference),
  comparing("symmetricDifference", symmetricDifference),
  comparing("isSubsetOf", isSubsetOf),
  comparing("isSupersetOf", isSupersetOf),
  comparing("isDisjointFrom", isDisjointFrom)
]
