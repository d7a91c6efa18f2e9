/**
 * `require` in a fiber: where the module that is loaded is lifted and its top level may block, that top level runs in the fiber
 * that requires it, and other fibers go on meanwhile.
 *
 * Node makes the module and calls what it compiled, which hands its top level over instead of running it; it is run once Node
 * is through. A module that is loading is in the cache with what it has exported so far, as ever: whoever requires it in a
 * circle gets that. Another fiber that requires it waits until it is loaded, as it would have been in plain order; unless
 * the one that loads it waits for that fiber.
 */
import Module from "node:module"
import { fileURLToPath } from "node:url"
import { types } from "node:util"
import type { Fiber } from "./fiber.js"
import { Op } from "./op.js"
import { current, type Steps, stamp, steps, type Twin } from "./twin.js"

/** The module object of a CommonJS module, as far as it is needed here. */
interface CommonJs {
  readonly filename: string | null
  exports: unknown
  loaded: boolean
  parent?: CommonJs | null | undefined
  readonly children: Array<CommonJs>
}

type Require = NodeJS.Require

interface Top {
  readonly twin: Twin
  readonly self: unknown
  readonly args: ArrayLike<unknown>
}

/** A call of `require` in a fiber: the top level of the module it loads, once that has been handed over. */
interface Call {
  readonly from: string | null
  top: Top | null
}

const { apply } = Reflect
const { getPrototypeOf, setPrototypeOf } = Object
const objectPrototype = Object.prototype

let call: Call | null = null

/** Hands a module's top level over to the `require` that loads it; false where that is none in a fiber. */
export const handTop = (twin: Twin, self: unknown, args: ArrayLike<unknown>): boolean => {
  const module = args[2] as CommonJs
  if (call === null || call.top !== null || call.from !== module.parent?.filename) return false
  call.top = { twin, self, args }
  return true
}

/** A module that a fiber is loading. */
class Loading {
  private readonly waiting = new Set<() => void>()

  constructor(
    readonly file: string,
    readonly fiber: Fiber
  ) {}

  onEnd(wake: () => void): () => void {
    this.waiting.add(wake)
    return () => this.waiting.delete(wake)
  }

  end(): void {
    loading.delete(this.file)
    for (const wake of this.waiting) wake()
  }
}

const loading = new Map<string, Loading>()
const awaited = new Map<Fiber, Loading>()

/** Whether a fiber is loading the module itself, or whoever does waits for it. */
const isCircular = (module: Loading, fiber: Fiber): boolean => {
  for (let each: Loading | undefined = module; each !== undefined; each = awaited.get(each.fiber)) {
    for (let owner: Fiber | null = fiber; owner !== null; owner = owner.parent) if (owner === each.fiber) return true
  }
  return false
}

class LoadedOp extends Op<void> {
  override readonly blocking = false
  private forget: () => void = () => {}

  constructor(private readonly module: Loading) {
    super()
  }

  get label(): string {
    return `the loading of ${this.module.file}`
  }

  start(fiber: Fiber): void {
    awaited.set(fiber, this.module)
    const forget = this.module.onEnd(() => {
      this.forget()
      fiber.resume(this, undefined)
    })
    this.forget = () => {
      awaited.delete(fiber)
      forget()
    }
  }

  cancel(): boolean {
    this.forget()
    return true
  }

  plain(): void {}
}

const fileOf = (require: Require, specifier: string): string | undefined => {
  try {
    return require.resolve(specifier)
  } catch {
    return undefined
  }
}

const load = steps(function* (require: Require, from: string | null, specifier: string): Steps<unknown> {
  const fiber = current.fiber
  if (fiber === null) return require(specifier)
  const file = fileOf(require, specifier)
  for (let busy = loading.get(file!); busy !== undefined && !isCircular(busy, fiber); busy = loading.get(file!)) {
    yield new LoadedOp(busy)
  }
  const outer = call
  const mine: Call = { from, top: null }
  call = mine
  let exports: unknown
  try {
    exports = require(specifier)
  } finally {
    call = outer
  }
  return mine.top === null ? exports : yield* runTop(require, fiber, mine.top)
})

const runTop = steps(function* (require: Require, fiber: Fiber, { twin, self, args }: Top): Steps<unknown> {
  const module = args[2] as CommonJs
  const file = module.filename ?? ""
  const record = new Loading(file, fiber)
  loading.set(file, record)
  module.loaded = false
  try {
    yield* apply(twin, self, args as Array<unknown>)
    module.loaded = true
  } catch (error) {
    if (require.cache[file] === (module as unknown)) delete require.cache[file]
    const siblings = module.parent?.children
    const at = siblings?.indexOf(module) ?? -1
    if (at >= 0) siblings!.splice(at, 1)
    throw error
  } finally {
    record.end()
  }
  return withoutWarnings(module.exports)
})

/** Node warns of what is missing from a module that is required in a circle, until it is loaded. */
const withoutWarnings = (exports: unknown): unknown => {
  if (typeof exports !== "object" || exports === null || types.isProxy(exports)) return exports
  if (types.isProxy(getPrototypeOf(exports))) setPrototypeOf(exports, objectPrototype)
  return exports
}

/** Makes a module's `require` green. Emitted into the modules that require what may block. */
export const requiring = (require: Require, { filename }: { readonly filename: string | null }): Require =>
  stamp(require, (specifier: string) => load(require, filename, specifier))

stamp(
  Module.createRequire,
  steps(function* (from: string | URL): Steps<Require> {
    const require = Module.createRequire(from)
    const path = from instanceof URL || `${from}`.startsWith("file:") ? fileURLToPath(from) : `${from}`
    return requiring(require, { filename: path })
  })
)
