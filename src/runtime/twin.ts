/**
 * Twins: the generator that stands behind a function.
 *
 * A twin is stamped on its function as a private field, which a class can add to any object by returning it from a
 * superclass constructor. Nothing can see the stamp: no property, no symbol, no prototype, no proxy trap.
 */
import type { Fiber } from "./fiber.js"
import type { Frame } from "./frames.js"
import type { Op } from "./op.js"

/** What a twin yields: an op to perform, or the iterator of a callee for the driver to push. */
export type Yielded = Op<any> | Steps<any>

/** A running twin. */
export type Steps<A> = Generator<Yielded, A, any>

/** The generator function behind a lifted function, or a hand-written one behind a blocking function. */
export type Twin<Args extends ReadonlyArray<any> = ReadonlyArray<any>, A = unknown> = (
  this: any,
  ...args: Args
) => Iterator<Yielded, A, any> & Iterable<any>

type AnyFunction = (...args: Array<any>) => any

const { apply } = Reflect
const generatorPrototype = Object.getPrototypeOf(function* () {}).prototype

const stepsPrototype = Object.freeze({
  __proto__: null,
  next: generatorPrototype.next,
  throw: generatorPrototype.throw,
  return: generatorPrototype.return,
  [Symbol.iterator](this: unknown) {
    return this
  }
})

/** Makes the generators that a function returns independent of the built-in prototypes, which `yield*` looks at. */
export const steps = <F extends (...args: any) => any>(generator: F): F => {
  generator.prototype = stepsPrototype
  return generator
}

/** What a private field can be added to any object through: a superclass that returns its argument. */
export class Itself {
  constructor(target: object) {
    // biome-ignore lint/correctness/noConstructorReturn: returning the target is how the private field lands on it
    return target
  }
}

class Stamp extends Itself {
  #twin: Twin | undefined

  /** Spelled out: the implied constructor would look up the iterator of arrays, which a program may have changed. */
  constructor(target: object) {
    super(target)
  }

  static get(f: any): Twin | undefined {
    return typeof f === "function" && #twin in f ? f.#twin : undefined
  }

  static set(f: any, twin: Twin): void {
    if (!(#twin in f)) new Stamp(f)
    f.#twin = twin
  }
}

/** The twin of `f`, or undefined where it has none (or is no function). */
export const twinOf: (f: unknown) => Twin | undefined = Stamp.get

/** Gives `f` a twin, invisibly, and returns `f`. A second stamp replaces the first. */
export const stamp = <F extends AnyFunction>(f: F, twin: Twin<any, any>): F => {
  Stamp.set(f, steps(twin) as Twin)
  return f
}

/** The generator that stands behind what is not called but constructed. */
export const behind = (body: Twin<any, any>): Twin => steps(body) as Twin

/** Runs `f` to its end from inside another twin: through its twin where it has one, plainly otherwise. */
export const callTwin: <A>(f: (...args: Array<any>) => A, self: unknown, args: ReadonlyArray<unknown>) => Steps<A> =
  steps(function* (f: AnyFunction, self: unknown, args: ReadonlyArray<unknown>) {
    const twin = twinOf(f)
    if (twin === undefined) return apply(f, self, args as Array<unknown>)
    return yield* apply(twin, self, args as Array<unknown>)
  })

/** A native stack, taken where a callee was handed to the driver, to be read when an error's stack is. */
export interface Trace {
  readonly site: number
  readonly native: object
}

/** A driver at work. */
export interface Driver {
  /** The callers that were handed to it. */
  readonly frames: Frame | null
  /** The first frame that is not its own, or null. */
  readonly bottom: Frame | null
  /** The driver that was at work when this one began to be. */
  readonly outer: Driver | null
}

/** The fiber whose twin is running at this moment, or null outside of any. */
export interface CurrentFiber {
  fiber: Fiber | null
  /** The call site (see `sites.ts`) of the last call that entered a twin. */
  site: number
  /** How many callers wait natively, by `yield*`, for the twin that is running: those that count (see `the compiler's `edges.ts``). */
  depth: number
  /** The innermost driver on the native stack. */
  driver: Driver | null
  /** What lifted code is about to hand to the driver: then it takes a failure as `FAILED`, and throws it itself. */
  handed: unknown
  /** The native stack at that moment, where it will be asked for. */
  trace: Trace | null
  /** The failure that goes with `FAILED`. */
  failure: unknown
  /** Whether a class is asked to hand an object back: then its own fields are not to be noticed. */
  handing: boolean
  /** True while the next accessor is to hand out its steps, and then these. */
  asked: boolean | Steps<any>
}

/**
 * Stands for a failure of a callee that was handed to the driver. The caller throws it: while it does, its frames are on the
 * native stack, and can be added to the error's.
 */
export const FAILED: unique symbol = Symbol("failed")

/** The state that lifted code, the driver and the twins share: one for the process. */
export const current: CurrentFiber = {
  fiber: null,
  site: 0,
  depth: 0,
  driver: null,
  handed: null,
  trace: null,
  failure: undefined,
  handing: false,
  asked: false
}
