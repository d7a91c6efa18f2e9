/** Built-ins that make something of an iterable: `Object.fromEntries`, and the combinators of `Promise`. */
import { types } from "node:util"
import { isInterruption } from "../interruption.js"
import type { Steps } from "../twin.js"
import { advance, closeAndThrow, finished, type Iterated, isPlain, iterate, valueIn } from "./iteration.js"
import {
  apply,
  createDataProperty,
  isObject,
  type Native,
  peek,
  put,
  steps,
  type TwinEntry,
  toText
} from "./operations.js"
import { settled } from "./settled.js"
import { Values } from "./values.js"

const { iterator: iteratorSymbol } = Symbol
const { fromEntries } = Object
const { isPromise } = types
const promiseIntrinsic = Promise
const { resolve } = Promise
const { then } = promiseIntrinsic.prototype

/** The method that makes an iterator of something whose steps may wait; undefined where the built-in does as well. */
const methodOf = (iterable: any): Native | undefined => {
  if (!isObject(iterable) || isPlain(iterable)) return undefined
  const method = peek(iterable, iteratorSymbol)
  return typeof method === "function" ? (method as Native) : undefined
}

const objectOf = steps(function* (iterable: unknown, method: Native): Steps<object> {
  const object = {}
  const iterated = yield* iterate(iterable, method)
  for (;;) {
    const entry: any = valueIn(yield* advance(iterated))
    if (entry === finished) return object
    try {
      if (!isObject(entry)) throw new TypeError(`Iterator value ${toText(entry)} is not an entry object`)
      const key = (entry as any)[0]
      createDataProperty(object, key, (entry as any)[1])
    } catch (error) {
      yield* closeAndThrow(iterated.iterator, error)
    }
  }
})

const fromEntriesTwin: TwinEntry = [
  fromEntries,
  function (this: unknown, iterable: unknown) {
    const method = methodOf(iterable)
    return method === undefined ? settled(apply(fromEntries, this, [iterable])) : objectOf(iterable, method)
  }
]

/** Whether combining a value runs code of the program's: it is a promise whose own ways differ. */
const isPeculiar = (value: unknown): boolean =>
  isPromise(value) && (peek(value, "then") !== then || peek(value, "constructor") !== promiseIntrinsic)

/** The values up to the end, or to one that the built-in has to meet before the next is asked for. */
const gathered = steps(function* (iterated: Iterated): Steps<Values> {
  const list: Array<unknown> = []
  for (;;) {
    const value = valueIn(yield* advance(iterated))
    if (value === finished) return new Values(list)
    put(list, list.length, value)
    if (isPeculiar(value)) return new Values(list, iterated)
  }
})

const combined = steps(function* (original: Native, iterable: unknown, method: Native): Steps<unknown> {
  let values: Values
  try {
    values = yield* gathered(yield* iterate(iterable, method))
  } catch (error) {
    if (isInterruption(error)) throw error
    return promiseIntrinsic.reject(error)
  }
  return apply(original, promiseIntrinsic, [values])
})

/**
 * The promises are gathered first and combined then, which nobody can tell from combining them as they come as long as no
 * program has changed how promises are made.
 */
const combining = (original: Native): TwinEntry => [
  original,
  function (this: unknown, iterable: unknown) {
    const unchanged =
      this === promiseIntrinsic &&
      peek(promiseIntrinsic, "resolve") === resolve &&
      peek(promiseIntrinsic.prototype, "then") === then
    const method = unchanged ? methodOf(iterable) : undefined
    return method === undefined ? settled(apply(original, this, [iterable])) : combined(original, iterable, method)
  }
]

export const fromIterableTwins: ReadonlyArray<TwinEntry> = [
  fromEntriesTwin,
  combining(promiseIntrinsic.all),
  combining(promiseIntrinsic.allSettled),
  combining(promiseIntrinsic.any),
  combining(promiseIntrinsic.race)
]
