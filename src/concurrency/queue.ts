/** Queues that know when their items have been dealt with, the orders they come in, and channels. */
import { plain } from "../runtime/plain.js"
import { type Steps, stamp } from "../runtime/twin.js"
import { GreenError } from "./errors.js"
import { LightQueue } from "./light-queue.js"
import { labelOf } from "./named.js"
import { Last, Least } from "./store.js"
import { Line, Wait, type Waiter } from "./waiter.js"

/**
 * A queue that knows when its items have been dealt with: `taskDone` for each item got, `join` to wait for all.
 *
 * @example
 * import { Queue } from "greenlift/green"
 *
 * const queue = new Queue<string>()
 * queue.put("page 1")
 * console.log(queue.get())
 * queue.taskDone()
 * queue.join()
 */
export class Queue<A> extends LightQueue<A> {
  #unfinished = this.size
  readonly #joiners = new Line<void>()

  /** How many items were put in and have not been reported done. */
  get unfinished(): number {
    return this.#unfinished
  }

  protected override accepted(): void {
    this.#unfinished++
  }

  protected override dropped(count: number): void {
    this.#unfinished -= count
    if (this.#unfinished === 0) this.#joiners.serveAll()
  }

  /** Reports one item done. Throws GREENLIFT_TASK_DONE_TOO_OFTEN if none is outstanding. */
  taskDone(): void {
    if (this.#unfinished === 0) {
      throw new GreenError(
        "GREENLIFT_TASK_DONE_TOO_OFTEN",
        "taskDone was called more often than items were put in: call it once for each item got"
      )
    }
    if (--this.#unfinished === 0) this.#joiners.serveAll()
  }

  /** Waits until every item that was put in has been reported done. */
  join(): void {
    plain(join, this, [])
  }

  /** @internal Calls the waiter when nothing is outstanding. */
  enterJoin(waiter: Waiter<void>): void {
    if (this.#unfinished === 0) waiter.serve()
    else this.#joiners.push(waiter)
  }
}

function* join(this: Queue<any>): Steps<void> {
  yield* new Wait<void>(labelOf(this, "the items of a queue to be done"), (waiter) => this.enterJoin(waiter))
}

stamp(Queue.prototype.join, join)

/**
 * A `Queue` that gives out the least item first, equal ones in the order they came.
 *
 * @example
 * import { PriorityQueue } from "greenlift/green"
 *
 * const queue = new PriorityQueue<number>()
 * for (const n of [3, 1, 2]) queue.put(n)
 * console.log(queue.get())
 */
export class PriorityQueue<A> extends Queue<A> {
  /**
   * @param bound how many items it holds; any number by default
   * @param compare negative where the first of two goes first; by `<` by default
   * @param items what it holds at first
   */
  constructor(bound?: number | null, compare?: (a: A, b: A) => number, items?: Iterable<A>) {
    super(bound, items, new Least(compare))
  }
}

/** A `Queue` that gives out the newest item first. */
export class LifoQueue<A> extends Queue<A> {
  constructor(bound?: number | null, items?: Iterable<A>) {
    super(bound, items, new Last())
  }
}

/**
 * A queue of capacity 0: `put` waits until someone has taken the item.
 *
 * @example
 * import { Channel } from "greenlift/green"
 *
 * const channel = new Channel<number>()
 * console.log(channel.full, channel.empty)
 */
export class Channel<A> extends LightQueue<A> {
  constructor() {
    super(0)
  }
}
