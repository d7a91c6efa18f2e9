/** Proxies: objects that live in a worker thread, with members that are called from here. */
import { plain } from "../../runtime/plain.js"
import { type Steps, stamp } from "../../runtime/twin.js"
import { ArgumentTypeError, OffloadError } from "../errors.js"
import { GreenIterator } from "../iterator.js"
import { labelOf, type Target } from "./execute.js"
import { make, perform, released } from "./kept.js"
import { DeedOp } from "./op.js"
import { unpacked } from "./outcome.js"
import { reachOf } from "./reach.js"
import type { Thread } from "./thread.js"
import { startThread } from "./threads.js"
import type { Deed, Wrapping } from "./wire.js"

/** How to make a proxy. */
export interface ProxyOptions {
  /** The arguments for the function or the class, or null for a proxy of the function itself. Default none. */
  readonly args?: ReadonlyArray<unknown> | null
  /** Results of members that stay in the thread, and come back as proxies themselves: by class, or by its name. */
  readonly autowrap?: ReadonlyArray<string | (new (...args: Array<any>) => unknown)>
  /** The same, by the name of the member that they come from. */
  readonly autowrapNames?: ReadonlyArray<string>
}

/** The members of an object in another thread: its methods; they may wait. What is data is read with `tpool.get`. */
export type Proxied<T> = T & { readonly [proxied]: true }

declare const proxied: unique symbol

/** What makes an object: a function, a class, or either by its name. */
export type Makes<T> = Target | (new (...args: Array<any>) => T)

/** Where an object is: in a thread, or, where nothing is lifted, here. */
interface Home {
  /** Does something with it. */
  steps(deed: Done): Steps<any>
  close(): void
}

type Done = Exclude<Deed, { readonly do: "release" }>

class Here implements Home {
  constructor(private value: { readonly it: unknown } | null) {}

  *steps(deed: Done): Steps<any> {
    if (this.value === null) throw new OffloadError("GREENLIFT_OFFLOAD_ENDED", released)
    return perform(this.value.it, deed)
  }

  close(): void {
    this.value = null
  }
}

/** What all proxies of objects in one thread share. */
class Residence {
  open = true
  private proxies = 0

  constructor(readonly thread: Thread) {}

  /** A proxy of an object here has been made. */
  moveIn(): void {
    this.proxies++
  }

  /** A proxy is gone. The thread goes with the last one. */
  moveOut(id: number): void {
    if (!this.open) return
    if (--this.proxies === 0) this.close()
    else this.thread.ask({ on: id, deed: { do: "release" } }, () => {})
  }

  close(): void {
    this.open = false
    this.thread.end()
  }
}

class There implements Home {
  private released = false

  constructor(
    private readonly residence: Residence,
    private readonly id: number,
    private readonly name: string,
    private readonly isRoot: boolean
  ) {
    residence.moveIn()
  }

  *steps(deed: Done): Steps<any> {
    if (this.released || !this.residence.open) throw new OffloadError("GREENLIFT_OFFLOAD_ENDED", released)
    const key = "key" in deed ? `.${deed.key}` : ""
    const { residence } = this
    const request = { on: this.id, deed }
    return yield* new DeedOp(`${deed.do} ${this.name}${key} in a thread`, residence.thread, request, (packed) =>
      "kept" in packed ? proxyOf(new There(residence, packed.kept, packed.name, false)) : unpacked(packed)
    )
  }

  close(): void {
    if (this.released) return
    this.released = true
    if (this.isRoot && this.residence.open) this.residence.close()
    else this.residence.moveOut(this.id)
  }

  /** As `close`, but what came from the object stays. */
  drop(): void {
    if (this.released) return
    this.released = true
    this.residence.moveOut(this.id)
  }
}

const homes = new WeakMap<object, Home>()

/** Has the thread forget what nobody has a proxy of any more. */
const dropped = new FinalizationRegistry<There>((home) => home.drop())

const homeOf = (proxy: unknown): Home => {
  const home = homes.get(proxy as object)
  if (home === undefined) throw new ArgumentTypeError("this is no proxy: give what tpool.proxy returned")
  return home
}

type Member = (...args: Array<any>) => unknown

const member = (name: string, steps: (args: Array<unknown>) => Steps<unknown>): Member => {
  const twin = (...args: Array<unknown>): Steps<unknown> => steps(args)
  const entry = (...args: Array<unknown>): unknown => plain(twin, undefined, args)
  return stamp(Object.defineProperty(entry, "name", { value: name, configurable: true }), twin)
}

/** A member keeps its proxy, so that the object stays as long as somebody has either. */
const memberOf = (proxy: object, key: string | symbol): Member | undefined => {
  if (key === Symbol.iterator) return member("[Symbol.iterator]", () => iterating(proxy))
  // It is no promise, and there is nothing else that JavaScript looks up in an object by itself.
  if (typeof key === "symbol" || key === "then") return undefined
  return member(key, (args) => homeOf(proxy).steps({ do: "call", key, args }))
}

const proxyOf = (home: Home): any => {
  const members = new Map<string | symbol, Member | undefined>()
  const apply = (...args: Array<unknown>): Steps<unknown> => homeOf(proxy).steps({ do: "apply", args })
  const proxy: Member = new Proxy((...args: Array<unknown>): unknown => plain(apply, undefined, args), {
    get: (_, key) => {
      if (!members.has(key)) members.set(key, memberOf(proxy, key))
      return members.get(key)
    },
    set: (_, key, value) => {
      set(proxy, key as string, value)
      return true
    },
    has: (_, key) => has(proxy, key as string)
  })
  stamp(proxy, apply)
  homes.set(proxy, home)
  if (home instanceof There) dropped.register(proxy, home)
  return proxy
}

function* iterating(proxy: object): Steps<Iterator<unknown>> {
  const iterator: any = yield* homeOf(proxy).steps({ do: "iterate" })
  return homes.has(iterator) ? new Remote(iterator) : iterator
}

/** An iterator in a thread. */
class Remote extends GreenIterator<any> {
  constructor(private readonly proxy: object) {
    super()
  }

  protected step(): Steps<IteratorResult<any, undefined>> {
    return homeOf(this.proxy).steps({ do: "call", key: "next", args: [] })
  }

  protected close(): Steps<void> {
    return homeOf(this.proxy).steps({ do: "end" })
  }
}

/**
 * Makes an object in a worker thread, by calling a function or a class there, and returns a proxy of it: its methods are
 * called in the thread, one after another, without holding up the others here. It can be iterated, and called, where the
 * object can. Data is read and written with `tpool.get` and `tpool.set`. What is no function, or named `"*"`, is not
 * called: the export itself is proxied, and a whole module with all its exports.
 *
 * Functions are reached, and values travel, as with `execute`. Results are copies, except for iterators, and for those
 * that `autowrap` and `autowrapNames` tell: they stay in the thread, and come back as proxies. Interruption ends the wait
 * at once; what was begun is done to its end, so that the object stays whole, and the next call waits for that. The thread
 * belongs to the proxy and those that came from it, and ends with the last of them, or with `tpool.close`. Unlifted, the
 * object is made and used in place.
 *
 * The idea is eventlet's `tpool.Proxy`.
 *
 * @throws OffloadError where `target` cannot be reached, a value cannot be sent, or the proxy was closed
 *
 * @example
 * import { tpool } from "greenlift/green"
 *
 * declare class Index {
 *   constructor(path: string)
 *   search(words: string): Array<string>
 * }
 *
 * const index = tpool.proxy<Index>({ module: new URL("./index.js", import.meta.url), name: "Index" }, { args: ["a.idx"] })
 * console.log(index.search("study room"))
 * tpool.close(index)
 */
export const proxy = <T = any>(target: Makes<T>, options: ProxyOptions = {}): Proxied<T> => {
  if (typeof target !== "function") return plain(making, undefined, [target, options]) as Proxied<T>
  return proxyOf(new Here({ it: make(target, argumentsOf(options.args, false)) }))
}

/** What to call a target with, or null where it is not to be called. */
const argumentsOf = (args: ProxyOptions["args"], isModule: boolean): ReadonlyArray<unknown> | null =>
  args === undefined ? (isModule ? null : []) : args

function* making(
  target: Makes<unknown>,
  { args, autowrap = [], autowrapNames = [] }: ProxyOptions = {}
): Steps<unknown> {
  const reach = reachOf(target)
  const types = autowrap.map((type) => (typeof type === "string" ? type : type.name))
  const wrapping: Wrapping = { types, names: autowrapNames }
  const whole = reach.path.length === 0 || reach.path[0] === "*"
  const residence = new Residence(startThread())
  let made: unknown
  try {
    const request = { keep: reach, args: argumentsOf(args, whole), wrapping }
    made = yield* new DeedOp(`make ${labelOf(target)} in a thread`, residence.thread, request, (packed) =>
      "kept" in packed ? proxyOf(new There(residence, packed.kept, packed.name, true)) : undefined
    )
    return made
  } finally {
    if (made === undefined) residence.close()
  }
}

stamp(proxy, making)

/** Reads a property of the object behind a proxy. */
export const get = (proxy: object, key: string | number): any => plain(getTwin, undefined, [proxy, key])

function* getTwin(proxy: object, key: string | number): Steps<any> {
  return yield* homeOf(proxy).steps({ do: "get", key })
}

stamp(get, getTwin)

/** Writes a property of the object behind a proxy. `proxy.key = value` does it, too, but blocks. */
export const set = (proxy: object, key: string | number, value: unknown): void => {
  plain(setTwin, undefined, [proxy, key, value])
}

function* setTwin(proxy: object, key: string | number, value: unknown): Steps<void> {
  yield* homeOf(proxy).steps({ do: "set", key, value })
}

stamp(set, setTwin)

/** Whether the object behind a proxy has a property. */
export const has = (proxy: object, key: string | number): boolean => plain(hasTwin, undefined, [proxy, key]) as boolean

function* hasTwin(proxy: object, key: string | number): Steps<boolean> {
  return yield* homeOf(proxy).steps({ do: "has", key })
}

stamp(has, hasTwin)

/** The names of the properties of the object behind a proxy. */
export const keys = (proxy: object): Array<string> => plain(keysTwin, undefined, [proxy]) as Array<string>

function* keysTwin(proxy: object): Steps<Array<string>> {
  return yield* homeOf(proxy).steps({ do: "keys" })
}

stamp(keys, keysTwin)

/**
 * Lets go of the object behind a proxy. With the one that `tpool.proxy` returned its thread ends, and all that lives there;
 * calls that are waiting for it fail.
 */
export const close = (proxy: object): void => homeOf(proxy).close()
