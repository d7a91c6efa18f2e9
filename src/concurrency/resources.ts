/** Pools of resources: made when needed, handed round, never more than so many. */
import { isInterruption } from "../runtime/interruption.js"
import { plain } from "../runtime/plain.js"
import { callTwin, type Steps, stamp } from "../runtime/twin.js"
import { callable, record, wholeNumber } from "./arguments.js"
import { GreenError } from "./errors.js"
import { Named } from "./named.js"
import { isTimeout } from "./timeout.js"
import { Line, Wait, type Waiter } from "./waiter.js"

/** What a `Pool` is made of. */
export interface PoolOptions<A> {
  /** Makes an item; may block. */
  readonly create?: () => A
  /** Ends an item that is dropped; may block. */
  readonly destroy?: (item: A) => void
  /** How many to make at once, when the first is asked for. Default 0. */
  readonly min?: number
  /** How many there can be. Default 4. */
  readonly max?: number
  /** Which idle item to give out: the one put back first (`queue`, the default), or last (`stack`). */
  readonly order?: "queue" | "stack"
}

/** What one who waits for an item is served: an item, or leave to make one. */
type Grant<A> = { readonly item: A } | typeof make

const make = Symbol("make")

/**
 * Items that are costly to make, such as connections, at most `max` of them. Who asks when all are out waits in line.
 *
 * @example
 * import { Pool } from "greenlift/green"
 *
 * let made = 0
 * const pool = new Pool({ create: () => ({ id: ++made }), max: 2 })
 * console.log(pool.use((item) => item.id))
 */
export class Pool<A> extends Named {
  readonly #create: (() => A) | undefined
  readonly #destroy: ((item: A) => void) | undefined
  readonly #order: "queue" | "stack"
  readonly #idle: Array<A> = []
  /** How often each item is out: more than once only for values that are equal. */
  readonly #out = new Map<A, number>()
  readonly #line = new Line<Grant<A>>()
  #min: number
  #max: number
  /** How many there are, counting those being made. */
  #size = 0

  constructor(options: PoolOptions<A> = {}) {
    super()
    this.#create = options.create
    this.#destroy = options.destroy
    this.#min = wholeNumber(options.min ?? 0, "min")
    this.#max = wholeNumber(options.max ?? 4, "max")
    this.#order = options.order ?? "queue"
  }

  /** Makes an item; for subclasses, in place of the option. */
  protected create(): A {
    if (this.#create === undefined) {
      throw new GreenError("GREENLIFT_POOL_NO_CREATE", "this pool cannot make items: give it a `create` function")
    }
    return this.#create()
  }

  /**
   * Takes an item: an idle one, or a new one, or, when all are out, the next that is put back. Throws what `create`
   * throws.
   */
  get(): A {
    return plain(get, this, []) as A
  }

  /** Gives an item back. Throws GREENLIFT_POOL_ITEM if it is not out. */
  put(item: A): void {
    plain(put, this, [item])
  }

  /** Gives back an item that is of no use any more: it is dropped, and another can be made. */
  discard(item: A): void {
    plain(discard, this, [item])
  }

  /**
   * Calls `f` with an item and gives it back; where `f` was interrupted or timed out, perhaps in mid-exchange, the item
   * is discarded.
   */
  use<B>(f: (item: A) => B): B {
    return plain(use, this, [f]) as B
  }

  /** Drops all idle items; others can be made in their place. */
  clear(): void {
    plain(clear, this, [])
  }

  /** How many more could be taken without waiting. */
  free(): number {
    return this.#max - this.#size + this.#idle.length
  }

  /** How many wait for one. */
  waiting(): number {
    return this.#line.length
  }

  /** Changes how many there can be. Those who wait get what is new; what is too many is dropped when it is put back. */
  resize(max: number): void {
    this.#max = wholeNumber(max, "max")
    this.#serve()
  }

  /** @internal */
  *getting(): Steps<A> {
    while (this.#min > 0) {
      this.#min--
      this.#size++
      this.#idle.push(yield* this.#making())
    }
    const grant: Grant<A> =
      this.#next() ?? (yield* new Wait<Grant<A>>(this.label("an item of a Pool"), (waiter) => this.enter(waiter)))
    const item = grant === make ? yield* this.#making() : grant.item
    this.#out.set(item, (this.#out.get(item) ?? 0) + 1)
    return item
  }

  /** @internal */
  *putting(item: A, keep: boolean): Steps<void> {
    const times = this.#out.get(item)
    if (times === undefined) {
      throw new GreenError(
        "GREENLIFT_POOL_ITEM",
        "put was given an item that is not out: put back once, and only here, what get returned"
      )
    }
    if (times === 1) this.#out.delete(item)
    else this.#out.set(item, times - 1)
    if (keep && this.#size <= this.#max) {
      this.#idle.push(item)
      this.#serve()
      return
    }
    this.#size--
    this.#serve()
    yield* this.#destroying(item)
  }

  /** @internal Drops the idle items that are of no use any more. */
  *dropping(useless: (item: A) => boolean): Steps<void> {
    const dropped = this.#idle.filter(useless)
    if (dropped.length === 0) return
    const kept = this.#idle.filter((item) => !dropped.includes(item))
    this.#idle.splice(0, this.#idle.length, ...kept)
    this.#size -= dropped.length
    this.#serve()
    for (const item of dropped) yield* this.#destroying(item)
  }

  *#destroying(item: A): Steps<void> {
    if (this.#destroy !== undefined) yield* callTwin(this.#destroy, undefined, [item])
  }

  /** @internal */
  enter(waiter: Waiter<Grant<A>>): void {
    const grant = this.#next()
    if (grant === undefined) this.#line.push(waiter)
    else waiter.serve(grant)
  }

  #serve(): void {
    while (!this.#line.empty) {
      const grant = this.#next()
      if (grant === undefined) return
      this.#line.shift()!.serve(grant)
    }
  }

  #next(): Grant<A> | undefined {
    if (this.#idle.length > 0) {
      return { item: (this.#order === "queue" ? this.#idle.shift() : this.#idle.pop()) as A }
    }
    if (this.#size >= this.#max) return undefined
    this.#size++
    return make
  }

  /** Makes an item in a place that was taken for it, which comes free again if that fails. */
  *#making(): Steps<A> {
    let made = false
    try {
      const item = yield* callTwin(this.create, this, [])
      made = true
      return item
    } finally {
      if (!made) {
        this.#size--
        this.#serve()
      }
    }
  }

  /** @internal The twin of `create`. */
  *creating(): Steps<A> {
    return this.#create === undefined ? this.create() : yield* callTwin(this.#create, undefined, [])
  }

  static {
    stamp(Pool.prototype.create, function* (this: Pool<any>): Steps<any> {
      return yield* this.creating()
    })
  }
}

function* get<A>(this: Pool<A>): Steps<A> {
  return yield* this.getting()
}

function* put<A>(this: Pool<A>, item: A): Steps<void> {
  yield* this.putting(item, true)
}

function* discard<A>(this: Pool<A>, item: A): Steps<void> {
  yield* this.putting(item, false)
}

function* clear<A>(this: Pool<A>): Steps<void> {
  yield* this.dropping(() => true)
}

function* use<A, B>(this: Pool<A>, f: (item: A) => B): Steps<B> {
  callable(f, "f")
  const item = yield* this.getting()
  let keep = true
  try {
    return yield* callTwin(f, undefined, [item])
  } catch (error) {
    keep = !isInterruption(error) && !isTimeout(error)
    throw error
  } finally {
    yield* this.putting(item, keep)
  }
}

stamp(Pool.prototype.get, get)
stamp(Pool.prototype.put, put)
stamp(Pool.prototype.discard, discard)
stamp(Pool.prototype.use, use)
stamp(Pool.prototype.clear, clear)

/** What a `TokenPool` hands out. */
export class Token {}

/**
 * A pool of tokens, which stand for leave to do something.
 *
 * @example
 * import { sleep, TokenPool } from "greenlift/green"
 *
 * const two = new TokenPool({ max: 2 })
 * two.use(() => sleep(10))
 */
export class TokenPool extends Pool<Token> {
  constructor(options: Pick<PoolOptions<Token>, "max" | "order"> = {}) {
    record(options, "options")
    super({ ...options, create: () => new Token() })
  }
}
