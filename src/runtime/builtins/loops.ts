/**
 * The loops that arrays and typed arrays share. `sparse` says whether an absent index is passed over, as arrays do; a
 * typed array reads `undefined` where it has shrunk meanwhile.
 */
import type { Steps, Twin } from "../twin.js"
import { apply, steps } from "./operations.js"

/** @param self the `thisArg` of the callback */
export type Loop = (object: any, length: number, sparse: boolean, callback: Twin, self: unknown) => Steps<unknown>

export const every: Loop = steps(function* every(object, length, sparse, callback, self) {
  for (let k = 0; k < length; k++) {
    if (sparse && !(k in object)) continue
    if (!(yield* apply(callback, self, [object[k], k, object]))) return false
  }
  return true
} as Loop)

export const some: Loop = steps(function* some(object, length, sparse, callback, self) {
  for (let k = 0; k < length; k++) {
    if (sparse && !(k in object)) continue
    if (yield* apply(callback, self, [object[k], k, object])) return true
  }
  return false
} as Loop)

export const forEach: Loop = steps(function* forEach(object, length, sparse, callback, self) {
  for (let k = 0; k < length; k++) {
    if (sparse && !(k in object)) continue
    yield* apply(callback, self, [object[k], k, object])
  }
  return undefined
} as Loop)

export const find: Loop = steps(function* find(object, length, _sparse, callback, self) {
  for (let k = 0; k < length; k++) {
    const value = object[k]
    if (yield* apply(callback, self, [value, k, object])) return value
  }
  return undefined
} as Loop)

export const findIndex: Loop = steps(function* findIndex(object, length, _sparse, callback, self) {
  for (let k = 0; k < length; k++) {
    if (yield* apply(callback, self, [object[k], k, object])) return k
  }
  return -1
} as Loop)

export const findLast: Loop = steps(function* findLast(object, length, _sparse, callback, self) {
  for (let k = length - 1; k >= 0; k--) {
    const value = object[k]
    if (yield* apply(callback, self, [value, k, object])) return value
  }
  return undefined
} as Loop)

export const findLastIndex: Loop = steps(function* findLastIndex(object, length, _sparse, callback, self) {
  for (let k = length - 1; k >= 0; k--) {
    if (yield* apply(callback, self, [object[k], k, object])) return k
  }
  return -1
} as Loop)

/** @param initial the arguments after the callback: the first, where there is one, is the initial value */
export type Reduction = (
  object: any,
  length: number,
  sparse: boolean,
  callback: Twin,
  initial: ReadonlyArray<unknown>
) => Steps<unknown>

const empty = () => new TypeError("Reduce of empty array with no initial value")

export const reduce: Reduction = steps(function* reduce(object, length, sparse, callback, initial) {
  let k = 0
  let accumulator: unknown
  if (initial.length > 0) accumulator = initial[0]
  else {
    while (sparse && k < length && !(k in object)) k++
    if (k >= length) throw empty()
    accumulator = object[k++]
  }
  for (; k < length; k++) {
    if (sparse && !(k in object)) continue
    accumulator = yield* apply(callback, undefined, [accumulator, object[k], k, object])
  }
  return accumulator
} as Reduction)

export const reduceRight: Reduction = steps(function* reduceRight(object, length, sparse, callback, initial) {
  let k = length - 1
  let accumulator: unknown
  if (initial.length > 0) accumulator = initial[0]
  else {
    while (sparse && k >= 0 && !(k in object)) k--
    if (k < 0) throw empty()
    accumulator = object[k--]
  }
  for (; k >= 0; k--) {
    if (sparse && !(k in object)) continue
    accumulator = yield* apply(callback, undefined, [accumulator, object[k], k, object])
  }
  return accumulator
} as Reduction)
