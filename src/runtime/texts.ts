/**
 * The texts of functions. What V8 has of a lifted function is its entry; what its author wrote is in its file, and is read
 * from there only when it is asked for. Lifted code says where: in every function and class that it changes stands a mark,
 *
 *     /*$g:fingerprint:start:end*\/
 *
 * The fingerprint is that of the file's source, the offsets are in base 36. The text of a function has its own mark and
 * those of functions within it: its own is the widest.
 */
import { types } from "node:util"
import { apply, getPrototypeOf } from "./builtins/operations.js"

type AnyFunction = (...args: Array<any>) => any

const { isProxy } = types
const { hasOwn, getOwnPropertyDescriptor } = Object
const { get, set } = WeakMap.prototype
const { indexOf, slice } = String.prototype
const { toPrimitive } = Symbol
const number = Number.parseInt
const stringIntrinsic = String
const { toString: functionToString } = Function.prototype
const { valueOf: objectValueOf } = Object.prototype

/** Gives the JavaScript that a file consists of, if that still has the fingerprint. */
export type ReadSource = (file: string, fingerprint: string) => string | null

let read: ReadSource = () => null

/** Says how sources are read. */
export const readSources = (how: ReadSource): void => {
  read = how
}

const files: Record<string, string> = { __proto__: null as never }
const sources: Record<string, string | null> = { __proto__: null as never }

/** Notes which file has a fingerprint. */
export const addSource = (fingerprint: string, file: string): void => {
  files[fingerprint] = file
}

const sourceOf = (fingerprint: string): string | null => {
  const file = files[fingerprint]
  return file === undefined ? null : (sources[fingerprint] ??= read(file, fingerprint))
}

const bodies = new WeakMap<AnyFunction, AnyFunction>()

/** Says whose text an entry has that the runtime made. */
export const standsFor = <F extends AnyFunction>(entry: F, written: AnyFunction): F => {
  apply(set, bodies, [entry, written])
  return entry
}

const opening = "/*$g:"
const fingerprintLength = 8

/** What was written where the widest mark in a text says, or null where there is none. */
const marked = (text: string): string | null => {
  let widest = -1
  let fingerprint = ""
  let start = 0
  for (let at = 0; ; ) {
    at = apply(indexOf as AnyFunction, text, [opening, at])
    if (at < 0) break
    at += opening.length
    const colon: number = apply(indexOf as AnyFunction, text, [":", at + fingerprintLength + 1])
    const from = number(apply(slice as AnyFunction, text, [at + fingerprintLength + 1, colon]), 36)
    const to = number(apply(slice as AnyFunction, text, [colon + 1, colon + 8]), 36)
    if (!(to - from > widest)) continue
    widest = to - from
    start = from
    fingerprint = apply(slice as AnyFunction, text, [at, at + fingerprintLength])
  }
  const source = widest < 0 ? null : sourceOf(fingerprint)
  return source === null ? null : apply(slice as AnyFunction, source, [start, start + widest])
}

/** The text that a function was written with; of one that was not lifted what V8 has. */
export const textOf = (f: unknown): string => {
  const written: AnyFunction | undefined = apply(get, bodies, [f])
  const native: string = apply(functionToString, f, [])
  return marked(written === undefined ? native : apply(functionToString, written, [])) ?? native
}

const absent = { what: "no such property" }
const hidden = { what: "what looking at could be noticed" }

/** What reading a property would give. */
const look = (value: object, key: PropertyKey): unknown => {
  for (let holder: object | null = value; holder !== null; holder = getPrototypeOf(holder)) {
    if (isProxy(holder)) return hidden
    const descriptor = getOwnPropertyDescriptor(holder, key)
    if (descriptor !== undefined) return hasOwn(descriptor, "value") ? descriptor.value : hidden
  }
  return absent
}

/**
 * What is about to be converted to a string by the language, or by `by`, if that is `String`: the text of a function that
 * would be converted by `Function.prototype.toString`, and anything else as it is.
 */
export const shown = (value: unknown, by: unknown = stringIntrinsic): unknown =>
  typeof value === "function" && by === stringIntrinsic && converts(value as AnyFunction) ? textOf(value) : value

const converts = (f: AnyFunction): boolean => {
  const own = look(f, toPrimitive)
  if (own !== absent && own !== undefined && own !== null) return false
  return look(f, "toString") === functionToString && look(f, "valueOf") === objectValueOf
}
