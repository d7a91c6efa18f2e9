/** Where the turns of a loop come from: what it iterates over, or its head. */
import type { Steps } from "../runtime/twin.js"
import { type Walk, walk } from "../runtime/walk.js"

export interface Source {
  /** The number of turns, where that can be told beforehand. */
  readonly total: number | undefined
  /** Takes the next item; may wait. */
  next(): Steps<IteratorResult<unknown>>
  /** What a turn is for, as far as it is told apart from other turns by that. */
  objects(item: unknown): ReadonlyArray<unknown>
  /** Says that no more items are taken; `error` tells whether that is because something was thrown. */
  close(error: boolean): Steps<void>
}

const lengthOf = (source: any): number | undefined =>
  Array.isArray(source) ? source.length : source instanceof Set || source instanceof Map ? source.size : undefined

const apply = Reflect.apply

const through: IteratorResult<unknown> = { done: true, value: undefined }

/** An element of an array, for the functions that `forEach` and `map` call back. */
export class Entry {
  constructor(
    readonly item: unknown,
    readonly index: number
  ) {}
}

class Iterated implements Source {
  readonly total: number | undefined

  constructor(
    iterable: Iterable<unknown>,
    private readonly walk: Walk
  ) {
    this.total = lengthOf(iterable)
  }

  *next(): Steps<IteratorResult<unknown>> {
    return (this.walk.step() ?? (yield* this.walk.wait())) ? { done: false, value: this.walk.value } : through
  }

  /** The item, the element, or the value of a key. */
  objects(given: unknown): ReadonlyArray<unknown> {
    const item = given instanceof Entry ? given.item : given
    if (!Array.isArray(item) || item.length !== 2 || typeof item[0] === "object") return [item]
    return [item[1]]
  }

  *close(error: boolean): Steps<void> {
    if (error) this.walk.failed(null)
    if (this.walk.open) yield* this.walk.close()
  }
}

type Part = () => Generator<any, unknown, any>

/** The head of a `while` or `for` loop: each time it is asked it decides on the next turn, and gives the turn's variables. */
export class Head {
  /**
   * @param constant how many of the variables, the first ones, are the same in every turn
   * @param turn gives the variables of the next turn, or undefined where there is none
   * @param between what a `for` does between two turns
   * @param take gives the variables, where `turn` only tells whether there is a next turn
   */
  constructor(
    readonly constant: number,
    readonly turn: Part,
    readonly between?: Part,
    readonly take?: Part
  ) {}
}

/** The head of a loop, as lifted code says it. */
export const head = (constant: number, turn: Part, between?: Part, take?: Part): Head =>
  new Head(constant, turn, between, take)

class Headed implements Source {
  readonly total = undefined
  private begun = false

  constructor(
    private readonly parts: Head,
    private readonly self: unknown,
    private readonly again: Part | undefined
  ) {}

  *next(): Steps<IteratorResult<unknown>> {
    const { between, take, turn } = this.parts
    const { self } = this
    if (this.begun && this.again !== undefined && !(yield* apply(this.again, self, []))) return through
    if (this.begun && between !== undefined) yield* apply(between, self, [])
    this.begun = true
    const found = yield* apply(turn, self, [])
    if (take === undefined) return found === undefined ? through : { done: false, value: found }
    return found ? { done: false, value: yield* apply(take, self, []) } : through
  }

  /** The objects that a turn is for: those of its variables that are its own. */
  objects(variables: unknown): ReadonlyArray<unknown> {
    return (variables as ReadonlyArray<unknown>).slice(this.parts.constant)
  }

  *close(): Steps<void> {}
}

/** Opens what a loop iterates over, or its head. `again` is what a `do … while` asks after a turn. */
export function* sourceOf(from: Iterable<unknown> | Head, self: unknown, again?: Part): Steps<Source> {
  return from instanceof Head ? new Headed(from, self, again) : new Iterated(from, yield* walk(from, null))
}
