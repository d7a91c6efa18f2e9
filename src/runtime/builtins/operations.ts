/**
 * The abstract operations of ECMA-262 that the twins of built-ins share. What they use was captured as this module
 * loaded, before any program ran, and nothing here reads a prototype that a program may have changed since.
 */
import { types } from "node:util"
import type { Twin } from "../twin.js"

export { steps } from "../twin.js"

export const { apply, construct, deleteProperty, getPrototypeOf } = Reflect
export const { isArray } = Array
export const { is: sameValue, keys: ownKeys } = Object
export const { max, min } = Math
export const { isNaN: isNotNumber } = Number
export const arrayIntrinsic = Array
export const toObject = Object as (value: unknown) => any
export const toText = String

const { defineProperty, getOwnPropertyDescriptor } = Object
const { defineProperty: tryDefineProperty } = Reflect
const { species } = Symbol
const { isProxy } = types
const { trunc } = Math
const proxyIntrinsic = Proxy
const arrayPrototype = Array.prototype
const objectPrototype = Object.prototype
const functionToString = Function.prototype.toString
const arrayText: string = apply(functionToString, Array, [])

/** A built-in, as it was when this module loaded. */
export type Native = (...args: Array<any>) => any

/** A built-in (or undefined where the platform lacks it) and its twin. */
export type TwinEntry = readonly [builtin: Native | undefined, twin: Twin<any, any>]

export const isObject = (value: unknown): value is object =>
  typeof value === "object" ? value !== null : typeof value === "function"

/** A value as V8's messages name it: `number 1`, `object`. */
export const describe = (value: unknown): string => {
  if (typeof value === "string") return `string "${value}"`
  if (value === null || typeof value === "number" || typeof value === "boolean") return `${typeof value} ${value}`
  return typeof value
}

export const notCallable = (value: unknown): TypeError => new TypeError(`${describe(value)} is not a function`)

export const toInteger = (value: unknown): number => {
  const integer = trunc(+(value as number))
  return isNotNumber(integer) ? 0 : integer
}

const maxLength = Number.MAX_SAFE_INTEGER

export const toLength = (value: unknown): number => max(0, min(toInteger(value), maxLength))

/** LengthOfArrayLike */
export const lengthOf = (object: { length: unknown }): number => toLength(object.length)

/** What V8 calls an object by: the name of its constructor. */
export const nameOf = (value: object): string => {
  const name = peek(peek(value, "constructor"), "name")
  return typeof name === "string" && name !== "" ? name : "Object"
}

/** GetMethod */
export const getMethod = (value: any, key: PropertyKey): Native | undefined => {
  const method = value[key]
  if (method === undefined || method === null) return undefined
  if (typeof method !== "function") throw notCallable(method)
  return method
}

/** What V8 says, in some places, of a property that should have been a method. */
export const notMethod = (object: object, key: PropertyKey, value: unknown): TypeError =>
  new TypeError(
    `'${toText(value)}' returned for property '${toText(key)}' of object '#<${nameOf(object)}>' is not a function`
  )

const standIn = { __proto__: null, construct: () => ({ __proto__: null }) } as ProxyHandler<Native>

/** IsConstructor: a proxy has [[Construct]] where its target has, and this one does not reach its target. */
export const isConstructor = (value: unknown): value is Native => {
  if (value === arrayIntrinsic) return true
  if (typeof value !== "function") return false
  try {
    construct(new proxyIntrinsic(value as Native, standIn), [])
    return true
  } catch {
    return false
  }
}

const dataProperty = (value: unknown): object => ({
  __proto__: null,
  value,
  writable: true,
  enumerable: true,
  configurable: true
})

/** CreateDataPropertyOrThrow */
export const createDataProperty = (object: object, key: PropertyKey, value: unknown): void => {
  defineProperty(object, key, dataProperty(value))
}

/** CreateDataProperty, whose result does not matter. */
export const tryDataProperty = (object: object, key: PropertyKey, value: unknown): void => {
  tryDefineProperty(object, key, dataProperty(value))
}

/**
 * CreateDataProperty on an array that no program has seen yet. Where no prototype has the key an assignment does the
 * same, at a fiftieth of the cost.
 */
export const put = (array: Array<unknown>, index: number, value: unknown): void => {
  if (index in array || getPrototypeOf(arrayPrototype) !== objectPrototype) createDataProperty(array, index, value)
  else array[index] = value
}

/** The species constructor an array asks for, or undefined where that is `Array` itself: then the result is our own. */
export const arraySpecies = (array: any): Native | undefined => {
  if (!isArray(array)) return undefined
  let maker: any = array.constructor
  if (maker !== arrayIntrinsic && isArrayOfOtherRealm(maker)) return undefined
  if (isObject(maker)) maker = (maker as any)[species] ?? undefined
  if (maker === undefined || maker === arrayIntrinsic) return undefined
  if (!isConstructor(maker)) throw new TypeError("object.constructor[Symbol.species] is not a constructor")
  return maker
}

/** No program can write a function with this text, and a proxy has another. */
const isArrayOfOtherRealm = (value: unknown): boolean =>
  typeof value === "function" && apply(functionToString, value, []) === arrayText

/**
 * The property that Get would find, where looking cannot be noticed; undefined where a getter or a proxy stands in the
 * way. A hint, by which to choose between the built-in and its twin.
 */
export const peek = (value: unknown, key: PropertyKey): unknown => {
  for (let holder = value; isObject(holder) && !isProxy(holder); holder = getPrototypeOf(holder)) {
    const descriptor = getOwnPropertyDescriptor(holder, key)
    if (descriptor !== undefined) return descriptor.value
  }
  return undefined
}

/** The getter of an accessor, to be applied. */
export const getterOf = (object: object, key: PropertyKey): Native => getOwnPropertyDescriptor(object, key)!.get!

/** Gives an object of ours a getter. */
export const defineGetter = (object: object, key: PropertyKey, get: () => unknown): void => {
  defineProperty(object, key, { __proto__: null, get, configurable: true } as object)
}

/** A constructor that makes nothing, but returns what there is: for asking a built-in what it thinks of it. */
export const constructorOf = (made: object): Native =>
  new proxyIntrinsic(arrayIntrinsic as Native, { __proto__: null, construct: () => made } as object)
