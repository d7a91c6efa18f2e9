/** `Function.prototype.call`, `apply` and `bind`, and `Reflect.apply`: through the twin of the function they are for. */
import { stamp, twinOf } from "../twin.js"
import { apply, type Native, put, type TwinEntry } from "./operations.js"
import { settled } from "./settled.js"

const { apply: originalApply, bind: originalBind, call: originalCall } = Function.prototype

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
    const twin = twinOf(this)
    if (twin === undefined) return settled(bound)
    return settled(
      stamp(bound as Native, (...rest: Array<unknown>) => {
        if (args.length === 0) return apply(twin, self, rest)
        const all: Array<unknown> = []
        for (let k = 0; k < args.length; k++) put(all, k, args[k])
        for (let k = 0; k < rest.length; k++) put(all, args.length + k, rest[k])
        return apply(twin, self, all)
      })
    )
  }
]

const reflectApply: TwinEntry = [
  apply,
  (target: unknown, self: unknown, args: any) => {
    const twin = twinOf(target)
    return twin === undefined ? settled(apply(target as Native, self, args)) : apply(twin, self, args)
  }
]

export const functionTwins: ReadonlyArray<TwinEntry> = [call, applyTo, bind, reflectApply]
