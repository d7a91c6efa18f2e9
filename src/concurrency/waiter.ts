/**
 * Waiters and the lines they stand in: what every primitive is made of. A primitive is a synchronous state machine that
 * serves waiters; who they are, a fiber or an Effect, it does not know. First come, first served; leaving a line takes
 * constant time, so that one who gave up leaves no ghost.
 */
import type { Fiber } from "../runtime/fiber.js"
import { Op } from "../runtime/op.js"
import { after, type Timer } from "./timer.js"
import { block } from "./unlifted.js"

/** Someone who waits for a value. Served at most once, and not after having left. */
export interface Waiter<A> {
  line: Line<any> | null
  ahead: Waiter<any> | null
  behind: Waiter<any> | null
  /** What came along: the item of one who waits to put it. */
  item: unknown
  serve(value: A): void
}

/** Waiters in the order they came. */
export class Line<A> {
  length = 0
  /** Who came first. */
  first: Waiter<A> | null = null
  private last: Waiter<A> | null = null

  get empty(): boolean {
    return this.first === null
  }

  push(waiter: Waiter<A>): void {
    waiter.line = this
    waiter.ahead = this.last
    waiter.behind = null
    if (this.last === null) this.first = waiter
    else this.last.behind = waiter
    this.last = waiter
    this.length++
  }

  shift(): Waiter<A> | undefined {
    const waiter = this.first
    if (waiter === null) return undefined
    this.remove(waiter)
    return waiter
  }

  remove(waiter: Waiter<A>): void {
    if (waiter.ahead === null) this.first = waiter.behind
    else waiter.ahead.behind = waiter.behind
    if (waiter.behind === null) this.last = waiter.ahead
    else waiter.behind.ahead = waiter.ahead
    waiter.line = waiter.ahead = waiter.behind = null
    this.length--
  }

  /** Serves those who wait now, in order; who comes meanwhile waits for the next time. */
  serveAll(value: A): void {
    for (let left = this.length; left > 0; left--) this.shift()?.serve(value)
  }
}

/** Takes a waiter out of the line it stands in, if it still does. */
export const leave = (waiter: Waiter<any>): void => {
  waiter.line?.remove(waiter)
}

/** Hands a waiter to a primitive, which serves it now or lines it up. */
export type Enter<A> = (waiter: Waiter<A>) => void

/** A bound on a wait: how many ms, and what comes instead of the value. */
export interface Bound<A> {
  readonly ms: number
  readonly late: () => A
}

/** A fiber's wait as an op. Where `late` throws, the call throws. */
export class Wait<A> extends Op<A> implements Waiter<A> {
  override readonly blocking = false
  line: Line<any> | null = null
  ahead: Waiter<any> | null = null
  behind: Waiter<any> | null = null
  item: unknown = undefined
  protected fiber: Fiber | null = null
  private served: { readonly value: A } | null = null
  private timer: Timer | null = null

  constructor(
    readonly label: string,
    private readonly enter: Enter<A>,
    private readonly bound?: Bound<A>
  ) {
    super()
  }

  start(fiber: Fiber): void {
    this.fiber = fiber
    this.enter(this)
    if (this.bound !== undefined && fiber.waiting === this) this.timer = after(fiber, this.bound.ms, this.expire)
  }

  serve(value: A): void {
    this.timer?.cancel()
    if (this.fiber === null) this.served = { value }
    else this.fiber.resume(this, value)
  }

  cancel(): boolean {
    this.timer?.cancel()
    leave(this)
    return true
  }

  plain(): A {
    this.enter(this)
    if (this.served !== null) return this.served.value
    leave(this)
    block(this.label, this.bound?.ms ?? Infinity)
    return this.bound!.late()
  }

  private readonly expire = (): void => {
    leave(this)
    try {
      this.fiber!.resume(this, this.bound!.late())
    } catch (error) {
      this.fiber!.reject(this, error)
    }
  }
}
