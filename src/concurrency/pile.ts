/** GreenPile: results in the order the tasks were spawned. */
import { callTwin, type Steps, stamp } from "../runtime/twin.js"
import type { AnyFunction } from "./call.js"
import { end, GreenIterator } from "./iterator.js"
import { GreenPool } from "./pool.js"
import { First } from "./store.js"
import { type Task, taken } from "./task.js"

/**
 * A pile of tasks. Spawn them, then iterate: results come in the order of spawning, an error in its place. At the end
 * of the iteration the pile can be used again. An iteration that is interrupted or timed out loses no result.
 *
 * @example
 * import { GreenPile, sleep } from "greenlift/green"
 *
 * const pile = new GreenPile<number>(4)
 * for (const ms of [30, 20, 10]) pile.spawn(() => { sleep(ms); return ms })
 * for (const ms of pile) console.log(ms)
 */
export class GreenPile<A = unknown> extends GreenIterator<A> {
  /** The pool its tasks run in, which several piles may share. */
  readonly pool: GreenPool
  readonly #tasks = new First<Task<A>>()

  /** @param sizeOrPool a pool, or the size of a new one */
  constructor(sizeOrPool: number | GreenPool = 1000) {
    super()
    this.pool = sizeOrPool instanceof GreenPool ? sizeOrPool : new GreenPool(sizeOrPool)
  }

  /** Runs `f(...args)` in the pool, waiting for a slot, and puts its result on the pile. */
  spawn(f: AnyFunction, ...args: Array<any>): void {
    this.#tasks.add(this.pool.spawn(f, ...args))
  }

  /** @internal Puts the result of a task on the pile. */
  add(task: Task<A>): void {
    this.#tasks.add(task)
  }

  /** @internal The twin of `spawn`. */
  *spawning(f: AnyFunction, args: Array<any>): Steps<void> {
    this.#tasks.add(yield* callTwin(this.pool.spawn<AnyFunction>, this.pool, [f, ...args]))
  }

  protected *step(): Steps<IteratorResult<A, undefined>> {
    const task = this.#tasks.peek()
    if (task === undefined) return end
    yield* taken(task)
    if (this.#tasks.peek() === task) this.#tasks.take()
    return { done: false, value: task.result() }
  }

  /** Leaving the iteration leaves the rest on the pile. */
  protected *close(): Steps<void> {}
}

stamp(GreenPile.prototype.spawn, function* (this: GreenPile, f: AnyFunction, ...args: Array<any>): Steps<void> {
  yield* this.spawning(f, args)
})
