/**
 * `new` of lifted functions and classes. What can be constructed has, beside its twin, a way to be constructed step by step,
 * stamped on it as invisibly.
 */
import { types } from "node:util"
import { apply, construct, isConstructor, isObject, steps } from "./builtins/operations.js"
import { Itself, type Steps, stamp, type Twin, twinOf } from "./twin.js"

type AnyFunction = (...args: Array<any>) => any

/** How something is constructed step by step. */
export interface Construct {
  /** What its constructor can be asked for (see `construction.ts`): that of a function for nothing. */
  readonly kind: "function" | "base" | "derived"
  /** Constructs `target` for `new.target` and a list of arguments. */
  readonly steps: (target: AnyFunction, newTarget: AnyFunction, args: ArrayLike<unknown>) => Steps<object>
  /** Of a base class: what remains once there is an object. */
  readonly on?: (target: AnyFunction, newTarget: AnyFunction, made: object, args: ArrayLike<unknown>) => Steps<object>
}

/** Called with `new`, gives the steps of a construction. */
type Maker = new (...args: Array<any>) => Steps<object>

const { isProxy } = types
const { hasOwn } = Object
const objectIntrinsic = Object

class ConstructStamp extends Itself {
  #construct: Construct | undefined
  #maker: Maker | undefined

  constructor(target: object) {
    super(target)
  }

  static set(f: any, how: Construct): void {
    if (!(#construct in f)) new ConstructStamp(f)
    f.#construct = how
  }

  static get(f: any): Construct | undefined {
    return typeof f === "function" && #construct in f ? f.#construct : undefined
  }

  static maker(f: any): Maker | undefined {
    if (typeof f !== "function" || !(#construct in f)) return undefined
    return (f.#maker ??= makerOf(f as any, f.#construct!))
  }
}

const makerOf = (f: AnyFunction, how: Construct): Maker =>
  class {
    constructor() {
      // biome-ignore lint/complexity/noArguments: a rest parameter would be one more array
      // biome-ignore lint/correctness/noConstructorReturn: what `new` gives is the steps
      return how.steps(f, f, arguments)
    }
  } as Maker

/** How `f` is constructed step by step, or undefined where it is not lifted. */
export const constructOf: (f: unknown) => Construct | undefined = ConstructStamp.get

/** Has `f` constructed step by step where lifted code constructs it. */
export const stampConstruct: (f: AnyFunction, how: Construct) => void = ConstructStamp.set

/** What to call with `new` in the place of `f`: it gives the steps to run. Undefined where `f` is not lifted. */
export const maker: (f: unknown) => Maker | undefined = ConstructStamp.maker

/** Gives a function its twin: one that can be called, and constructed. */
export const stampFunction = <F extends AnyFunction>(f: F, twin: Twin<any, any>): F => {
  stampConstruct(f, functionConstruct)
  return stamp(f, twin)
}

/** The same for a function that asks for `new.target`: `make` gives the twin for one. */
export const stampMaking = <F extends AnyFunction>(f: F, make: (newTarget: unknown) => Twin<any, any>): F => {
  const how = (_: AnyFunction, newTarget: AnyFunction, args: ArrayLike<unknown>): Steps<object> =>
    ordinary(make(newTarget), newTarget, args)
  stampConstruct(f, { kind: "function", steps: how })
  return stamp(f, make(undefined))
}

/** [[Construct]] of an ordinary function. */
const ordinary = steps(function* (twin: Twin, newTarget: AnyFunction, args: ArrayLike<unknown>): Steps<object> {
  const self = construct(objectIntrinsic, [], newTarget)
  const result = yield* apply(twin, self, args as Array<unknown>)
  return isObject(result) ? result : self
})

const functionConstruct: Construct = {
  kind: "function",
  steps: (target, newTarget, args) => ordinary(twinOf(target)!, newTarget, args)
}

/** The callee of `new` as it is, or, where it cannot be constructed, one that says so once the arguments are evaluated. */
export const constructible = (f: unknown, text: string): any =>
  (typeof f === "function" && !isProxy(f) && hasOwn(f, "prototype")) || isConstructor(f)
    ? f
    : class {
        constructor() {
          throw new TypeError(`${text} is not a constructor`)
        }
      }
