/**
 * Lifted async functions. Called from code that is not lifted, such a function is what it was: it returns a promise, and goes
 * on in the same microtasks. Called from lifted code in a fiber it runs as a child fiber behind its promise; and where the
 * call is awaited at once it runs in the caller's own fiber, so that an interruption finds it there.
 */
import { settled } from "./builtins/settled.js"
import { Fiber } from "./fiber.js"
import { isInterruption } from "./interruption.js"
import { AwaitOp, isThenable } from "./op.js"
import { PlainRun } from "./plain.js"
import { current, type Steps, stamp, type Twin, twinOf } from "./twin.js"

type AnyFunction = (...args: Array<any>) => any

const apply = Reflect.apply

const bodies = new WeakMap<AnyFunction, Twin>()

/** Gives an async function its twin. */
export const stampAsync = <F extends AnyFunction>(f: F, twin: Twin<any, any>): F => {
  bodies.set(f, twin)
  return stamp(f, function (this: unknown, ...args: Array<unknown>) {
    return settled(current.fiber === null ? apply(f, this, args) : inChild(current.fiber, f, twin, this, args))
  } as Twin)
}

const inChild = (
  parent: Fiber,
  f: AnyFunction,
  twin: Twin,
  self: unknown,
  args: ReadonlyArray<unknown>
): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const body = apply(twin, self, args as Array<unknown>)
    const child = new Fiber(parent.run, f.name === "" ? "async function" : f.name, parent, body, current.site, true)
    child.observe()
    child.onEnd((outcome) => {
      if (outcome._tag === "Success") resolve(outcome.value)
      else if (outcome._tag === "Failure") reject(outcome.error)
    })
    child.step()
  })

/**
 * The twin to use where a call is awaited at once: for an async function its body, run in the caller's fiber; for any other
 * the usual one.
 */
export const awaited = (f: unknown): Twin | undefined => {
  const body = current.fiber === null ? undefined : bodies.get(f as AnyFunction)
  if (body === undefined) return twinOf(f)
  return function (...args) {
    return asPromised(apply(body, this, args))
  }
}

/** Gives what `await` finds: a failure, or a promise returned, takes the microtasks that it takes through a promise. */
function* asPromised(body: Iterator<any, unknown, any> & Iterable<any>): Steps<unknown> {
  let value: unknown
  try {
    value = yield* body
  } catch (error) {
    if (isInterruption(error)) throw error
    return Promise.reject(error)
  }
  return isThenable(value) ? new Promise((resolve) => resolve(value)) : value
}

/** `await value` in a lifted async function. */
export const wait = (value: unknown, site: number): AwaitOp => new AwaitOp(value, site)

/** Runs an async function's twin for callers that are not lifted: the entry awaits what it says. */
export const drive = (twin: Twin, self: unknown, args: ArrayLike<unknown>): PlainRun => new PlainRun(twin, self, args)
