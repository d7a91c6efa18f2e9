/** Queues: items pass from those who put to those who get, in the order both came. */
import { plain } from "../runtime/plain.js"
import { type Steps, stamp } from "../runtime/twin.js"
import { capacity, type Patience, patienceOf } from "./arguments.js"
import { QueueEmpty, QueueFull, QueueShutDown } from "./errors.js"
import { end, GreenIterator } from "./iterator.js"
import { labelOf, Named } from "./named.js"
import { First, type Store } from "./store.js"
import { Line, Wait, type Waiter } from "./waiter.js"

/** What one who waits is served where the queue is shut down. */
export const shut: unique symbol = Symbol("shut")

/**
 * A queue of at most `capacity` items: `put` waits while it is full, `get` while it is empty. With capacity 0 an item
 * passes from hand to hand. Who waits longest is served first, and one who gave up leaves nothing behind. A `for…of` over it
 * takes items out, as they come, until it is shut down and empty.
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
  readonly #getters = new Line<A | typeof shut>()
  readonly #putters = new Line<undefined | typeof shut>()
  readonly #peekers = new Line<A | typeof shut>()
  #capacity: number
  #shut = false

  /**
   * @param bound how many items it holds; any number by default
   * @param items what it holds at first, were they more than that
   */
  constructor(bound?: number | null, items: Iterable<A> = [], store: Store<A> = new First<A>()) {
    super()
    this.#capacity = capacity(bound, "capacity")
    this.#store = store
    for (const item of items) store.add(item)
  }

  /**
   * Puts an item in. Throws `QueueFull` if there is no room in time, and `QueueShutDown`; the item is then not in the queue.
   */
  put(item: A, options?: Patience): void {
    plain(put, this, [item, options])
  }

  /** Takes the next item out. Throws `QueueEmpty` if there is none in time, and `QueueShutDown` if there will be none. */
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

  /** Takes items out, as they come, until one is `end`, or the queue is shut down and empty. */
  until(end: A): GreenIterator<A> {
    return new Taking(this, (item) => item === end)
  }

  /** Takes items out, as they come, until the queue is shut down and empty. */
  [Symbol.iterator](): GreenIterator<A> {
    return new Taking(this, () => false)
  }

  /**
   * Ends the queue: nothing can be put in any more, and those who wait to put are told so. What it holds can still be taken
   * out; who asks for more is told so, too. With `immediate` what it holds is dropped. The idea is that of Python's queues.
   *
   * @example
   * import { Queue, spawn } from "greenlift/green"
   *
   * const pages = new Queue<string>(10)
   * const worker = spawn(() => { for (const page of pages) console.log(page) })
   * pages.put("page 1")
   * pages.shutdown()
   * worker.wait()
   */
  shutdown({ immediate = false }: { readonly immediate?: boolean } = {}): void {
    this.#shut = true
    if (immediate) {
      this.dropped(this.#store.size)
      while (this.#store.size > 0) this.#store.take()
    }
    this.#putters.serveAll(shut)
    if (this.#store.size > 0) return
    this.#getters.serveAll(shut)
    this.#peekers.serveAll(shut)
  }

  /** Whether it was shut down. */
  get isShutDown(): boolean {
    return this.#shut
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
  enterPut(waiter: Waiter<undefined | typeof shut>, item: A): void {
    if (this.#shut) return waiter.serve(shut)
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
    waiter.serve(undefined)
  }

  /** @internal Gives the waiter an item, now or when there is one. */
  enterGet(waiter: Waiter<A | typeof shut>): void {
    if (this.#shut && this.#store.size === 0) return waiter.serve(shut)
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
    putter.serve(undefined)
  }

  /** @internal Tells the waiter the next item, now or when there is one. */
  enterPeek(waiter: Waiter<A | typeof shut>): void {
    if (this.#shut && this.#store.size === 0) return waiter.serve(shut)
    const putter = this.#putters.first
    if (this.#store.size > 0) waiter.serve(this.#store.peek() as A)
    else if (putter !== null) waiter.serve(putter.item as A)
    else this.#peekers.push(waiter)
  }

  /** @internal Takes back an item whose getter could not use it: for the next, before all others where order allows. */
  giveBack(item: A | typeof shut): void {
    if (item === shut) return
    const getter = this.#getters.shift()
    if (getter === undefined) this.#store.giveBack(item)
    else getter.serve(item)
  }

  /** @internal Whether a put could be done at once. From hand to hand it lets the getter go on first, all the same. */
  get takes(): boolean {
    return this.#shut || !this.full || !this.#getters.empty
  }

  /** @internal Whether a get could be done at once. */
  get gives(): boolean {
    return this.#shut || !this.empty || !this.#putters.empty
  }

  /** An item has passed in. */
  protected accepted(): void {}

  /** So many items were dropped. */
  protected dropped(_count: number): void {}

  #add(item: A): void {
    this.#store.add(item)
    this.accepted()
  }

  #refill(): void {
    while (!this.full) {
      const putter = this.#putters.shift()
      if (putter === undefined) return
      this.#add(putter.item as A)
      putter.serve(undefined)
    }
  }
}

const shutDown = (queue: LightQueue<any>): QueueShutDown => new QueueShutDown(labelOf(queue, "the queue"))

function* put<A>(this: LightQueue<A>, item: A, options?: Patience): Steps<void> {
  const ms = patienceOf(options)
  if (this.isShutDown) throw shutDown(this)
  if (!this.full || (ms === 0 && this.takes))
    return this.enterPut(
      witness(() => {}),
      item
    )
  if (ms === 0) throw new QueueFull(labelOf(this, "the queue"))
  const late = (): never => {
    throw new QueueFull(labelOf(this, "the queue"))
  }
  const served = yield* new Wait<undefined | typeof shut>(
    labelOf(this, "room in a queue"),
    (waiter) => this.enterPut(waiter, item),
    ms === undefined ? undefined : { ms, late }
  )
  if (served === shut) throw shutDown(this)
}

/** What was served, unless that is the end of the queue. */
const there = <A>(queue: LightQueue<A>, item: A | typeof shut): A => {
  if (item === shut) throw shutDown(queue)
  return item
}

function* get<A>(this: LightQueue<A>, options?: Patience): Steps<A> {
  const ms = patienceOf(options)
  if (this.gives) {
    let item: A | typeof shut
    this.enterGet(
      witness<A | typeof shut>((taken) => {
        item = taken
      })
    )
    return there(this, item!)
  }
  if (ms === 0) throw new QueueEmpty(labelOf(this, "the queue"))
  const late = (): never => {
    throw new QueueEmpty(labelOf(this, "the queue"))
  }
  const item = yield* new Wait<A | typeof shut>(
    labelOf(this, "an item of a queue"),
    (waiter) => this.enterGet(waiter),
    ms === undefined ? undefined : { ms, late }
  )
  return there(this, item)
}

function* peek<A>(this: LightQueue<A>, options?: Patience): Steps<A> {
  const ms = patienceOf(options)
  const late = (): never => {
    throw new QueueEmpty(labelOf(this, "the queue"))
  }
  if (ms === 0 && !this.gives) late()
  const item = yield* new Wait<A | typeof shut>(
    labelOf(this, "an item of a queue"),
    (waiter) => this.enterPeek(waiter),
    ms === undefined ? undefined : { ms, late }
  )
  return there(this, item)
}

/** The items of a queue up to the one that ends it, or to the end of the queue. */
class Taking<A> extends GreenIterator<A> {
  #through = false

  constructor(
    private readonly queue: LightQueue<A>,
    private readonly last: (item: A) => boolean
  ) {
    super()
  }

  protected *step(): Steps<IteratorResult<A, undefined>> {
    if (this.#through) return end
    const item = yield* this.#next()
    this.#through = item === shut || this.last(item as A)
    return this.#through ? end : { done: false, value: item as A }
  }

  *#next(): Steps<A | typeof shut> {
    try {
      return yield* get.call<LightQueue<A>, [], Steps<A>>(this.queue)
    } catch (error) {
      if (error instanceof QueueShutDown && this.queue.isShutDown) return shut
      throw error
    }
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
