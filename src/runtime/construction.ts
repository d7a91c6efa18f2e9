/**
 * Classes whose constructors may block. A constructor's body is a generator; the constructor itself runs it plainly, and can
 * be asked by its first argument for what only a constructor can do:
 *
 * - `fields`: hand back the object given, or, in a base class where none is given, an object with the fields of the class;
 * - `inside`: put the fields of the class on the object given, by having the parent hand it back;
 * - `above`: call the parent, which is not lifted, with the list given, and put the fields on what it makes.
 */
import { apply, construct, createDataProperty, getPrototypeOf, isObject, steps } from "./builtins/operations.js"
import { type Construct, constructOf, stampConstruct } from "./construct.js"
import { plain } from "./plain.js"
import { behind, current, type Steps, type Twin } from "./twin.js"

type Class = abstract new (...args: Array<any>) => object
type Key = string | symbol

export const fields = { asks: "fields" }
export const inside = { asks: "inside" }
export const above = { asks: "above" }

const { get, set } = Reflect
const objectIntrinsic = Object

/** Hands an object back from the constructor of a base class, whose own fields on another object were left out. */
export const givenBack = (made: unknown): unknown => {
  current.handing = false
  return made
}

/** A construction under way: what a constructor's body has for its `this` where there is no object yet. */
class Construction {
  private made: object | undefined

  constructor(
    private readonly target: Class,
    private readonly how: Body,
    readonly newTarget: Class,
    made?: object
  ) {
    this.made = made
  }

  /** `this` */
  get self(): any {
    if (this.made !== undefined) return this.made
    throw new ReferenceError(
      "Must call super constructor in derived class before accessing 'this' or returning from derived constructor"
    )
  }

  /** The parent, as it is before the arguments are evaluated. */
  parent(): unknown {
    return getPrototypeOf(this.target)
  }

  /** `super(…)` */
  *make(parent: unknown, args: ArrayLike<unknown>, site = current.site): Steps<object> {
    const { initialises } = this.how
    const { target } = this
    const how = constructOf(parent)
    current.site = site
    let made: object
    if (how === undefined || (initialises && how.kind === "function")) {
      // Where there is an object already, the parent runs once more, and nothing is initialised.
      made =
        this.made === undefined
          ? construct(target as any, [above, new List(args)], this.newTarget as any)
          : construct(parent as any, args, this.newTarget as any)
      this.bind(made)
    } else {
      made = yield* how.steps(parent as any, this.newTarget as any, args)
      this.bind(made)
      if (initialises) {
        current.handing = how.kind === "base"
        construct(target as any, [inside, made], objectIntrinsic)
      }
    }
    const initialisers = this.how.fields
    for (let i = 0; i < initialisers.length; i++) yield* apply(initialisers[i]!, made, [])
    return made
  }

  private bind(made: object): object {
    if (this.made !== undefined) throw new ReferenceError("Super constructor may only be called once")
    this.made = made
    return made
  }

  /** What `new` gives once the body has returned. */
  end(result: unknown): object {
    if (isObject(result)) return result
    if (result !== undefined) {
      throw new TypeError("Derived constructors may only return object or undefined")
    }
    return this.self
  }

  /** `super[key]` */
  readonly get = (key: Key): unknown => {
    const { self } = this
    const home = getPrototypeOf(this.target.prototype) as any
    return home === null ? home[key] : get(home, key, self)
  }

  /** `super[key] = value` */
  readonly set = (key: Key, value: unknown): unknown => {
    const { self } = this
    const home = getPrototypeOf(this.target.prototype) as any
    if (home === null) home[key] = value
    else if (!set(home, key, value, self)) throw new TypeError(`Cannot assign to property '${String(key)}' of object`)
    return value
  }
}

/** A list to spread that no program can change the iteration of. */
class List {
  private index = 0
  constructor(private readonly items: ArrayLike<unknown>) {}
  [Symbol.iterator](): this {
    return this
  }
  next(): { done: boolean; value: unknown } {
    const { index, items } = this
    this.index++
    return { done: index >= items.length, value: items[index] }
  }
}

/** What a class does step by step to an object that is made. */
interface Body {
  /** The constructor's generator, or undefined where the constructor is implied. */
  readonly body: Twin | undefined
  /** What the generator's `this` is: the object of a base class, or a record of the construction. */
  readonly kind: "base" | "recorded" | "derived"
  /** Whether the class has fields, or private methods, that only its constructor can put on an object. */
  readonly initialises: boolean
  /** The initialisers of the fields after those. */
  readonly fields: ReadonlyArray<Twin>
}

/** Says how a class is constructed step by step. */
export const constructs = (
  target: Class,
  body: Twin | undefined,
  kind: Body["kind"],
  initialises: boolean,
  initialisers: ReadonlyArray<Twin>
): void => {
  const how: Body = {
    body: body === undefined ? undefined : behind(body),
    kind,
    initialises,
    fields: initialisers.map(steps)
  }
  stampConstruct(target as any, kind === "derived" ? derived(how) : base(how))
}

const derived = (how: Body): Construct => ({
  kind: "derived",
  steps: steps(function* (target: any, newTarget: any, args: ArrayLike<unknown>): Steps<object> {
    const record = new Construction(target, how, newTarget)
    if (how.body === undefined) return yield* record.make(record.parent(), args)
    return record.end(yield* apply(how.body, record, args as Array<unknown>))
  })
})

const base = (how: Body): Construct => {
  const on = steps(function* (target: any, newTarget: any, made: object, args: ArrayLike<unknown>): Steps<object> {
    for (let i = 0; i < how.fields.length; i++) yield* apply(how.fields[i]!, made, [])
    if (how.body === undefined) return made
    const self = how.kind === "recorded" ? new Construction(target, how, newTarget, made) : made
    const result = yield* apply(how.body, self, args as Array<unknown>)
    return isObject(result) ? result : made
  })
  return {
    kind: "base",
    on,
    steps: (target, newTarget, args) => on(target, newTarget, construct(target, [fields], newTarget), args)
  }
}

/** A derived class constructed by code that is not lifted. */
export const constructed = (target: Class, newTarget: Class, args: ArrayLike<unknown>): unknown =>
  plain(constructOf(target)!.steps as any, undefined, [target, newTarget, args])

/** What remains of a base class's construction by code that is not lifted. */
export const constructedOn = (target: Class, newTarget: Class, made: object, args: ArrayLike<unknown>): unknown =>
  plain(constructOf(target)!.on as any, undefined, [target, newTarget, made, args])

/** Initialises a public field. */
export const field = (target: object, key: Key, value: unknown): void => {
  createDataProperty(target, key, value)
}

/** What a method is called that is only there so that its key is evaluated. */
export const nowhere: unique symbol = Symbol("nowhere")

const { get: getInitialisers, set: setInitialisers } = WeakMap.prototype
const initialisers = new WeakMap<Class, ReadonlyArray<Twin>>()

/** Says which static elements of a class are yet to be run. */
export const statics = (target: Class, generators: ReadonlyArray<Twin>): void => {
  apply(setInitialisers, initialisers, [target, generators])
}

/** Runs them, and gives the class. */
export const initialised = steps(function* (target: Class): Steps<Class> {
  const generators: ReadonlyArray<Twin> = apply(getInitialisers, initialisers, [target])
  for (let i = 0; i < generators.length; i++) yield* apply(steps(generators[i]!), target, [])
  return target
})
