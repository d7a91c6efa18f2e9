/**
 * Iteration in lifted code. A `for…of` over something whose iterator may wait is a loop that takes the steps itself:
 *
 *     for (const x of xs) { … }
 *
 *     { l = yield* walk(xs, "xs is not iterable"); try { for (; l.step() ?? (yield* l.wait()); ) { const x = l.value; { … } } }
 *       catch (e) { throw l.failed(e) } finally { if (l.open) yield* l.close() } }
 *
 * A walk knows no more of its iterator than the language allows it to: each property is read once, when its time comes.
 */
import { direct, type Iterated, isPlain } from "./builtins/iteration.js"
import { apply, describe, isObject, put, steps, toText } from "./builtins/operations.js"
import { type Running, Settled, settled } from "./builtins/settled.js"
import { Values } from "./builtins/values.js"
import { completed, nextMethod, resume, wasHanded } from "./generator.js"
import { isInterruption } from "./interruption.js"
import { type Steps, twinOf } from "./twin.js"

const { iterator: iteratorSymbol } = Symbol

/** One `for…of`, or whatever else takes values one after the other. */
export abstract class Walk {
  value: unknown = undefined
  /** Whether the iterator is to be closed, were the loop left now. */
  open = false
  /** The iterator, where it is not known to have nothing to close. */
  readonly source: object | null = null
  /** Whether the loop is left because something was thrown. */
  protected thrown = false

  /** Takes a step: whether there is a `value`, or undefined where that takes a `wait`. */
  abstract step(): boolean | undefined

  abstract wait(): Running<boolean>

  /** Closes the iterator. */
  abstract close(): Running<unknown>

  /** Notes that the loop is left because of an error, and gives it back. */
  failed(error: unknown): unknown {
    this.thrown = true
    return error
  }
}

class ArrayWalk extends Walk {
  private at = 0

  constructor(private readonly array: ReadonlyArray<unknown>) {
    super()
  }

  step(): boolean {
    if (this.at >= this.array.length) return false
    this.value = this.array[this.at++]
    return true
  }

  wait(): Running<boolean> {
    return settled(false)
  }

  close(): Running<unknown> {
    return settled(undefined)
  }
}

class IteratorWalk extends Walk {
  override readonly source: object
  private readonly next: any
  private pending: Running<any> | null = null

  constructor({ iterator, next }: Iterated) {
    super()
    this.source = iterator
    this.next = next
  }

  step(): boolean | undefined {
    const { source: iterator, next } = this
    this.open = false
    if (next === nextMethod) {
      const result = resume(iterator, next, undefined)
      if (!wasHanded()) return this.accept(result)
      this.pending = completed(iterator)
      return undefined
    }
    const twin = twinOf(next)
    if (twin === undefined)
      return this.accept(typeof next === "function" ? apply(next, iterator, []) : notCallable(next))
    const running: Running<any> = apply(twin, iterator, [])
    if (running instanceof Settled) return this.accept(running.value)
    this.pending = running
    return undefined
  }

  *wait(): Steps<boolean> {
    const { pending } = this
    this.pending = null
    return this.accept(yield* pending!)
  }

  private accept(result: any): boolean {
    if (!isObject(result)) throw new TypeError(`Iterator result ${toText(result)} is not an object`)
    if ((result as IteratorResult<unknown>).done) return false
    this.value = (result as IteratorResult<unknown>).value
    this.open = true
    return true
  }

  close(): Running<unknown> {
    this.open = false
    return this.thrown ? closeQuietly(this.source) : closeIterator(this.source)
  }
}

/** Says that something that is called is no function. */
export const notCallable = (value: unknown): never => {
  throw new TypeError(`${describe(value)} is not a function`)
}

/** A call, to be driven by `yield*`. */
export const callMethod = (method: any, self: unknown, ...args: Array<unknown>): Running<any> => {
  const twin = twinOf(method)
  if (twin !== undefined) return apply(twin, self, args)
  return settled(typeof method === "function" ? apply(method, self, args) : notCallable(method))
}

const closing = (iterator: any): Running<any> | null => {
  const method = iterator.return
  if (method === undefined || method === null) return null
  return callMethod(method, iterator)
}

/** IteratorClose, after anything but an error. */
export const closeIterator = steps(function* (iterator: object): Steps<void> {
  const running = closing(iterator)
  if (running === null) return
  const result = yield* running
  if (!isObject(result)) throw new TypeError(`Iterator result ${toText(result)} is not an object`)
})

/** IteratorClose after an error, which outweighs whatever comes of it; only an interruption meanwhile outweighs it. */
const closeQuietly = steps(function* (iterator: object): Steps<void> {
  try {
    const running = closing(iterator)
    if (running !== null) yield* running
  } catch (error) {
    if (isInterruption(error)) throw error
  }
})

/** The method that makes an iterator. */
export const methodOf = (iterable: any, text: string | null): any => {
  const method = iterable === undefined || iterable === null ? undefined : iterable[iteratorSymbol]
  if (typeof method === "function") return method
  throw new TypeError(
    text ??
      `${iterable === undefined ? "undefined" : describe(iterable)} is not iterable (cannot read property Symbol(Symbol.iterator))`
  )
}

/** What such a method made. */
export const iteratorOf = (made: unknown): Iterated => {
  if (!isObject(made)) throw new TypeError("Result of the Symbol.iterator method is not an object")
  return direct(made)
}

/** GetIterator. `text` is what V8 would say where the iterable is none. */
export const opened = steps(function* (iterable: unknown, text: string | null): Steps<Iterated> {
  return iteratorOf(yield* callMethod(methodOf(iterable, text), iterable))
})

const walkGreen = steps(function* (running: Running<unknown>): Steps<Walk> {
  return new IteratorWalk(iteratorOf(yield* running))
})

/** Begins a walk over an iterable. `text` is what V8 would say where it is none. */
export const walk = (iterable: unknown, text: string | null): Running<Walk> => {
  if (isPlain(iterable)) return settled(new ArrayWalk(iterable))
  const method = methodOf(iterable, text)
  const twin = twinOf(method)
  if (twin !== undefined) return walkGreen(apply(twin, iterable, []))
  return settled(new IteratorWalk(iteratorOf(apply(method, iterable, []))))
}

const collected = steps(function* (iterable: unknown, text: string | null): Steps<Iterable<unknown>> {
  const { iterator, next } = yield* opened(iterable, text)
  const list: Array<unknown> = []
  for (const steps = new IteratorWalk({ iterator, next }); steps.step() ?? (yield* steps.wait()); ) {
    put(list, list.length, steps.value)
  }
  return isPlain(list) ? list : new Values(list)
})

/** What to spread in the place of an iterable: itself, or the values it gave. `text` as in `walk`. */
export const spread = (iterable: unknown, text: string | null): Running<any> =>
  isPlain(iterable) ? settled(iterable) : collected(iterable, text)
