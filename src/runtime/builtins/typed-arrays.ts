/** `%TypedArray%`: `from`, and the methods of the prototype that take a callback, save the sorts. */
import { type Steps, type Twin, twinOf } from "../twin.js"
import { iterate, listOf } from "./iteration.js"
import * as loops from "./loops.js"
import {
  apply,
  construct,
  constructorOf,
  defineGetter,
  getterOf,
  isConstructor,
  isObject,
  lengthOf,
  type Native,
  put,
  steps,
  type TwinEntry,
  toObject
} from "./operations.js"
import { settled } from "./settled.js"

const intrinsic: any = Object.getPrototypeOf(Int8Array)
const { from: originalFrom } = intrinsic
const { prototype } = intrinsic
const { filter: originalFilter, map: originalMap } = prototype
const { iterator: iteratorSymbol, species: speciesSymbol } = Symbol
const nameOf = getterOf(prototype, Symbol.toStringTag)
const countOf = getterOf(prototype, "length")

const constructors: Record<string, Native> = { __proto__: null } as any
for (const maker of [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  (globalThis as any).Float16Array
]) {
  if (maker !== undefined) constructors[maker.name] = maker
}

const constructorFor = (array: object): Native => constructors[apply(nameOf, array, []) as string]!

/** The number of elements; 0 for what is no typed array or is out of bounds, which the built-in then complains about. */
export const elements = (value: unknown): number =>
  apply(nameOf, value, []) === undefined ? 0 : (apply(countOf, value, []) as number)

/** A new typed array of the same type. */
export const sameType = (array: object, length: number): any => construct(constructorFor(array), [length])

const looping = (original: Native, loop: loops.Loop): TwinEntry => [
  original,
  function (this: unknown, callback: unknown, self: unknown) {
    const twin = twinOf(callback)
    const length = twin === undefined ? 0 : elements(this)
    if (length === 0) return settled(apply(original, this, [callback, self]))
    return loop(this, length, false, twin!, self)
  }
]

const reducing = (original: Native, reduction: loops.Reduction): TwinEntry => [
  original,
  function (this: unknown, callback: unknown, ...initial: Array<unknown>) {
    const twin = twinOf(callback)
    const length = twin === undefined ? 0 : elements(this)
    if (length === 0) {
      return settled(apply(original, this, initial.length === 0 ? [callback] : [callback, initial[0]]))
    }
    return reduction(this, length, false, twin!, initial)
  }
]

const speciesOf = (array: any): Native => {
  const standard = constructorFor(array)
  const maker = array.constructor
  if (maker === undefined) return standard
  if (!isObject(maker)) throw new TypeError("The .constructor property is not an object")
  const species = (maker as any)[speciesSymbol]
  if (species === undefined || species === null || species === standard) return standard
  if (!isConstructor(species)) throw new TypeError("object.constructor[Symbol.species] is not a constructor")
  return species
}

/** The built-in, made to get `result` from a species constructor, says what is wrong with it. */
const refuse = (array: object, result: object, length: number): void => {
  const standIn = sameType(array, length)
  const maker = { [speciesSymbol]: constructorOf(result) }
  defineGetter(standIn, "constructor", () => maker)
  apply(originalMap, standIn, [() => 0])
}

const map: loops.Loop = steps(function* (array, length, _sparse, callback, self) {
  const result = construct(speciesOf(array), [length])
  if (elements(result) < length) refuse(array, result, length)
  for (let k = 0; k < length; k++) result[k] = yield* apply(callback, self, [array[k], k, array])
  return result
} as loops.Loop)

/** The built-in makes the result, out of the elements to keep, which ask for the same species. */
const filter: loops.Loop = steps(function* (array, length, _sparse, callback, self) {
  const kept: Array<unknown> = []
  for (let k = 0; k < length; k++) {
    const value = array[k]
    if (yield* apply(callback, self, [value, k, array])) put(kept, kept.length, value)
  }
  const standIn = sameType(array, kept.length)
  for (let k = 0; k < kept.length; k++) standIn[k] = kept[k]
  defineGetter(standIn, "constructor", () => array.constructor)
  return apply(originalFilter, standIn, [() => true])
} as loops.Loop)

const fromMapped = steps(function* (maker: Native, items: any, mapper: Twin, self: unknown): Steps<unknown> {
  const method = items[iteratorSymbol]
  const absent = method === undefined || method === null
  if (!absent && typeof method !== "function") {
    throw new TypeError(
      "%TypedArray%.from requires that the property of the first argument, items[Symbol.iterator], when exists, be a function"
    )
  }
  const source = absent ? toObject(items) : yield* listOf(yield* iterate(items, method))
  const length = lengthOf(source)
  const result = construct(maker, [length])
  if (length === 0 || elements(result) < length)
    apply(originalFrom, constructorOf(result), [{ __proto__: null, length }])
  for (let k = 0; k < length; k++) result[k] = yield* apply(mapper, self, [source[k], k])
  return result
})

const from: TwinEntry = [
  originalFrom,
  function (this: unknown, items: unknown, mapper: unknown, self: unknown) {
    const twin = twinOf(mapper)
    if (twin === undefined || items === undefined || items === null || !isConstructor(this)) {
      return settled(apply(originalFrom, this, [items, mapper, self]))
    }
    return fromMapped(this, items, twin, self)
  }
]

export const typedArrayTwins: ReadonlyArray<TwinEntry> = [
  from,
  looping(prototype.every, loops.every),
  looping(prototype.filter, filter),
  looping(prototype.find, loops.find),
  looping(prototype.findIndex, loops.findIndex),
  looping(prototype.findLast, loops.findLast),
  looping(prototype.findLastIndex, loops.findLastIndex),
  looping(prototype.forEach, loops.forEach),
  looping(prototype.map, map),
  looping(prototype.some, loops.some),
  reducing(prototype.reduce, loops.reduce),
  reducing(prototype.reduceRight, loops.reduceRight)
]
