/** A function over the items of its inputs, so many at a time: `imap` and its like. */
import type { Fiber, Outcome } from "../runtime/fiber.js"
import { isInterruption } from "../runtime/interruption.js"
import { current, type Steps, stamp } from "../runtime/twin.js"
import { type AnyFunction, perform } from "./call.js"
import { TaskKilled } from "./errors.js"
import { end, GreenIterator, type Walk } from "./iterator.js"
import { ownerOf } from "./scope.js"
import { First } from "./store.js"
import { type Task, taken } from "./task.js"
import { Line, Wait, type Waiter } from "./waiter.js"

/** What a mapping needs of the pool it runs in. */
export interface MappingPool {
  readonly size: number
  tryEnter(): boolean
  /** Takes a slot, waiting for it; false where the caller, a member of the full pool, is to lend its own. */
  slot(): Steps<boolean>
  begin(f: AnyFunction, args: ReadonlyArray<unknown>, hasSlot: boolean, spawner: Fiber): Task<any>
}

/**
 * The results of a mapping. No more is taken from the inputs than can run or be kept: as many results as the pool has
 * slots. Each member of the pool takes one item, and the next member is started as it does; at most one takes at a
 * time.
 */
export class Mapping<A> extends GreenIterator<A> {
  readonly #pool: MappingPool
  readonly #f: (items: Array<unknown>) => Steps<A>
  readonly #job: AnyFunction
  readonly #walk: Walk
  readonly #results: Results
  readonly #live = new Set<Task<any>>()
  readonly #consumers = new Line<void>()
  #owner: Fiber | null = null
  #taking = false
  /** Whether the inputs have no more. */
  #through = false
  /** The items taken whose results have not been given out. */
  #pending = 0

  constructor(pool: MappingPool, f: AnyFunction | null, walk: Walk, ordered: boolean, spread: boolean) {
    super()
    this.#pool = pool
    this.#walk = walk
    this.#f = function* (items) {
      if (f === null) return items as A
      return yield* perform({ f, self: undefined, args: spread ? (items[0] as Array<unknown>) : items })
    }
    this.#results = ordered ? new InOrder() : new AsTheyCome()
    this.#job = stamp(
      () => {},
      () => this.#member()
    )
    Object.defineProperty(this.#job, "name", { value: f?.name ?? "" })
  }

  protected *step(): Steps<IteratorResult<A, undefined>> {
    const fiber = current.fiber!
    this.#owner ??= fiber
    for (;;) {
      const result = this.#results.take()
      if (result !== undefined) {
        this.#pending--
        this.#feed()
        return given<A>(result)
      }
      if (this.#through && this.#pending === 0) return end
      if (this.#live.size === 0) this.#begin(yield* this.#pool.slot(), fiber)
      yield* new Wait<void>("a result of imap", (waiter) => this.enter(waiter))
    }
  }

  /** @internal Calls the waiter when there is a result, or the end. */
  enter(waiter: Waiter<void>): void {
    if (this.#results.some || (this.#through && this.#pending === 0)) waiter.serve()
    else this.#consumers.push(waiter)
  }

  protected *close(): Steps<void> {
    this.#through = true
    const live = [...this.#live]
    for (const task of live) task.fiber!.interrupt()
    for (const task of live) yield* taken(task)
    this.#pending = 0
    this.#results.clear()
    this.#consumers.serveAll()
    yield* this.#walk.close()
  }

  /** One item after the other. */
  protected override *alone(): Steps<IteratorResult<A, undefined>> {
    if (this.#owner !== null) return yield* this.step()
    if (this.#through) return end
    let args: Array<unknown> | undefined
    try {
      args = yield* this.#walk.next()
    } finally {
      if (args === undefined) this.#through = true
    }
    return args === undefined ? end : { done: false, value: yield* this.#f(args) }
  }

  *#member(): Steps<void> {
    if (!this.#wanted) return
    let args: Array<unknown> | undefined
    this.#taking = true
    const place = this.#results.place()
    this.#pending++
    try {
      args = yield* this.#walk.next()
    } catch (error) {
      if (isInterruption(error)) throw error
      this.#through = true
      return this.#deliver(place, { _tag: "Failure", error })
    } finally {
      this.#taking = false
    }
    if (args === undefined) {
      this.#through = true
      this.#pending--
      this.#consumers.serveAll()
      return
    }
    this.#feed()
    let result: Outcome
    try {
      result = { _tag: "Success", value: yield* this.#f(args) }
    } catch (error) {
      if (isInterruption(error)) {
        this.#deliver(place, { _tag: "Failure", error: new TaskKilled(this.#job.name) })
        throw error
      }
      result = { _tag: "Failure", error }
    }
    this.#deliver(place, result)
  }

  #deliver(place: number, result: Outcome): void {
    this.#results.add(place, result)
    this.#consumers.serveAll()
  }

  get #wanted(): boolean {
    return !this.#through && !this.#taking && this.#pending < Math.max(1, this.#pool.size)
  }

  /** Starts a member for the next item, where one is wanted and the pool has room. */
  #feed(): void {
    const owner = this.#owner
    if (owner !== null && alive(owner) && this.#wanted && this.#pool.tryEnter()) this.#begin(true, owner)
  }

  #begin(hasSlot: boolean, spawner: Fiber): void {
    const task = this.#pool.begin(this.#job, [], hasSlot, spawner)
    this.#live.add(task)
    task.fiber!.onEnd(() => {
      this.#live.delete(task)
      this.#feed()
      if (this.#live.size === 0) this.#consumers.serveAll()
    })
  }
}

/** Whether what this fiber spawns would live. */
const alive = (fiber: Fiber): boolean => {
  const scope = ownerOf(fiber)
  const ending = scope.interrupted || (scope.outcome !== null && scope.outcome._tag !== "Success")
  return !ending && !fiber.interrupted && fiber.state !== "done"
}

const given = <A>(result: Outcome): IteratorYieldResult<A> => {
  if (result._tag === "Failure") throw result.error
  return { done: false, value: (result as { value: A }).value }
}

/** The results that wait to be given out. */
interface Results {
  /** Whether there is one to give out. */
  readonly some: boolean
  /** The place of the next item taken. */
  place(): number
  add(place: number, result: Outcome): void
  take(): Outcome | undefined
  clear(): void
}

class InOrder implements Results {
  readonly #results = new Map<number, Outcome>()
  #places = 0
  #next = 0

  get some(): boolean {
    return this.#results.has(this.#next)
  }

  place(): number {
    return this.#places++
  }

  add(place: number, result: Outcome): void {
    this.#results.set(place, result)
  }

  take(): Outcome | undefined {
    const result = this.#results.get(this.#next)
    if (result !== undefined) this.#results.delete(this.#next++)
    return result
  }

  clear(): void {
    this.#results.clear()
  }
}

class AsTheyCome implements Results {
  #results = new First<Outcome>()

  get some(): boolean {
    return this.#results.size > 0
  }

  place(): number {
    return 0
  }

  add(_place: number, result: Outcome): void {
    this.#results.add(result)
  }

  take(): Outcome | undefined {
    return this.some ? this.#results.take() : undefined
  }

  clear(): void {
    this.#results = new First()
  }
}
