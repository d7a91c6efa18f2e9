/** The objects that live in this thread for proxies in another, and what is done with them. Used on both sides. */
import { OffloadError } from "../errors.js"
import { type Deed, type Packed, pack, type Wrapping } from "./wire.js"

interface Kept {
  readonly value: any
  readonly wrapping: Wrapping
}

const nothing: Wrapping = { types: [], names: [] }

export class Keeper {
  private readonly kept = new Map<number, Kept>()
  private last = 0

  /** How many objects are kept. */
  get size(): number {
    return this.kept.size
  }

  keep(value: unknown, wrapping: Wrapping = nothing): Packed {
    const id = ++this.last
    this.kept.set(id, { value, wrapping })
    return { kept: id, name: nameOf(value) }
  }

  async perform(id: number, deed: Deed): Promise<Packed> {
    const kept = this.kept.get(id)
    if (kept === undefined) throw new OffloadError("GREENLIFT_OFFLOAD_ENDED", released)
    if (deed.do === "release") {
      this.kept.delete(id)
      return { value: undefined }
    }
    const result = await perform(kept.value, deed)
    const member = deed.do === "call" || deed.do === "get" ? String(deed.key) : ""
    return wraps(kept.wrapping, member, result) ? this.keep(result, kept.wrapping) : pack(result)
  }
}

export const released = "the object behind this proxy is gone, for the proxy was closed: make another one"

const wraps = ({ names, types }: Wrapping, member: string, value: unknown): boolean => {
  if (value === null || value === undefined) return false
  if (names.includes(member)) return true
  if (types.includes(nameOf(value))) return true
  // An iterator cannot be sent, and is of use only where it can be asked for more.
  return typeof (value as any).next === "function"
}

const nameOf = (value: unknown): string =>
  typeof value === "function" ? value.name : String(Object(value).constructor?.name ?? "Object")

/** Does it to a value in this thread. */
export const perform = (value: any, deed: Exclude<Deed, { readonly do: "release" }>): unknown => {
  switch (deed.do) {
    case "call": {
      const member = value[deed.key]
      if (typeof member !== "function") throw new TypeError(`${nameOf(value)}.${deed.key} is not a function`)
      return Reflect.apply(member, value, deed.args)
    }
    case "apply":
      return value(...deed.args)
    case "get":
      return value[deed.key]
    case "set":
      value[deed.key] = deed.value
      return undefined
    case "has":
      return deed.key in Object(value)
    case "keys":
      return Object.keys(value)
    case "iterate":
      return (value[Symbol.asyncIterator] ?? value[Symbol.iterator]).call(value)
    case "end":
      return value.return?.()
  }
}

/** What a proxy stands for: what a class or a function makes, or the export itself. */
export const make = (target: any, args: ReadonlyArray<unknown> | null): unknown => {
  if (args === null || typeof target !== "function") return target
  return /^class\b/.test(Function.prototype.toString.call(target)) ? new target(...args) : target(...args)
}
