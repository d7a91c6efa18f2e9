/**
 * Lifted generators. Such a function stays what it is and where it is, body and all, so that whoever has a generator of it
 * has a real one. What it calls that may wait is run through the generator's activation, which knows who resumed the body:
 * where that was the twin of `next`, `return` or `throw`, ops leave through the generator itself and the fiber of whoever
 * asked for the step waits; where it was the built-in, by code that is not lifted, ops are performed on the spot.
 *
 *     function* pages() { …; const page = yield* through(me, load(url)); yield page }
 *
 * The activation is found from the generator by a private field. A generator cannot be given one as it is made, for no code
 * runs between; so the first green step leaves word of who it resumes, and the body, told by the brand on its function's
 * `prototype`, introduces itself.
 */
import { types } from "node:util"
import { AsyncCall } from "./async-call.js"
import { isObject, type Native, steps } from "./builtins/operations.js"
import { type Running, Settled, settled } from "./builtins/settled.js"
import { leavesDriver } from "./callers.js"
import { Stack } from "./frames.js"
import { Op } from "./op.js"
import { PlainRun } from "./plain.js"
import { current, FAILED, Itself, stamp, type Twin, type Yielded } from "./twin.js"

const { apply, getPrototypeOf } = Reflect
const { getOwnPropertyDescriptor } = Object
const { isGeneratorObject } = types
const generatorPrototype = getPrototypeOf(getPrototypeOf((function* () {})()) as object) as Generator

/** The built-in methods of generators. */
export const {
  next: nextMethod,
  return: returnMethod,
  throw: throwMethod
} = generatorPrototype as unknown as Readonly<Record<"next" | "return" | "throw", Native>>

class Brand extends Itself {
  readonly #id: number

  constructor(prototype: object, id: number) {
    super(prototype)
    this.#id = id
  }

  static of(prototype: object): number | undefined {
    return #id in prototype ? prototype.#id : undefined
  }
}

class Introduced extends Itself {
  readonly #activation: Activation

  constructor(generator: object, activation: Activation) {
    super(generator)
    this.#activation = activation
  }

  static of(generator: object): Activation | undefined {
    return #activation in generator ? generator.#activation : undefined
  }
}

/** One run of a lifted generator's body. */
export class Activation {
  /** Whether a green step has resumed the body. */
  green = false
  /** Whether a fiber waits inside of the body. */
  waiting = false
  introduced = false

  /** @param id the brand of its function */
  constructor(readonly id: number) {}
}

/** The generator that a green step is resuming, and that has not introduced itself. */
let arriving: { readonly generator: object; readonly id: number } | null = null

const introduce = (me: Activation): void => {
  const { generator, id } = arriving!
  if (me.id !== id) return
  arriving = null
  me.introduced = true
  me.green = true
  new Introduced(generator, me)
}

/** First thing in the body of a lifted generator. */
export const activation = (id: number): Activation => {
  const me = new Activation(id)
  if (arriving !== null) introduce(me)
  return me
}

/** What a `yield` gives: a generator whose first step was not green introduces itself now. */
export const resumed = <A>(me: Activation, value: A): A => {
  if (arriving !== null && !me.introduced) introduce(me)
  return value
}

/** Brands a lifted generator function, invisibly, and returns it. `id` is the same for all closures of one source. */
export const generator = <F extends { readonly prototype: unknown }>(f: F, id: number): F => {
  const { prototype } = f
  if (isObject(prototype) && Brand.of(prototype) === undefined) new Brand(prototype, id)
  return f
}

/** Brands the methods of an object or a class, or its static ones, that are lifted generators. Returns what it was given. */
export const generators = <A extends object>(
  target: A,
  table: ReadonlyArray<readonly [key: PropertyKey, id: number]>
): A => {
  for (let row = 0; row < table.length; row++) {
    const method = getOwnPropertyDescriptor(target, table[row]![0])?.value
    if (typeof method === "function") generator(method, table[row]![1])
  }
  return target
}

/** What a generator yields to the twins of its methods when it hands them an op, which lies in `handed`. */
const aside: IteratorYieldResult<any> = { done: false, value: undefined }

/** Asks for the body to be told to return: see `Delegate`. */
export const returning: unique symbol = Symbol("returning")

let handed: Yielded | typeof returning | null = null

/** Hands something to the twin that resumed the generator. */
export const hand = (what: Yielded | typeof returning): IteratorYieldResult<any> => {
  handed = what
  return aside
}

/** Whether the generator that has just been resumed handed something out: then the step is to be `completed`. */
export const wasHanded = (): boolean => handed !== null

const running = () => new TypeError("Generator is already running")

/** Resumes a generator by one of its built-in methods, as a green step where it is a lifted one. */
export const resume = (generator: any, method: Native, value: unknown): any => {
  const me = isObject(generator) ? Introduced.of(generator) : undefined
  if (me === undefined) return resumeStranger(generator, method, value)
  if (me.waiting) throw running()
  const before = me.green
  me.green = true
  try {
    return apply(method, generator, [value])
  } finally {
    me.green = before
  }
}

const resumeStranger = (generator: any, method: Native, value: unknown): any => {
  const prototype: unknown = method === nextMethod && isGeneratorObject(generator) ? getPrototypeOf(generator) : null
  const id = isObject(prototype) ? Brand.of(prototype) : undefined
  if (id === undefined) return apply(method, generator, [value])
  const before = arriving
  arriving = { generator, id }
  try {
    return apply(method, generator, [value])
  } finally {
    arriving = before
    const me = Introduced.of(generator)
    if (me !== undefined) me.green = false
  }
}

/** What follows a step in which a generator handed out an op: performs it, and what comes after, to the step's end. */
export const completed = (generator: any): Running<any> => {
  const me = Introduced.of(generator)!
  me.waiting = true
  return complete(generator, me, taken())
}

const taken = (): Yielded | typeof returning => {
  const what = handed!
  handed = null
  return what
}

const complete = steps(function* (
  generator: any,
  me: Activation,
  first: Yielded | typeof returning
): Generator<Yielded, any, any> {
  for (let what = first; ; what = taken()) {
    let method: Native = nextMethod
    let value: unknown
    me.waiting = true
    try {
      if (what === returning) method = returnMethod
      else value = yield what
    } catch (error) {
      method = throwMethod
      value = error
    }
    me.waiting = false
    const result = resume(generator, method, value)
    if (handed === null) return result
  }
})

const twinFor = (method: Native): Twin =>
  function (this: unknown, value: unknown) {
    const result = resume(this, method, value)
    return handed === null ? settled(result) : completed(this)
  }

for (const method of [nextMethod, returnMethod, throwMethod]) stamp(method, twinFor(method))

/** Runs steps inside the body of a lifted generator, to be driven by `yield*`. */
export const through = <A>(me: Activation, running: Running<A>): Running<A> => {
  if (running instanceof Settled) return running
  if (me.green) return new Passage(me, running)
  const run = new PlainRun(running)
  run.step()
  return settled(run.value as A)
}

/**
 * Steps that are run inside a generator, whose ops leave through it. Callees that are to be pushed are kept here, so that
 * all of it happens while the generator runs, as it always did.
 */
class Passage<A> extends Stack implements Iterator<any, A, any> {
  /** What `current.depth` was as it was left. */
  private depth = -1

  constructor(
    private readonly me: Activation,
    top: Iterator<Yielded, any, any>
  ) {
    super(top)
  }

  [Symbol.iterator](): this {
    return this
  }

  next(value: unknown): IteratorResult<any, A> {
    return this.step(false, value)
  }

  throw(error: unknown): IteratorResult<any, A> {
    return this.step(true, error)
  }

  /** Only code that is not lifted gets here, while a fiber waits inside of the generator. */
  return(): never {
    throw running()
  }

  private step(failed: boolean, value: unknown): IteratorResult<any, A> {
    if (!this.me.green) throw running()
    const outer = current.depth
    if (this.depth >= 0) current.depth = this.depth
    this.outer = current.driver
    current.driver = this
    try {
      return this.run(failed, value)
    } finally {
      this.depth = current.depth
      current.depth = outer
      current.driver = this.outer
      this.outer = null
    }
  }

  private run(failed: boolean, value: unknown): IteratorResult<any, A> {
    for (;;) {
      let result: IteratorResult<Yielded, any>
      try {
        result = failed ? this.top.throw!(value) : this.top.next(value)
      } catch (error) {
        const caller = this.pop()
        if (caller === null) {
          leavesDriver(error)
          throw error
        }
        failed = !caller.throws
        value = caller.throws ? FAILED : error
        if (caller.throws) {
          current.failure = error
          current.site = caller.site
        }
        continue
      }
      failed = false
      value = result.value
      if (result.done === true) {
        if (this.pop() !== null) continue
        return result
      }
      if (value instanceof Op || value instanceof AsyncCall) return hand(value as Yielded)
      this.push(value as Iterator<Yielded, any, any>)
      value = undefined
    }
  }
}
