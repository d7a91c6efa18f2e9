/** `Array.from`. */
import { type Steps, twinOf } from "../twin.js"
import { advance, closeAndThrow, finished, isPlain, iterate, through, valueIn } from "./iteration.js"
import {
  apply,
  arrayIntrinsic,
  construct,
  createDataProperty,
  isConstructor,
  isObject,
  lengthOf,
  put,
  steps,
  type TwinEntry,
  toObject
} from "./operations.js"
import { settled } from "./settled.js"

const { from: original } = Array
const { iterator: iteratorSymbol } = Symbol

/** A constructor that is not `Array` itself gets to see what it made. */
const foreign = (maker: unknown) => maker !== arrayIntrinsic && isConstructor(maker)

const fromIterable = steps(function* fromIterable(
  maker: any,
  items: any,
  method: any,
  mapper: unknown,
  self: unknown
): Steps<any> {
  const own = !foreign(maker)
  const result: any = own ? [] : construct(maker, [])
  const define = own ? put : createDataProperty
  const iterated = yield* iterate(items, method)
  for (let k = 0; ; k++) {
    const value = valueIn(yield* advance(iterated))
    if (value === finished) {
      result.length = k
      return result
    }
    try {
      define(result, k, mapper === undefined ? value : yield* through(mapper, self, [value, k]))
    } catch (error) {
      yield* closeAndThrow(iterated.iterator, error)
    }
  }
})

const fromArrayLike = steps(function* fromArrayLike(
  maker: any,
  items: any,
  mapper: unknown,
  self: unknown
): Steps<any> {
  const source = toObject(items)
  const length = lengthOf(source)
  const own = !foreign(maker)
  const result: any = own ? new arrayIntrinsic(length) : construct(maker, [length])
  const define = own ? put : createDataProperty
  for (let k = 0; k < length; k++) {
    define(result, k, mapper === undefined ? source[k] : yield* through(mapper, self, [source[k], k]))
  }
  result.length = length
  return result
})

/** Whether neither the mapper nor the items can wait, or they are not what they have to be. */
const waitsNot = (items: unknown, mapper: unknown): boolean =>
  items === undefined ||
  items === null ||
  (mapper !== undefined && typeof mapper !== "function") ||
  (twinOf(mapper) === undefined && (!isObject(items) || isPlain(items)))

export const arrayFromTwins: ReadonlyArray<TwinEntry> = [
  [
    original,
    function (this: unknown, items: any, mapper: unknown, self: unknown) {
      if (waitsNot(items, mapper)) return settled(apply(original, this, [items, mapper, self]))
      const method = items[iteratorSymbol]
      if (method === undefined || method === null) return fromArrayLike(this, items, mapper, self)
      if (typeof method === "function") return fromIterable(this, items, method, mapper, self)
      throw new TypeError(
        "%Array%.from requires that the property of the first argument, items[Symbol.iterator], when exists, be a function"
      )
    }
  ]
]
