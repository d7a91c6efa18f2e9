/**
 * `for await` in lifted code: a loop that takes the steps itself, and awaits what they give.
 *
 *     for await (const x of xs) { … }
 *
 *     { l = yield* walkAsync(xs, "xs is not async iterable"); try { for (; l.accept(yield* wait(yield* l.next())); ) {
 *       const x = l.value; { … } } } catch (e) { throw l.failed(e) } finally { if (l.open) try {
 *       if (l.closes()) l.closed(yield* wait(yield* l.close())) } catch (e) { l.closeFailed(e) } } }
 */
import { direct, type Iterated } from "./builtins/iteration.js"
import { apply, isObject, steps, toText } from "./builtins/operations.js"
import { type Running, settled } from "./builtins/settled.js"
import { isInterruption } from "./interruption.js"
import type { Steps } from "./twin.js"
import { callMethod, iteratorOf, methodOf, notCallable } from "./walk.js"

const { asyncIterator } = Symbol
const PromiseIntrinsic = Promise
const { then } = PromiseIntrinsic.prototype
const resolve = PromiseIntrinsic.resolve.bind(PromiseIntrinsic)
const reject = PromiseIntrinsic.reject.bind(PromiseIntrinsic)

/** One `for await` over an iterator whose methods give promises. */
class AsyncWalk {
  value: unknown = undefined
  /** Whether the iterator is to be closed, were the loop left now. */
  open = false
  /** Whether the next result has been asked for and has not come. */
  private asking = false
  private thrown = false
  private method: unknown = undefined

  constructor(protected readonly iterated: Iterated) {}

  /** Asks for the next result, which is to be awaited. */
  next(): Running<unknown> {
    this.open = false
    this.asking = true
    return this.ask()
  }

  protected ask(): Running<unknown> {
    return callMethod(this.iterated.next, this.iterated.iterator)
  }

  /** Takes the result that was awaited: whether there is a `value`. */
  accept(result: any): boolean {
    this.asking = false
    if (!isObject(result)) throw new TypeError(`Iterator result ${toText(result)} is not an object`)
    if ((result as IteratorResult<unknown>).done) return false
    this.value = (result as IteratorResult<unknown>).value
    this.open = true
    return true
  }

  /**
   * Notes that the loop is left because of an error, and gives it back. Where that is an interruption while the iterator is
   * at work, it is told to return as soon as it can.
   */
  failed(error: unknown): unknown {
    this.thrown = true
    if (this.asking && isInterruption(error)) this.abandon()
    return error
  }

  private abandon(): void {
    try {
      if (!this.closes() || typeof this.method !== "function") return
      apply(then, resolve(apply(this.method as any, this.iterated.iterator, [])), [nothing, nothing])
    } catch {
      return
    }
  }

  /** Whether the iterator has anything to do to be closed. */
  closes(): boolean {
    const method = (this.iterated.iterator as any).return
    if (method === undefined || method === null) return false
    if (typeof method !== "function") notCallable(method)
    this.method = method
    return true
  }

  /** Tells the iterator to close; what it gives is to be awaited. */
  close(): Running<unknown> {
    return callMethod(this.method, this.iterated.iterator)
  }

  closed(result: unknown): void {
    if (!this.thrown && !isObject(result)) throw new TypeError(`Iterator result ${toText(result)} is not an object`)
  }

  /** What was thrown before outweighs what goes wrong as the iterator is closed; an interruption outweighs both. */
  closeFailed(error: unknown): void {
    if (!this.thrown || isInterruption(error)) throw error
  }
}

const nothing = (): void => {}

/** Whether the platform closes a sync iterator that gave a promise that rejects. */
let closesOnRejection = false

const probe = async (): Promise<void> => {
  const rejecting = {
    [Symbol.iterator]: () => ({
      next: () => ({ done: false, value: PromiseIntrinsic.reject(undefined) }),
      return: () => {
        closesOnRejection = true
        return { done: true, value: undefined }
      }
    })
  }
  try {
    for await (const _ of rejecting);
  } catch {
    return
  }
}
void probe()

/** Closes a sync iterator for a promise of its that rejected: what comes of that is outweighed. */
const closeSync = (iterator: any): void => {
  if (!closesOnRejection) return
  try {
    const method = iterator.return
    if (method !== undefined && method !== null) apply(method, iterator, [])
  } catch {
    return
  }
}

const awaitedResult = async (value: unknown, done: boolean, iterator: object | null): Promise<unknown> => {
  try {
    return { value: await value, done }
  } catch (error) {
    if (iterator !== null) closeSync(iterator)
    throw error
  }
}

/** The promise of a result whose value has been awaited. */
const promised = steps(function* (iterator: object, call: () => Running<any>, isStep: boolean): Steps<unknown> {
  let done = true
  try {
    const result: any = yield* call()
    if (!isObject(result)) throw new TypeError(`Iterator result ${toText(result)} is not an object`)
    done = Boolean((result as IteratorResult<unknown>).done)
    return awaitedResult((result as IteratorResult<unknown>).value, done, isStep && !done ? iterator : null)
  } catch (error) {
    if (isInterruption(error)) throw error
    return reject(error)
  }
})

/** An iterator whose methods give results at once, as `for await` has them: the values are awaited. */
class SyncWalk extends AsyncWalk {
  protected override ask(): Running<unknown> {
    return promised(this.iterated.iterator, () => super.ask(), true)
  }

  override closes(): boolean {
    return true
  }

  override close(): Running<unknown> {
    const { iterator } = this.iterated
    try {
      if (!super.closes()) return settled(resolve({ value: undefined, done: true }))
    } catch (error) {
      return settled(reject(error))
    }
    return promised(iterator, () => super.close(), false)
  }
}

/** Begins a walk over what `for await` is given. `text` is what V8 would say where it cannot be iterated. */
export const walkAsync = steps(function* (iterable: any, text: string | null): Steps<AsyncWalk> {
  const method = iterable[asyncIterator]
  if (method === undefined || method === null) {
    return new SyncWalk(iteratorOf(yield* callMethod(methodOf(iterable, text), iterable)))
  }
  const made: unknown = yield* callMethod(method, iterable)
  if (!isObject(made)) throw new TypeError("Result of the Symbol.asyncIterator method is not an object")
  return new AsyncWalk(direct(made))
})
