/**
 * `yield*` in a lifted generator: the generator delegates to an iterator of ours, which passes everything on to the real one
 * and hands out the ops of its methods.
 */
import { isPlain } from "./builtins/iteration.js"
import { steps } from "./builtins/operations.js"
import type { Running } from "./builtins/settled.js"
import { type Activation, hand, resumed, returning, through } from "./generator.js"
import type { Steps } from "./twin.js"
import { callMethod, closeIterator, opened } from "./walk.js"

/** What `yield*` is to delegate to: the iterable itself where its iterator cannot wait. */
export const delegate = (me: Activation, iterable: any): Iterable<any> =>
  isPlain(iterable) ? iterable : (new Delegate(me, iterable) as unknown as Iterable<any>)

const missing = steps(function* (iterator: object): Steps<never> {
  yield* closeIterator(iterator)
  throw new TypeError("The iterator does not provide a 'throw' method.")
})

class Delegate {
  private iterator: any = null
  private method: unknown = null
  /** What is being run, while it waits. */
  private waiting: Running<any> | null = null
  /** Whether what is being run is the iterator's `return`, and what that gave after it had waited. */
  private returns = false
  private returned: { readonly result: unknown } | null = null

  constructor(
    private readonly me: Activation,
    private readonly iterable: unknown
  ) {}

  [Symbol.iterator](): this {
    return this
  }

  next(value: unknown): any {
    if (this.waiting !== null) return this.step(this.waiting, false, value)
    resumed(this.me, undefined)
    return this.run(this.iterator === null ? this.first(value) : callMethod(this.method, this.iterator, value))
  }

  private *first(value: unknown): Steps<any> {
    const { iterator, next } = yield* opened(this.iterable, null)
    this.iterator = iterator
    this.method = next
    return yield* callMethod(next, iterator, value)
  }

  /** Read at each step, as the method of the real iterator is. */
  get throw(): unknown {
    const { waiting } = this
    if (waiting !== null) return (error: unknown) => this.step(waiting, true, error)
    const method = this.iterator.throw
    if (method === undefined || method === null) return () => this.run(missing(this.iterator))
    if (typeof method !== "function") return method
    return (error: unknown) => this.run(callMethod(method, this.iterator, error))
  }

  /** A return that has waited is asked for once more when its result is there: by then the generator has forgotten it. */
  get return(): unknown {
    const { returned } = this
    if (returned !== null) return () => returned.result
    if (this.waiting !== null) return this.waiting.return?.bind(this.waiting)
    const method = this.iterator.return
    if (typeof method !== "function") return method
    return (value: unknown) => {
      const result = this.run(callMethod(method, this.iterator, value))
      this.returns = this.waiting !== null
      return result
    }
  }

  private run(running: Running<any>): any {
    return this.step(through(this.me, running), false, undefined)
  }

  private step(passage: Running<any>, failed: boolean, value: unknown): any {
    const { returns } = this
    this.waiting = null
    this.returned = null
    this.returns = false
    const step = failed ? passage.throw!(value) : passage.next(value)
    if (step.done !== true) {
      this.waiting = passage
      this.returns = returns
      return step
    }
    if (!returns) return step.value
    this.returned = { result: step.value }
    return hand(returning)
  }
}
