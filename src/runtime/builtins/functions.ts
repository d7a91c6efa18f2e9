/**
 * `Function.prototype.call`, `apply` and `bind`, and `Reflect.apply`: through the twin of the function they are for. And
 * `Function.prototype.toString`, which gives lifted code the text that a lifted function was written with.
 */

import { type Construct, constructOf, stampConstruct } from "../construct.js"
import { textOf } from "../texts.js"
import { stamp, twinOf } from "../twin.js"
import { apply, construct, isConstructor, type Native, put, type TwinEntry } from "./operations.js"
import { settled } from "./settled.js"

const { apply: originalApply, bind: originalBind, call: originalCall, toString: originalToString } = Function.prototype

const call: TwinEntry = [
  originalCall,
  function (this: Native, self: unknown, ...args: Array<unknown>) {
    const twin = twinOf(this)
    if (twin !== undefined) return apply(twin, self, args)
    return settled(typeof this === "function" ? apply(this, self, args) : apply(originalCall, this, []))
  }
]

const applyTo: TwinEntry = [
  originalApply,
  function (this: Native, self: unknown, args: any) {
    const twin = twinOf(this)
    if (twin !== undefined) return apply(originalApply, twin, [self, args])
    return settled(apply(originalApply, this, [self, args]))
  }
]

const bind: TwinEntry = [
  originalBind,
  function (this: Native, self: unknown, ...args: Array<unknown>) {
    const list: Array<unknown> = [self]
    for (let k = 0; k < args.length; k++) put(list, k + 1, args[k])
    const bound = apply(originalBind, this, list)
    const how = constructOf(this)
    if (how !== undefined) stampConstruct(bound as Native, constructBound(how, this, bound as Native, args))
    const twin = twinOf(this)
    if (twin === undefined) return settled(bound)
    return settled(
      stamp(bound as Native, (...rest: Array<unknown>) => apply(twin, self, joined(args, rest) as Array<unknown>))
    )
  }
]

/** The arguments of a bound function and those of a call of it. */
const joined = (bound: ReadonlyArray<unknown>, given: ArrayLike<unknown>): ArrayLike<unknown> => {
  if (bound.length === 0) return given
  const all: Array<unknown> = []
  for (let k = 0; k < bound.length; k++) put(all, k, bound[k])
  for (let k = 0; k < given.length; k++) put(all, bound.length + k, given[k])
  return all
}

const constructBound = (how: Construct, target: Native, bound: Native, args: ReadonlyArray<unknown>): Construct => ({
  kind: "function",
  steps: (_, newTarget, given) => how.steps(target, newTarget === bound ? target : newTarget, joined(args, given))
})

const reflectApply: TwinEntry = [
  apply,
  (target: unknown, self: unknown, args: any) => {
    const twin = twinOf(target)
    return twin === undefined ? settled(apply(target as Native, self, args)) : apply(twin, self, args)
  }
]

/** Gives its arguments, as a list. */
function list(this: unknown): ArrayLike<unknown> {
  // biome-ignore lint/complexity/noArguments: a rest parameter would iterate
  return arguments
}

const reflectConstruct: TwinEntry = [
  construct,
  (...args: Array<any>) => {
    const [target, given] = args
    const newTarget = args.length > 2 ? args[2] : target
    const how = constructOf(target)
    if (how === undefined || !isConstructor(newTarget)) return settled(apply(construct, undefined, args))
    return how.steps(target, newTarget, apply(list as Native, undefined, given))
  }
]

const text: TwinEntry = [
  originalToString,
  function (this: unknown) {
    return settled(textOf(this))
  }
]

export const functionTwins: ReadonlyArray<TwinEntry> = [call, applyTo, bind, reflectApply, reflectConstruct, text]
