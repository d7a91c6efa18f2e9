/**
 * Lifted accessors. An accessor's generator stands inside of it, so that whatever it sees stays true; asked by `current.asked`
 * the accessor hands out its steps instead of running them.
 */

import { types } from "node:util"
import { apply, getPrototypeOf, isObject, steps } from "./builtins/operations.js"
import { stampFunction } from "./construct.js"
import { plain } from "./plain.js"
import { current, type Steps, stamp, type Twin, twinOf } from "./twin.js"

const { getOwnPropertyDescriptor } = Object
const { isProxy } = types

type Accessor = (...args: Array<any>) => unknown

/** The body of a lifted accessor. */
export const accessor = (twin: Twin, self: unknown, args: ArrayLike<unknown>): unknown => {
  if (current.asked !== true) return plain(twin, self, args)
  current.asked = false
  current.asked = apply(steps(twin), self, args as Array<unknown>) as Steps<unknown>
  return undefined
}

/** The steps that an accessor has handed out. */
export const handedOut = (): Steps<unknown> => {
  const handed = current.asked as Steps<unknown>
  current.asked = false
  return handed
}

/** Gives lifted accessors of an object or class their twins, once they are in place. */
export const accessors = <A extends object>(
  target: A,
  table: ReadonlyArray<readonly [key: PropertyKey, kind: "get" | "set"]>
): A => {
  for (let row = 0; row < table.length; row++) {
    const f = getOwnPropertyDescriptor(target, table[row]![0])?.[table[row]![1]]
    if (f !== undefined) stamp(f as Accessor, handing(f))
  }
  return target
}

/** Gives a function that hands out its steps as an accessor does its twin. */
export const asking = <F extends Accessor>(f: F): F => stampFunction(f, handing(f))

const handing = (f: Accessor): Twin<any, any> =>
  function (this: unknown, ...args) {
    current.asked = true
    apply(f, this, args)
    return handedOut()
  }

/** The twin of the accessor that an access would come to; undefined where there is none, or where looking could be noticed. */
const find = (value: unknown, key: PropertyKey, kind: "get" | "set"): Twin | undefined => {
  for (let holder = value; isObject(holder) && !isProxy(holder); holder = getPrototypeOf(holder)) {
    const descriptor = getOwnPropertyDescriptor(holder, key)
    if (descriptor !== undefined) return twinOf(descriptor[kind])
  }
  return undefined
}

/** The twin of the getter that reading a property would call. */
export const getter = (value: unknown, key: PropertyKey): Twin | undefined => find(value, key, "get")

/** The twin of the getter that reading a property of `super` would call, where methods have that home. */
export const superGetter = (home: object, key: string): Twin | undefined => find(getPrototypeOf(home), key, "get")

/** The twin of the setter that writing a property would call. */
export const setter = (value: unknown, key: string): Twin | undefined => find(value, key, "set")

/** The properties that a pattern takes from a value, read one after another. */
export const taken = steps(function* (value: any, keys: ReadonlyArray<string>): Steps<unknown> {
  if (value === null || value === undefined) return value
  const fields: any = { __proto__: null }
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!
    const twin = getter(value, key)
    fields[key] = twin === undefined ? value[key] : yield* apply(twin, value, [])
  }
  return fields
})
