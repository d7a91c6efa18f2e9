/**
 * Classes whose constructors may block. A constructor's body is a generator; the constructor itself runs it plainly, and can
 * be asked by its first argument for what only a constructor can do:
 *
 * - `fields`: hand back the object given, or, in a base class where none is given, an object with the fields of the class;
 * - `inside`: put the fields of the class on the object given, by having the parent hand it back;
 * - `above`: call the parent, which is not lifted, with the list given, and put the fields on what it makes.
 */
import { apply, construct, getPrototypeOf, isObject, steps } from "./builtins/operations.js"
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
    private readonly initialises: boolean,
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
    const { initialises, target } = this
    const how = constructOf(parent)
    current.site = site
    let made: object
    if (how === undefined || (initialises && how.kind === "function")) {
      made = construct(target as any, [above, new List(args)], this.newTarget as any)
      return this.bind(made)
    }
    made = yield* how.steps(parent as any, this.newTarget as any, args)
    this.bind(made)
    if (initialises) {
      current.handing = how.kind === "base"
      construct(target as any, [inside, made], objectIntrinsic)
    }
    return made
  }

  private bind(made: object): object {
    if (this.made !== undefined) throw new ReferenceError("Super constructor may only be called once")
    this.made = made
    return made
  }

  /** What `new` gives once the body has returned. */
  end(result: unknown, derived: boolean): object {
    if (isObject(result)) return result
    if (derived && result !== undefined) {
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

/**
 * Says how a class is constructed step by step. `body` is its constructor's generator, or undefined where the constructor is
 * implied; `kind` what the generator's `this` is: the object of a base class, or a record of the construction.
 */
export const constructs = (
  target: Class,
  body: Twin | undefined,
  kind: "base" | "recorded" | "derived",
  initialises: boolean
): void => {
  const how = body === undefined ? implied(initialises) : explicit(behind(body), kind, initialises)
  stampConstruct(target as any, { kind: kind === "recorded" ? "base" : kind, steps: steps(how) as any })
}

const implied = (initialises: boolean) =>
  function* (target: Class, newTarget: Class, args: ArrayLike<unknown>): Steps<object> {
    const record = new Construction(target, initialises, newTarget)
    return yield* record.make(record.parent(), args)
  }

const explicit = (body: Twin, kind: "base" | "recorded" | "derived", initialises: boolean) =>
  kind === "derived"
    ? function* (target: Class, newTarget: Class, args: ArrayLike<unknown>): Steps<object> {
        const record = new Construction(target, initialises, newTarget)
        return record.end(yield* apply(body, record, args as Array<unknown>), true)
      }
    : function* (target: Class, newTarget: Class, args: ArrayLike<unknown>): Steps<object> {
        const made: object = construct(target as any, [fields], newTarget as any)
        const self = kind === "recorded" ? new Construction(target, initialises, newTarget, made) : made
        const result = yield* apply(body, self, args as Array<unknown>)
        return isObject(result) ? result : made
      }

/** A derived class constructed by code that is not lifted. */
export const constructed = (target: Class, newTarget: Class, args: ArrayLike<unknown>): unknown =>
  plain((constructOf(target) as Construct).steps as any, undefined, [target, newTarget, args])

/** The body of a base class's constructor, run by code that is not lifted, where it asks for a record. */
export const constructedBy = (body: Twin, target: Class, newTarget: Class, made: object, args: ArrayLike<unknown>) =>
  plain(body, new Construction(target, false, newTarget, made), args)
