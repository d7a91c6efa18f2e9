/** `sort` and `toSorted`, of arrays and typed arrays. */
import { type Steps, type Twin, twinOf } from "../twin.js"
import { apply, arrayIntrinsic, lengthOf, type Native, put, steps, type TwinEntry, toObject } from "./operations.js"
import { settled } from "./settled.js"
import { timSort } from "./timsort.js"
import { elements, sameType } from "./typed-arrays.js"

const comparing = (original: Native, sort: (object: any, compare: Twin) => Steps<unknown>): TwinEntry => [
  original,
  function (this: unknown, compare: unknown) {
    const twin = twinOf(compare)
    if (twin === undefined || this === null || this === undefined) return settled(apply(original, this, [compare]))
    return sort(toObject(this), twin)
  }
]

const comparingElements = (original: Native, sort: (array: any, compare: Twin) => Steps<unknown>): TwinEntry => [
  original,
  function (this: unknown, compare: unknown) {
    const twin = twinOf(compare)
    if (twin === undefined || elements(this) === 0) return settled(apply(original, this, [compare]))
    return sort(this, twin)
  }
]

/** What a sort compares, and how much there is that it does not: `undefined` comes last, whatever the comparator says. */
interface Collected {
  readonly items: Array<unknown>
  readonly undefineds: number
}

const collect = (object: any, length: number, sparse: boolean): Collected => {
  const items: Array<unknown> = []
  let undefineds = 0
  for (let k = 0; k < length; k++) {
    if (sparse && !(k in object)) continue
    const value = object[k]
    if (value === undefined) undefineds++
    else put(items, items.length, value)
  }
  return { items, undefineds }
}

/** How many comparisons a built-in makes on so many elements in descending order. */
const comparisonsOf = (builtin: Native, length: number): number => {
  const items: Array<number> = []
  for (let k = 0; k < length; k++) items[k] = -k
  let comparisons = 0
  const compare = (x: number, y: number) => {
    comparisons++
    return x - y
  }
  apply(builtin, items, [compare])
  return comparisons
}

/** The length from which on a built-in looks for runs, which takes one comparison an element; V8's versions differ. */
const lengthWithRuns = (builtin: Native): number => {
  let length = 3
  while (comparisonsOf(builtin, length) >= length) length++
  return length
}

const { sort: originalSort, toSorted: originalToSorted } = Array.prototype
const sortedByRuns = lengthWithRuns(originalSort)
const toSortedByRuns = lengthWithRuns(originalToSorted)

const sort = steps(function* sort(object: any, compare: Twin): Steps<unknown> {
  const length = lengthOf(object)
  if (length < 2) return object
  const { items, undefineds } = collect(object, length, true)
  yield* timSort(items, compare, sortedByRuns)
  let k = 0
  for (; k < items.length; k++) object[k] = items[k]
  for (const end = k + undefineds; k < end; k++) object[k] = undefined
  for (; k < length; k++) delete object[k]
  return object
})

const toSorted = steps(function* toSorted(object: any, compare: Twin): Steps<unknown> {
  const length = lengthOf(object)
  const result: Array<unknown> = new arrayIntrinsic(length)
  const { items } = collect(object, length, false)
  yield* timSort(items, compare, toSortedByRuns)
  for (let k = 0; k < length; k++) put(result, k, k < items.length ? items[k] : undefined)
  return result
})

const sortElements = steps(function* (array: any, compare: Twin): Steps<unknown> {
  const { items } = collect(array, elements(array), false)
  yield* mergeSort(items, compare)
  for (let k = 0; k < items.length; k++) array[k] = items[k]
  return array
})

const toSortedElements = steps(function* (array: any, compare: Twin): Steps<unknown> {
  const { items } = collect(array, elements(array), false)
  const result = sameType(array, items.length)
  yield* mergeSort(items, compare)
  for (let k = 0; k < items.length; k++) result[k] = items[k]
  return result
})

/** V8's sort of typed arrays, in place. */
const mergeSort = steps(function* (items: Array<unknown>, compare: Twin): Steps<void> {
  const copy: Array<unknown> = []
  for (let k = 0; k < items.length; k++) put(copy, k, items[k])
  yield* mergeInto(items, copy, 0, items.length, compare)
})

/** Sorts [from, to) of two equal arrays, the result in the first; the halves swap their parts. */
const mergeInto = steps(function* (
  target: Array<unknown>,
  source: Array<unknown>,
  from: number,
  to: number,
  compare: Twin
): Steps<void> {
  if (to - from < 2) return
  const middle = from + ((to - from) >>> 1)
  yield* mergeInto(source, target, from, middle, compare)
  yield* mergeInto(source, target, middle, to, compare)
  let left = from
  let right = middle
  for (let k = from; k < to; k++) {
    const takeLeft =
      left < middle && (right >= to || !(+(yield* apply(compare, undefined, [source[left], source[right]])) > 0))
    target[k] = takeLeft ? source[left++] : source[right++]
  }
})

const typedPrototype = Object.getPrototypeOf(Int8Array).prototype

export const sortTwins: ReadonlyArray<TwinEntry> = [
  comparing(originalSort, sort),
  comparing(originalToSorted, toSorted),
  comparingElements(typedPrototype.sort, sortElements),
  comparingElements(typedPrototype.toSorted, toSortedElements)
]
