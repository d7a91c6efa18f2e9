/**
 * `yield*` in a lifted async generator: the generator delegates to an iterator of ours, which passes everything on to the real
 * one, and whose calls the fiber performs that attends the generator. Whatever has no async iterator is left to the language.
 */
import { Answerer, END } from "./answering.js"
import { direct } from "./builtins/iteration.js"
import { apply, isObject, type Native, notCallable } from "./builtins/operations.js"
import type { Running } from "./builtins/settled.js"
import { type Requests, RequestWait, requestOf } from "./requests.js"
import { type Steps, steps } from "./twin.js"
import { callMethod } from "./walk.js"

const { asyncIterator, iterator: syncIterator } = Symbol
const PromiseIntrinsic = Promise
const { then } = PromiseIntrinsic.prototype
const resolve = PromiseIntrinsic.resolve.bind(PromiseIntrinsic)

/** A call on a generator's behalf, which may wait. */
class Errand extends Answerer {
  /** What the call gave, or a promise of it. */
  begin(): unknown {
    return this.proceed() === END ? this.value : this.later()
  }

  private async later(): Promise<unknown> {
    do {
      try {
        this.sent(await this.value)
      } catch (error) {
        this.thrown(error)
      }
    } while (this.proceed() !== END)
    return this.value
  }
}

export class AsyncDelegate {
  private iterator: any = null
  private method: unknown = null
  private makes: unknown = null
  private wait: RequestWait | null = null

  constructor(
    private readonly requests: Requests,
    private readonly iterable: any
  ) {}

  get [asyncIterator](): unknown {
    const method = this.iterable[asyncIterator]
    if (typeof method !== "function") return method
    this.makes = method
    return () => this
  }

  get [syncIterator](): unknown {
    const method = this.iterable[syncIterator]
    return typeof method === "function" ? () => apply(method, this.iterable, []) : method
  }

  next(value: unknown): unknown {
    if (this.iterator === null) return this.run(this.first(value))
    return this.call(this.method, value)
  }

  private *first(value: unknown): Steps<unknown> {
    const made: unknown = yield* callMethod(this.makes, this.iterable)
    if (!isObject(made)) throw new TypeError("Result of the Symbol.asyncIterator method is not an object")
    const { iterator, next } = direct(made)
    this.iterator = iterator
    this.method = next
    return yield* callMethod(next, iterator, value)
  }

  get throw(): unknown {
    return this.passing(this.iterator.throw)
  }

  get return(): unknown {
    return this.passing(this.iterator.return)
  }

  private passing(method: unknown): unknown {
    if (typeof method === "function") return (value: unknown) => this.call(method, value)
    if (method === undefined || method === null) return undefined
    throw notCallable(method)
  }

  private call(method: unknown, value: unknown): unknown {
    this.requests.answered()
    return this.run(callMethod(method, this.iterator, value))
  }

  /** Whoever waits for the answer of the generator waits for that of the one it delegates to. */
  private run(running: Running<unknown>): unknown {
    const given = new Errand(this.requests, running).begin()
    this.settled()
    const request = requestOf(given)
    if (request === undefined) return given
    this.wait = new RequestWait(request, given, 0)
    this.wait.through = this.requests
    request.answerer.requests.add(this.wait)
    return given
  }

  /** What was waited for has come. */
  settled(): void {
    this.wait?.answerer.requests.remove(this.wait)
    this.wait = null
  }

  /** Stops the iterator; gives what is to be thrown where the generator delegates. */
  *interrupted(error: unknown): Steps<unknown> {
    const { wait } = this
    if (wait === null) {
      this.abandon()
      return error
    }
    try {
      if (wait.isCurrent) yield* wait.answerer.takeOver(error)
      return error
    } catch (outcome) {
      return outcome
    }
  }

  private abandon(): void {
    try {
      const method: unknown = this.iterator?.return
      if (typeof method !== "function") return
      apply(then, resolve(apply(method as Native, this.iterator, [])), [nothing, nothing])
    } catch {
      return
    }
  }
}

steps(AsyncDelegate.prototype["first"])
steps(AsyncDelegate.prototype.interrupted)

const nothing = (): void => {}
