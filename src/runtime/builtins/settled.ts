/** What a twin returns when there is nothing to wait for. */
import type { Yielded } from "../twin.js"

/** What `yield*` takes. */
export type Running<A> = Iterator<Yielded, A, any> & Iterable<any>

/** What `settled` makes. */
export class Settled<A> implements Iterator<Yielded, A, any>, IteratorReturnResult<A> {
  readonly done = true

  constructor(readonly value: A) {}

  next(): this {
    return this
  }

  [Symbol.iterator](): this {
    return this
  }
}

/**
 * An iterator that is done at once, with `value`: a twin may be a plain function that returns this. It is its own
 * result, so it costs one object.
 *
 * @example
 * import { settled } from "./settled.js"
 *
 * function* caller() {
 *   return yield* settled(1)
 * }
 */
export const settled = <A>(value: A): Running<A> => new Settled(value)
