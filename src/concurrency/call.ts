/** Calls of user functions. */
import { nativeOp } from "../runtime/op.js"
import { type Steps, twinOf } from "../runtime/twin.js"

/** A function as `spawn` and its like take one. */
export type AnyFunction = (this: any, ...args: Array<any>) => any

/** What calling a function gives a task: the value, once a promise has settled. */
export type ResultOf<F extends AnyFunction> = Awaited<ReturnType<F>>

/** A function with what it is to be called on and with. */
export interface Call {
  readonly f: AnyFunction
  readonly self: unknown
  readonly args: ReadonlyArray<unknown>
}

/**
 * The call that `spawn(f, ...args)` and its like stand for. Where the first argument has `f` as its method of that
 * name, it is the receiver, as in `pool.spawn(account.update, account)`.
 */
export const callOf = (f: AnyFunction, args: ReadonlyArray<unknown>): Call => {
  const first = args[0]
  return typeof first === "object" && first !== null && f.name !== "" && (first as any)[f.name] === f
    ? { f, self: first, args: args.slice(1) }
    : { f, self: undefined, args }
}

const { apply } = Reflect

const settled = (promise: Promise<unknown>) =>
  nativeOp<unknown>(
    "a promise",
    (resume, reject) => {
      promise.then(resume, reject)
      return undefined
    },
    () => promise
  )

/**
 * Performs a call from inside a twin: through the function's twin where it has one, waiting for a promise it returns.
 */
export function* perform({ f, self, args }: Call): Steps<any> {
  const twin = twinOf(f)
  const result: unknown =
    twin === undefined ? apply(f, self, args as Array<unknown>) : yield* apply(twin, self, args as Array<unknown>)
  return result instanceof Promise ? yield* settled(result) : result
}

/** Performs a call on the spot, where the caller is not lifted. */
export const performPlainly = ({ f, self, args }: Call): any => apply(f, self, args as Array<unknown>)
