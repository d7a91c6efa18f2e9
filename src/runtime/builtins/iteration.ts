/** The iterator operations of ECMA-262, with every call made through the callee's twin where it has one. */
import { types } from "node:util"
import { isInterruption } from "../interruption.js"
import { type Steps, twinOf } from "../twin.js"
import {
  apply,
  getMethod,
  getPrototypeOf,
  isArray,
  isObject,
  type Native,
  notCallable,
  put,
  steps,
  toText
} from "./operations.js"
import { type Running, settled } from "./settled.js"

const { isProxy } = types
const { iterator: iteratorSymbol } = Symbol
const { hasOwn } = Object
const arrayPrototype: any = Array.prototype
const arrayIterator: any = getPrototypeOf([].values())
const { values } = arrayPrototype
const { next: arrayNext } = arrayIterator

/** Whether something is an array that iterates as arrays do, as long as no program has changed how. */
export const isPlain = (iterable: unknown): iterable is Array<unknown> =>
  isArray(iterable) &&
  !isProxy(iterable) &&
  getPrototypeOf(iterable) === arrayPrototype &&
  arrayPrototype[iteratorSymbol] === values &&
  arrayIterator.next === arrayNext &&
  !("return" in arrayIterator) &&
  !hasOwn(iterable, iteratorSymbol)

/** Call, to be driven by `yield*`. */
export const through = (f: unknown, self: unknown, args: Array<unknown>): Running<any> => {
  if (typeof f !== "function") throw notCallable(f)
  const twin = twinOf(f)
  return twin === undefined ? settled(apply(f, self, args)) : apply(twin, self, args)
}

/** An iterator and its `next`, which is read but once. */
export interface Iterated {
  readonly iterator: object
  readonly next: unknown
}

/** GetIteratorDirect */
export const direct = (iterator: any): Iterated => ({ iterator, next: iterator.next })

/** GetIteratorFromMethod */
export const iterate = steps(function* (items: unknown, method: Native): Steps<Iterated> {
  const iterator: unknown = yield* through(method, items, [])
  if (!isObject(iterator)) throw new TypeError("Result of the Symbol.iterator method is not an object")
  return direct(iterator)
})

/** What `valueIn` gives when there are no more values. */
export const finished: unique symbol = Symbol("finished")

/** The first half of IteratorStepValue: asks for the next result. */
export const advance = ({ iterator, next }: Iterated): Running<unknown> => through(next, iterator, [])

/** The second half: the value of a result, or `finished`. */
export const valueIn = (result: any): unknown => {
  if (!isObject(result)) throw new TypeError(`Iterator result ${toText(result)} is not an object`)
  return (result as IteratorResult<unknown>).done ? finished : (result as IteratorResult<unknown>).value
}

/** IteratorToList */
export const listOf = steps(function* (iterated: Iterated): Steps<Array<unknown>> {
  const list: Array<unknown> = []
  for (;;) {
    const value = valueIn(yield* advance(iterated))
    if (value === finished) return list
    put(list, list.length, value)
  }
})

/** IteratorClose after a normal completion. */
export const close = steps(function* (iterator: object): Steps<void> {
  const method = getMethod(iterator, "return")
  if (method === undefined) return
  const result = yield* through(method, iterator, [])
  if (!isObject(result)) throw new TypeError("return called on non-object")
})

/** IteratorClose after something was thrown, which is thrown on; only an interruption meanwhile comes before it. */
export const closeAndThrow = steps(function* (iterator: object, thrown: unknown): Steps<never> {
  try {
    const method = getMethod(iterator, "return")
    if (method !== undefined) yield* through(method, iterator, [])
  } catch (error) {
    if (isInterruption(error)) throw error
  }
  throw thrown
})
