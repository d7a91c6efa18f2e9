/** `new Map(iterable)` and its like, step by step: the constructor makes an empty collection, to which each item is added. */
import { type Construct, stampConstruct } from "../construct.js"
import type { Steps } from "../twin.js"
import { advance, closeAndThrow, finished, isPlain, iterate, valueIn } from "./iteration.js"
import { apply, construct, describe, isObject, type Native, notMethod, steps, toText } from "./operations.js"
import { settled } from "./settled.js"

const { iterator: iteratorSymbol } = Symbol

/** Adds the items of an iterable to what has been made. `add` is called as the built-in would call the method of that name. */
const filled = steps(function* (made: any, iterable: any, name: string, ofEntries: boolean): Steps<object> {
  const add: unknown = made[name]
  if (typeof add !== "function") throw notMethod(made, name, add)
  const method = iterable[iteratorSymbol]
  if (typeof method !== "function") {
    throw new TypeError(`${describe(iterable)} is not iterable (cannot read property Symbol(Symbol.iterator))`)
  }
  const iterated = yield* iterate(iterable, method)
  for (;;) {
    const item: any = valueIn(yield* advance(iterated))
    if (item === finished) return made
    try {
      if (!ofEntries) apply(add as Native, made, [item])
      else if (isObject(item)) apply(add as Native, made, [(item as any)[0], (item as any)[1]])
      else throw new TypeError(`Iterator value ${toText(item)} is not an entry object`)
    } catch (error) {
      yield* closeAndThrow(iterated.iterator, error)
    }
  }
})

const filling = (collection: Native, name: string, ofEntries: boolean): Construct => ({
  kind: "function",
  steps: (_target, newTarget, args) => {
    const iterable = args[0]
    const builtin = iterable === undefined || iterable === null || isPlain(iterable)
    const made = construct(collection, builtin ? [iterable] : [], newTarget)
    return builtin ? (settled(made) as Steps<any>) : filled(made, iterable, name, ofEntries)
  }
})

for (const [collection, name, ofEntries] of [
  [Map, "set", true],
  [Set, "add", false],
  [WeakMap, "set", true],
  [WeakSet, "add", false]
] as const) {
  stampConstruct(collection as unknown as Native, filling(collection as unknown as Native, name, ofEntries))
}
