/**
 * The helpers of `Iterator.prototype` that make another iterator. One that may wait is a helper that the built-in made,
 * but over an iterator of ours, which does the work: run plainly when the helper's own `next` is called, and step by step
 * when its twin is.
 */
import { plain } from "../plain.js"
import { type Steps, twinOf } from "../twin.js"
import { advance, close, closeAndThrow, direct, finished, type Iterated, through, valueIn } from "./iteration.js"
import {
  apply,
  isObject,
  type Native,
  nameOf,
  notMethod,
  peek,
  steps,
  type TwinEntry,
  toInteger
} from "./operations.js"
import { settled } from "./settled.js"

const { iterator: iteratorSymbol, toPrimitive } = Symbol
const prototype: any = (globalThis as any).Iterator?.prototype ?? {}
const { map: originalMap } = prototype
const { get, has, set } = WeakMap.prototype
const { next: originalNext, return: originalReturn }: Record<string, Native | undefined> =
  originalMap === undefined
    ? {}
    : Object.getPrototypeOf(apply(originalMap, [][Symbol.iterator](), [(value: unknown) => value]))

/** The work of a helper: what it is at, and how it gets its next value. */
interface Work {
  readonly source: Iterated
  readonly step: (work: Work) => Steps<unknown>
  readonly callback: unknown
  /** How many values have been asked for; for `take` and `drop`, how many are still to come, or to go. */
  count: number
  /** What `flatMap` is in the midst of. */
  inner: Iterated | undefined
  state: "new" | "waiting" | "running" | "done"
}

const works = new WeakMap<object, Work>()

const workOf = (helper: unknown): Work | undefined => (isObject(helper) ? apply(get, works, [helper]) : undefined)

/** Whether asking an iterator for its next value may wait, as far as can be told without its noticing. */
export const waits = (iterator: unknown): boolean => {
  const next = peek(iterator, "next")
  return next === originalNext && next !== undefined
    ? apply(has, works, [iterator as object])
    : twinOf(next) !== undefined
}

const done = () => ({ value: undefined, done: true })

const enter = (work: Work): boolean => {
  if (work.state === "running") throw new TypeError("Generator is already running")
  return work.state !== "done"
}

/** `next` */
const resume = steps(function* (work: Work): Steps<IteratorResult<unknown>> {
  if (!enter(work)) return done()
  work.state = "running"
  let value: unknown = finished
  try {
    value = yield* work.step(work)
  } finally {
    work.state = value === finished ? "done" : "waiting"
  }
  return value === finished ? done() : { value, done: false }
})

/** `return` */
const finish = steps(function* (work: Work): Steps<IteratorResult<unknown>> {
  if (!enter(work)) return done()
  const { source, inner } = work
  work.state = work.state === "new" ? "done" : "running"
  try {
    if (inner !== undefined) {
      try {
        yield* close(inner.iterator)
      } catch (error) {
        yield* closeAndThrow(source.iterator, error)
      }
    }
    yield* close(source.iterator)
  } finally {
    work.state = "done"
  }
  return done()
})

const helperOf = (step: Work["step"], source: Iterated, callback: unknown, count = 0): object => {
  const work: Work = { source, step, callback, count, inner: undefined, state: "new" }
  const iterator = {
    __proto__: null,
    next: () => plain(resume, undefined, [work]),
    return: () => plain(finish, undefined, [work])
  }
  const helper: object = apply(originalMap, iterator, [(value: unknown) => value])
  apply(set, works, [helper, work])
  return helper
}

const map = steps(function* (work: Work): Steps<unknown> {
  const value = valueIn(yield* advance(work.source))
  if (value === finished) return finished
  try {
    return yield* through(work.callback, undefined, [value, work.count++])
  } catch (error) {
    return yield* closeAndThrow(work.source.iterator, error)
  }
})

const filter = steps(function* (work: Work): Steps<unknown> {
  for (;;) {
    const value = valueIn(yield* advance(work.source))
    if (value === finished) return finished
    try {
      if (yield* through(work.callback, undefined, [value, work.count++])) return value
    } catch (error) {
      yield* closeAndThrow(work.source.iterator, error)
    }
  }
})

/** GetIteratorFlattenable, which takes no primitives. */
const flattenable = steps(function* (value: unknown): Steps<Iterated> {
  if (!isObject(value)) throw new TypeError("Iterator.prototype.flatMap called on non-object")
  const method = (value as any)[iteratorSymbol]
  if (method === undefined || method === null) return direct(value)
  if (typeof method !== "function") throw notMethod(value, iteratorSymbol, method)
  const iterator = yield* through(method, value, [])
  if (!isObject(iterator)) throw new TypeError(`#<${nameOf(value)}> is not iterable`)
  return direct(iterator)
})

const flatMap = steps(function* (work: Work): Steps<unknown> {
  const { source } = work
  for (;;) {
    if (work.inner === undefined) {
      const value = valueIn(yield* advance(source))
      if (value === finished) return finished
      try {
        work.inner = yield* flattenable(yield* through(work.callback, undefined, [value, work.count++]))
      } catch (error) {
        yield* closeAndThrow(source.iterator, error)
      }
    }
    try {
      const value = valueIn(yield* advance(work.inner!))
      if (value !== finished) return value
    } catch (error) {
      yield* closeAndThrow(source.iterator, error)
    }
    work.inner = undefined
  }
})

const take = steps(function* (work: Work): Steps<unknown> {
  if (work.count === 0) {
    yield* close(work.source.iterator)
    return finished
  }
  work.count--
  return valueIn(yield* advance(work.source))
})

const drop = steps(function* (work: Work): Steps<unknown> {
  for (; work.count > 0; work.count--) {
    const result: any = yield* advance(work.source)
    if (!isObject(result)) valueIn(result)
    if ((result as IteratorResult<unknown>).done) return finished
  }
  return valueIn(yield* advance(work.source))
})

const calling = (name: string, step: Work["step"]): TwinEntry => {
  const original: Native = prototype[name]
  return [
    original,
    function (this: unknown, callback: unknown) {
      const green = isObject(this) && typeof callback === "function" && (twinOf(callback) !== undefined || waits(this))
      return settled(green ? helperOf(step, direct(this), callback) : apply(original, this, [callback]))
    }
  ]
}

/** The built-in looks at the limit, and at the iterator, as it always did; only its helper is not the one returned. */
const limiting = (name: string, step: Work["step"]): TwinEntry => {
  const original: Native = prototype[name]
  return [
    original,
    function (this: any, limit: any) {
      if (!waits(this)) return settled(apply(original, this, [limit]))
      const self = this
      let count = 0
      let source: Iterated | undefined
      const iterator = {
        __proto__: null,
        get next() {
          source = direct(self)
          return source.next
        },
        get return() {
          const method = self.return
          return typeof method === "function" ? () => apply(method, self, []) : method
        }
      }
      const noted = { [toPrimitive]: () => (count = +limit) }
      apply(original, iterator, [isObject(limit) ? noted : limit])
      if (!isObject(limit)) count = +limit
      return settled(helperOf(step, source!, undefined, toInteger(count)))
    }
  ]
}

const method = (original: Native | undefined, work: (work: Work) => Steps<unknown>): TwinEntry => [
  original,
  function (this: unknown) {
    const green = workOf(this)
    return green === undefined ? settled(apply(original!, this, [])) : work(green)
  }
]

export const iteratorHelperTwins: ReadonlyArray<TwinEntry> = [
  calling("map", map),
  calling("filter", filter),
  calling("flatMap", flatMap),
  limiting("take", take),
  limiting("drop", drop),
  method(originalNext, resume),
  method(originalReturn, finish)
]
