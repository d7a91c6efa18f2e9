/**
 * Lifted async functions. Called from code that is not lifted, such a function is what it was: it returns a promise, and goes
 * on in the same microtasks. Called from lifted code in a fiber it runs in that fiber up to its first `await`, then as a fiber
 * of its own behind its promise; and where the call is awaited at once it stays in the caller's, so that an interruption finds
 * it there.
 */

import { attend } from "./answering.js"
import { AsyncCall, rejected, resolved } from "./async-call.js"
import { type Running, settled } from "./builtins/settled.js"
import { hasCallers, noteCallers } from "./callers.js"
import { isInterruption } from "./interruption.js"
import { AwaitOp } from "./op.js"
import { PlainRun } from "./plain.js"
import { requestOf } from "./requests.js"
import { current, type Steps, stamp, steps, type Twin, twinOf } from "./twin.js"

type AnyFunction = (...args: Array<any>) => any

const { apply } = Reflect
const { get, set } = WeakMap.prototype

const bodies = new WeakMap<AnyFunction, Twin>()

/** The twin that an async function's body is, where it has one. */
export const bodyOf = (f: unknown): Twin | undefined => apply(get, bodies, [f])

/** Gives an async function its twin. */
export const stampAsync = <F extends AnyFunction>(f: F, twin: Twin<any, any>): F => {
  apply(set, bodies, [f, steps(twin)])
  return stamp(f, function (this: unknown, ...args: Array<unknown>) {
    return begin(f, twin, this, args)
  } as Twin)
}

/** Parameters are evaluated at once; one that throws makes a promise that rejects. */
const begin = (f: AnyFunction, twin: Twin, self: unknown, args: ReadonlyArray<unknown>): ReturnType<Twin> => {
  try {
    return new AsyncCall(f, apply(twin, self, args as Array<unknown>))
  } catch (error) {
    return settled(rejected(error))
  }
}

/**
 * The twin to use where a call is awaited at once: for an async function its body, run in the caller's fiber; for any other
 * the usual one.
 */
export const awaited = (f: unknown): Twin | undefined => {
  const body: Twin | undefined = current.fiber === null ? undefined : apply(get, bodies, [f])
  if (body === undefined) return twinOf(f)
  return function (...args) {
    try {
      return asPromised(apply(body, this, args))
    } catch (error) {
      return settled(rejected(error))
    }
  }
}

/** Gives what `await` finds: a failure, or a promise returned, takes the microtasks that it takes through a promise. */
const asPromised = steps(function* (body: Iterator<any, unknown, any> & Iterable<any>): Steps<unknown> {
  let value: unknown
  try {
    value = yield* body
  } catch (error) {
    if (isInterruption(error)) throw error
    hasCallers(error)
    noteCallers(error)
    return rejected(error)
  }
  return isObject(value) ? resolved(value) : value
})

const isObject = (value: unknown): boolean =>
  (typeof value === "object" && value !== null) || typeof value === "function"

/** `await value` in a lifted async function. */
export const wait = (value: unknown, site: number): Running<unknown> => {
  const request = current.fiber === null ? undefined : requestOf(value)
  return request === undefined ? new AwaitOp(value, site) : attend(request, value, site)
}

/** Runs an async function's twin for callers that are not lifted: the entry awaits what it says. */
export const drive = (twin: Twin, self: unknown, args: ArrayLike<unknown>): PlainRun =>
  new PlainRun(apply(twin, self, args as Array<unknown>))
