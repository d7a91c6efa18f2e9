/**
 * Destructuring whose steps, or whose getters, may wait. The pattern stays one, so that what goes wrong half-way closes the
 * iterators as it always does, and defaults see what has been bound; it is applied to objects of ours. An array pattern has an
 * element more before each of its own, whose default waits for the step; what the own one is bound to is there by then. In an
 * object pattern the key waits for the property. A part that is taken apart further finds nothing, and its default makes of
 * what was taken what it is applied to:
 *
 *     const [a = f(), [b]] = xs
 *     const [{} = (yield* d.step(), d), a = f(), {} = (yield* d.stepInto(), d), [{} = (yield* e.step(), e), b, …] = (e = yield*
 *       elements(d.taken, null)), {} = (yield* d.end(), d)] = (d = yield* elements(xs, "xs is not iterable"))
 *
 *     const { a = f(), b: { c }, ...r } = o
 *     const { [yield* d.read("a")]: a = f(), [(yield* d.read("b"), "nothing")]: { [yield* e.read("c")]: c } = (e = fieldsOf(d.taken,
 *       …)), [yield* d.rest()]: r } = (d = fieldsOf(o, …))
 */
import { getter } from "./accessors.js"
import { apply, createDataProperty, type Native, put, steps, toObject } from "./builtins/operations.js"
import type { Steps } from "./twin.js"
import { type Walk, walk } from "./walk.js"

const { iterator } = Symbol
const { ownKeys } = Reflect
const { getOwnPropertyDescriptor } = Object

/** What an array pattern is applied to: what it asks for has been waited for before. */
class Elements {
  /** What the last step gave. */
  taken: unknown = undefined
  private done = false
  private ended = false
  /** Whether what is asked for next is `taken`, or the value that makes a default be evaluated. */
  private gives = false
  private list: ReadonlyArray<unknown> | null = null
  private at = 0

  constructor(
    private readonly walk: Walk,
    private readonly iterator: object | null
  ) {}

  [iterator](): this {
    return this
  }

  next(): IteratorResult<unknown> {
    const { list } = this
    if (list !== null) {
      const done = this.at === list.length
      return { done, value: done ? undefined : list[this.at++] }
    }
    const value = this.gives ? this.taken : undefined
    this.gives = false
    return { done: false, value }
  }

  /** The pattern is left before its end. */
  return(): unknown {
    if (this.done || this.ended) return this
    const method = (this.iterator as any)?.return
    return method === undefined || method === null ? this : apply(method as Native, this.iterator, [])
  }

  /** Takes a step, for an element that is asked for next. */
  *step(): Steps<void> {
    yield* this.stepInto()
    this.gives = true
  }

  /** Takes a step, for an element that is taken apart further, or left out. */
  *stepInto(): Steps<void> {
    this.taken = undefined
    if (this.done) return
    this.done = true
    this.done = !(this.walk.step() ?? (yield* this.walk.wait()))
    if (!this.done) this.taken = this.walk.value
  }

  /** Takes all steps that are left, for a rest element. */
  *collect(): Steps<void> {
    const list: Array<unknown> = []
    for (;;) {
      yield* this.stepInto()
      if (this.done) break
      put(list, list.length, this.taken)
    }
    this.list = list
  }

  /** The pattern is at its end. */
  *end(): Steps<void> {
    this.ended = true
    if (!this.done) yield* this.walk.close()
  }
}

for (const method of ["step", "stepInto", "collect", "end"] as const) steps(Elements.prototype[method])

/** Begins to take apart what an array pattern is applied to. `text` as in `walk`. */
export const elements = steps(function* (iterable: unknown, text: string | null): Steps<Elements> {
  const taken = yield* walk(iterable, text)
  return new Elements(taken, taken.source)
})

/** What an object pattern is applied to: a property that it takes has been waited for before. */
class Fields {
  taken: unknown = undefined
  readonly nothing = undefined
  private readonly keys: Array<PropertyKey> = []

  constructor(private readonly value: any) {}

  /** Reads a property, which is then `taken`, and gives the key of that. */
  *read(key: PropertyKey): Steps<"taken"> {
    const { value } = this
    put(this.keys, this.keys.length, key)
    const twin = getter(value, key)
    this.taken = twin === undefined ? value[key] : yield* apply(twin, value, [])
    return "taken"
  }

  /** Reads the properties that have not been read. */
  *rest(): Steps<"taken"> {
    const value = toObject(this.value)
    const rest = {}
    const all = ownKeys(value)
    for (let i = 0; i < all.length; i++) {
      const key = all[i]!
      if (
        this.has(typeof key === "symbol" ? key : String(key)) ||
        getOwnPropertyDescriptor(value, key)?.enumerable !== true
      )
        continue
      const twin = getter(value, key)
      createDataProperty(rest, key, twin === undefined ? value[key] : yield* apply(twin, value, []))
    }
    this.taken = rest
    return "taken"
  }

  private has(key: PropertyKey): boolean {
    for (let i = 0; i < this.keys.length; i++) if (this.keys[i] === key) return true
    return false
  }
}

for (const method of ["read", "rest"] as const) steps(Fields.prototype[method])

/** Begins to take apart what an object pattern is applied to. `first` and `text` are what V8 would name of what is no object. */
export const fieldsOf = (value: unknown, first: string | null, text: string | null): Fields => {
  if (value !== undefined && value !== null) return new Fields(value)
  if (text === null && first !== null) throw new TypeError(`Cannot read properties of ${value} (reading '${first}')`)
  const property = first === null ? "" : `property '${first}' of `
  throw new TypeError(`Cannot destructure ${property}'${text ?? value}' as it is ${value}.`)
}
