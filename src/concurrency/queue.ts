/** Queues: items pass from those who put to those who get, in the order both came. */
import { plain } from "../runtime/plain.js"
import { type Steps, stamp } from "../runtime/twin.js"
import { capacity, type Patience, patienceOf } from "./arguments.js"
import { GreenError, QueueEmpty, QueueFull } from "./errors.js"
import { end, GreenIterator } from "./iterator.js"
import { labelOf, Named } from "./named.js"
import { First, Last, Least, type Store } from "./store.js"
import { Line, Wait, type Waiter } from "./waiter.js"

/**
 * A queue of at most `capacity` items: `put` waits while it is full, `get` while it is empty. With capacity 0 an item
 * passes from hand to hand. Who waits longest is served first, and one who gave up leaves nothing behind.
 *
 * @example
 * import { LightQueue, spawn } from "greenlift/green"
 *
 * const queue = new LightQueue<string>(10)
 * spawn(() => queue.put("hello"))
 * console.log(queue.get())
 */
export class LightQueue<A> extends Named {
  readonly #store: Store<A>
  readonly #getters = new Line<A>()
  readonly #putters = new Line<void>()
  readonly #peekers = new Line<A>()
  #capacity: number

  /** @param bound how many items it holds; any number by default */
  constructor(bound?: number | null, store: Store<A> = new First<A>()) {
    super()
    this.#capacity = capacity(bound, "capacity")
    this.#store = store
  }

  /** Puts an item in. Throws `QueueFull` if there is no room in time, and the item is then not in the queue. */
  put(item: A, options?: Patience): void {
    plain(put, this, [item, options])
  }

  /** Takes the next item out. Throws `QueueEmpty` if there is none in time. */
  get(options?: Patience): A {
    return plain(get, this, [options]) as A
  }

  /** The next item, which stays in. Throws `QueueEmpty` if there is none in time. */
  peek(options?: Patience): A {
    return plain(peek, this, [options]) as A
  }

  /** The next item if there is one, which stays in; throws `QueueEmpty` otherwise. */
  peekNowait(): A {
    return this.peek({ block: false })
  }

  /** Takes items out, as they come, until one is `end`: a `for…of` over a queue without it never ends. */
  until(end: A): GreenIterator<A> {
    return new Taking(this, end)
  }

  /** Puts an item in if it can be done at once; throws `QueueFull` otherwise. */
  putNowait(item: A): void {
    this.put(item, { block: false })
  }

  /** Takes an item out if there is one; throws `QueueEmpty` otherwise. */
  getNowait(): A {
    return this.get({ block: false })
  }

  /** How many items it holds. */
  get size(): number {
    return this.#store.size
  }

  /** How many it can hold. */
  get capacity(): number {
    return this.#capacity
  }

  /** Whether it holds none. */
  get empty(): boolean {
    return this.#store.size === 0
  }

  /** Whether it holds as many as it can; one of capacity 0 is both empty and full. */
  get full(): boolean {
    return this.#store.size >= this.#capacity
  }

  /** How many wait to put. */
  get putting(): number {
    return this.#putters.length
  }

  /** How many wait to get. */
  get getting(): number {
    return this.#getters.length
  }

  /** Changes the capacity. What it holds it keeps; those who wait to put get the room that is new. */
  resize(bound?: number | null): void {
    this.#capacity = capacity(bound, "capacity")
    this.#refill()
  }

  /** @internal Hands the item over, now or when there is room. */
  enterPut(waiter: Waiter<void>, item: A): void {
    this.#peekers.serveAll(item)
    const getter = this.#getters.shift()
    if (getter !== undefined) {
      this.accepted()
      getter.serve(item)
    } else if (!this.full) this.#add(item)
    else {
      waiter.item = item
      this.#putters.push(waiter)
      return
    }
    waiter.serve()
  }

  /** @internal Gives the waiter an item, now or when there is one. */
  enterGet(waiter: Waiter<A>): void {
    if (this.#store.size > 0) {
      waiter.serve(this.#store.take())
      this.#refill()
      return
    }
    const putter = this.#putters.shift()
    if (putter === undefined) {
      this.#getters.push(waiter)
      return
    }
    this.accepted()
    waiter.serve(putter.item as A)
    putter.serve()
  }

  /** @internal Tells the waiter the next item, now or when there is one. */
  enterPeek(waiter: Waiter<A>): void {
    const putter = this.#putters.first
    if (this.#store.size > 0) waiter.serve(this.#store.peek() as A)
    else if (putter !== null) waiter.serve(putter.item as A)
    else this.#peekers.push(waiter)
  }

  /** @internal Takes back an item whose getter could not use it: for the next, before all others where order allows. */
  giveBack(item: A): void {
    const getter = this.#getters.shift()
    if (getter === undefined) this.#store.giveBack(item)
    else getter.serve(item)
  }

  /** @internal Whether a put could be done at once. From hand to hand it lets the getter go on first, all the same. */
  get takes(): boolean {
    return !this.full || !this.#getters.empty
  }

  /** @internal Whether a get could be done at once. */
  get gives(): boolean {
    return !this.empty || !this.#putters.empty
  }

  /** An item has passed in. */
  protected accepted(): void {}

  #add(item: A): void {
    this.#store.add(item)
    this.accepted()
  }

  #refill(): void {
    while (!this.full) {
      const putter = this.#putters.shift()
      if (putter === undefined) return
      this.#add(putter.item as A)
      putter.serve()
    }
  }
}

function* put<A>(this: LightQueue<A>, item: A, options?: Patience): Steps<void> {
  const ms = patienceOf(options)
  if (!this.full || (ms === 0 && this.takes))
    return this.enterPut(
      witness(() => {}),
      item
    )
  if (ms === 0) throw new QueueFull(labelOf(this, "the queue"))
  const late = (): never => {
    throw new QueueFull(labelOf(this, "the queue"))
  }
  yield* new Wait<void>(
    labelOf(this, "room in a queue"),
    (waiter) => this.enterPut(waiter, item),
    ms === undefined ? undefined : { ms, late }
  )
}

function* get<A>(this: LightQueue<A>, options?: Patience): Steps<A> {
  const ms = patienceOf(options)
  if (this.gives) {
    let item: A
    this.enterGet(
      witness<A>((taken) => {
        item = taken
      })
    )
    return item!
  }
  if (ms === 0) throw new QueueEmpty(labelOf(this, "the queue"))
  const late = (): never => {
    throw new QueueEmpty(labelOf(this, "the queue"))
  }
  return yield* new Wait<A>(
    labelOf(this, "an item of a queue"),
    (waiter) => this.enterGet(waiter),
    ms === undefined ? undefined : { ms, late }
  )
}

function* peek<A>(this: LightQueue<A>, options?: Patience): Steps<A> {
  const ms = patienceOf(options)
  const late = (): never => {
    throw new QueueEmpty(labelOf(this, "the queue"))
  }
  if (ms === 0 && !this.gives) late()
  return yield* new Wait<A>(
    labelOf(this, "an item of a queue"),
    (waiter) => this.enterPeek(waiter),
    ms === undefined ? undefined : { ms, late }
  )
}

/** The items of a queue up to the one that ends it. */
class Taking<A> extends GreenIterator<A> {
  #through = false

  constructor(
    private readonly queue: LightQueue<A>,
    private readonly last: A
  ) {
    super()
  }

  protected *step(): Steps<IteratorResult<A, undefined>> {
    if (this.#through) return end
    const item = yield* get.call<LightQueue<A>, [], Steps<A>>(this.queue)
    this.#through = item === this.last
    return this.#through ? end : { done: false, value: item }
  }

  protected *close(): Steps<void> {
    this.#through = true
  }
}

/** Someone who is served at once. */
const witness = <A>(serve: (value: A) => void): Waiter<A> => ({
  line: null,
  ahead: null,
  behind: null,
  item: undefined,
  serve
})

stamp(LightQueue.prototype.put, put)
stamp(LightQueue.prototype.get, get)
stamp(LightQueue.prototype.peek, peek)

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
  #unfinished = 0
  readonly #joiners = new Line<void>()

  /** How many items were put in and have not been reported done. */
  get unfinished(): number {
    return this.#unfinished
  }

  protected override accepted(): void {
    this.#unfinished++
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
  /** @param compare negative where the first of two goes first; by `<` by default */
  constructor(bound?: number | null, compare?: (a: A, b: A) => number) {
    super(bound, new Least(compare))
  }
}

/** A `Queue` that gives out the newest item first. */
export class LifoQueue<A> extends Queue<A> {
  constructor(bound?: number | null) {
    super(bound, new Last())
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
