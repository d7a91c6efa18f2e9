/** Iterators whose steps may wait, and the walk over any iterator from inside a twin. */
import { plain } from "../runtime/plain.js"
import { callTwin, type Steps, stamp } from "../runtime/twin.js"

/** An iterator that is green where it is lifted: a `for…of` over it suspends the fiber at each step that must wait. */
export abstract class GreenIterator<A> implements IterableIterator<A, undefined> {
  /** The next step, as a twin takes it. */
  protected abstract step(): Steps<IteratorResult<A, undefined>>

  /** The next step where nothing is lifted; the same unless a subclass has a better way. */
  protected alone(): Steps<IteratorResult<A, undefined>> {
    return this.step()
  }

  /** What to do when nobody wants more. */
  protected abstract close(): Steps<void>

  /** The next item; throws the error that stands in its place. */
  next(): IteratorResult<A, undefined> {
    return plain(this.alone, this, []) as IteratorResult<A, undefined>
  }

  /** Ends the iteration early. */
  return(): IteratorResult<A, undefined> {
    return plain(returnTwin, this, []) as IteratorResult<A, undefined>
  }

  [Symbol.iterator](): this {
    return this
  }

  /** @internal */
  static step<A>(iterator: GreenIterator<A>): Steps<IteratorResult<A, undefined>> {
    return iterator.step()
  }

  /** @internal */
  static close(iterator: GreenIterator<any>): Steps<void> {
    return iterator.close()
  }
}

/** The answer of an iterator at its end. */
export const end: IteratorReturnResult<undefined> = Object.freeze({ done: true, value: undefined })

function* nextTwin<A>(this: GreenIterator<A>): Steps<IteratorResult<A, undefined>> {
  return yield* GreenIterator.step(this)
}

function* returnTwin<A>(this: GreenIterator<A>): Steps<IteratorResult<A, undefined>> {
  yield* GreenIterator.close(this)
  return end
}

stamp(GreenIterator.prototype.next, nextTwin)
stamp(GreenIterator.prototype.return, returnTwin)

/** The iterators of several iterables, walked side by side: each step gives a tuple, until the shortest is through. */
export class Walk {
  readonly #inputs: ReadonlyArray<Iterable<unknown>>
  #iterators: Array<Iterator<unknown>> | null = null

  constructor(inputs: ReadonlyArray<Iterable<unknown>>) {
    this.#inputs = inputs
  }

  /** The next tuple, or undefined at the end. */
  *next(): Steps<Array<unknown> | undefined> {
    const iterators = this.#iterators ?? (yield* this.#open())
    const tuple: Array<unknown> = []
    for (const iterator of iterators) {
      const result: IteratorResult<unknown> = yield* callTwin(iterator.next, iterator, [])
      if (result.done === true) {
        yield* this.#close(iterator)
        return undefined
      }
      tuple.push(result.value)
    }
    return tuple
  }

  /** Ends the walk early. */
  close(): Steps<void> {
    return this.#close(null)
  }

  *#open(): Steps<Array<Iterator<unknown>>> {
    const iterators: Array<Iterator<unknown>> = []
    for (const input of this.#inputs) iterators.push(yield* callTwin(input[Symbol.iterator], input, []))
    this.#iterators = iterators
    return iterators
  }

  *#close(through: Iterator<unknown> | null): Steps<void> {
    const iterators = this.#iterators ?? []
    this.#iterators = []
    for (const iterator of iterators) {
      if (iterator !== through && iterator.return !== undefined) yield* callTwin(iterator.return, iterator, [])
    }
  }
}
