/** `Array.prototype`: the methods that take a callback, save the sorts. */
import { twinOf } from "../twin.js"
import * as loops from "./loops.js"
import {
  apply,
  arrayIntrinsic,
  arraySpecies,
  construct,
  createDataProperty,
  isArray,
  lengthOf,
  type Native,
  put,
  steps,
  type TwinEntry,
  toObject
} from "./operations.js"
import { settled } from "./settled.js"

const looping = (original: Native, loop: loops.Loop): TwinEntry => [
  original,
  function (this: unknown, callback: unknown, self: unknown) {
    const twin = twinOf(callback)
    if (twin === undefined || this === null || this === undefined)
      return settled(apply(original, this, [callback, self]))
    const object = toObject(this)
    return loop(object, lengthOf(object), true, twin, self)
  }
]

const reducing = (original: Native, reduction: loops.Reduction): TwinEntry => [
  original,
  function (this: unknown, callback: unknown, ...initial: Array<unknown>) {
    const twin = twinOf(callback)
    if (twin === undefined || this === null || this === undefined) {
      return settled(apply(original, this, initial.length === 0 ? [callback] : [callback, initial[0]]))
    }
    const object = toObject(this)
    return reduction(object, lengthOf(object), true, twin, initial)
  }
]

const map: loops.Loop = steps(function* map(object, length, _sparse, callback, self) {
  const species = arraySpecies(object)
  const result = species === undefined ? new arrayIntrinsic(length) : construct(species, [length])
  const define = species === undefined ? put : createDataProperty
  for (let k = 0; k < length; k++) {
    if (k in object) define(result, k, yield* apply(callback, self, [object[k], k, object]))
  }
  return result
} as loops.Loop)

const filter: loops.Loop = steps(function* filter(object, length, _sparse, callback, self) {
  const species = arraySpecies(object)
  const result = species === undefined ? [] : construct(species, [0])
  const define = species === undefined ? put : createDataProperty
  let to = 0
  for (let k = 0; k < length; k++) {
    if (!(k in object)) continue
    const value = object[k]
    if (yield* apply(callback, self, [value, k, object])) define(result, to++, value)
  }
  return result
} as loops.Loop)

const flatMap: loops.Loop = steps(function* flatMap(object, length, _sparse, callback, self) {
  const species = arraySpecies(object)
  const result = species === undefined ? [] : construct(species, [0])
  const define = species === undefined ? put : createDataProperty
  let to = 0
  for (let k = 0; k < length; k++) {
    if (!(k in object)) continue
    const mapped: any = yield* apply(callback, self, [object[k], k, object])
    if (!isArray(mapped)) {
      define(result, to++, mapped)
      continue
    }
    const inner = lengthOf(mapped)
    for (let j = 0; j < inner; j++) if (j in mapped) define(result, to++, mapped[j])
  }
  return result
} as loops.Loop)

const { prototype } = Array

export const arrayTwins: ReadonlyArray<TwinEntry> = [
  looping(prototype.every, loops.every),
  looping(prototype.filter, filter),
  looping(prototype.find, loops.find),
  looping(prototype.findIndex, loops.findIndex),
  looping(prototype.findLast, loops.findLast),
  looping(prototype.findLastIndex, loops.findLastIndex),
  looping(prototype.flatMap, flatMap),
  looping(prototype.forEach, loops.forEach),
  looping(prototype.map, map),
  looping(prototype.some, loops.some),
  reducing(prototype.reduce, loops.reduce),
  reducing(prototype.reduceRight, loops.reduceRight)
]
