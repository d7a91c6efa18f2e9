/**
 * What goes to a worker thread and comes back. Values travel by structured clone, what came of a job under a tag: a result
 * that looks like an error stays a result.
 */
import type { Reach } from "../../runtime/exports.js"

/** Which results of a proxy's members stay where they are, and come back as proxies. */
export interface Wrapping {
  /** By the name of their class. */
  readonly types: ReadonlyArray<string>
  /** By the name of the member that they come from. */
  readonly names: ReadonlyArray<string>
}

/** What is done with an object that lives in the thread. */
export type Deed =
  | { readonly do: "call"; readonly key: string; readonly args: ReadonlyArray<unknown> }
  | { readonly do: "apply"; readonly args: ReadonlyArray<unknown> }
  | { readonly do: "get"; readonly key: string | number }
  | { readonly do: "set"; readonly key: string | number; readonly value: unknown }
  | { readonly do: "has"; readonly key: string | number }
  | { readonly do: "keys" }
  | { readonly do: "iterate" }
  | { readonly do: "end" }
  | { readonly do: "release" }

/** What a thread is asked: to call a function, to keep what one makes, or to do something with what it keeps. */
export type Request =
  | { readonly execute: Reach; readonly args: ReadonlyArray<unknown> }
  | { readonly keep: Reach; readonly args: ReadonlyArray<unknown> | null; readonly wrapping: Wrapping }
  | { readonly on: number; readonly deed: Deed }

/** A result: the value, or what stands for a value that stays in the thread. */
export type Packed =
  | { readonly value: unknown }
  | { readonly bytes: Uint8Array }
  | { readonly kept: number; readonly name: string }

/** An error, taken apart so that all of it survives the way. */
export interface PackedError {
  /** The names of its class and of those that that one extends, up to a built-in one. */
  readonly classes: ReadonlyArray<string>
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  readonly own: Readonly<Record<string, unknown>>
  readonly cause?: PackedThrown
  readonly errors?: ReadonlyArray<PackedThrown>
}

export type PackedThrown = { readonly error: PackedError } | { readonly thrown: unknown }

export type Outcome = { readonly result: Packed } | { readonly failure: PackedThrown } | { readonly stuck: string }

export type Reply = { readonly id: number; readonly outcome: Outcome }

/** A `Buffer` would arrive as a `Uint8Array`: it is marked, and becomes one again. */
export const pack = (value: unknown): Packed => (Buffer.isBuffer(value) ? { bytes: value } : { value })

export const unpackBytes = ({ buffer, byteLength, byteOffset }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength)

const builtIn: Readonly<Record<string, ErrorConstructor>> = {
  AggregateError: AggregateError as unknown as ErrorConstructor,
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError
}

/** Deeper causes than this are cut off, as in a ring of them. */
const deepest = 20

export const packThrown = (thrown: unknown, depth = 0): PackedThrown => {
  if (!(thrown instanceof Error)) return { thrown: clonable(thrown) ? thrown : String(thrown) }
  const classes: Array<string> = []
  for (let at = Object.getPrototypeOf(thrown); at !== null; at = Object.getPrototypeOf(at)) {
    const { name } = at.constructor
    classes.push(name)
    if (builtIn[name] === at.constructor) break
  }
  const own: Record<string, unknown> = {}
  for (const key of Object.getOwnPropertyNames(thrown)) {
    if (["message", "stack", "cause", "errors"].includes(key)) continue
    const value = (thrown as unknown as Record<string, unknown>)[key]
    if (clonable(value)) own[key] = value
  }
  const { errors } = thrown as AggregateError
  return {
    error: {
      classes,
      name: String(thrown.name),
      message: String(thrown.message),
      stack: thrown.stack?.split("\n").filter(isTheirs).join("\n"),
      own,
      ...("cause" in thrown && depth < deepest ? { cause: packThrown(thrown.cause, depth + 1) } : {}),
      ...(Array.isArray(errors) && depth < deepest ? { errors: errors.map((each) => packThrown(each, depth + 1)) } : {})
    }
  }
}

/** Whether a line of a stack is none of the thread's own frames. */
const isTheirs = (line: string): boolean => !/^\s+at .*\/concurrency\/tpool\//.test(line)

const clonable = (value: unknown): boolean => {
  try {
    structuredClone(value)
    return true
  } catch {
    return false
  }
}

type ErrorClass = new (...args: Array<any>) => Error

/** @param classOf finds a class of errors by its name */
export const unpackThrown = (packed: PackedThrown, classOf: (name: string) => ErrorClass | undefined): unknown => {
  if ("thrown" in packed) return packed.thrown
  const { cause, classes, errors, message, name, own, stack } = packed.error
  const Base = builtIn[classes.at(-1) ?? ""] ?? Error
  const Class = classes.map((each) => builtIn[each] ?? classOf(each)).find((each) => each !== undefined) ?? Base
  const inner = errors?.map((each) => unpackThrown(each, classOf))
  // Its constructor is not run: it would make another error than the one that was thrown.
  const error: Error = Reflect.construct(Base, inner === undefined ? [message] : [inner, message], Class)
  Object.assign(error, own)
  if (error.name !== name) hidden(error, "name", name)
  if (stack !== undefined) hidden(error, "stack", stack)
  if (cause !== undefined) hidden(error, "cause", unpackThrown(cause, classOf))
  return error
}

const hidden = (error: Error, key: string, value: unknown): void => {
  Object.defineProperty(error, key, { value, writable: true, configurable: true, enumerable: false })
}
