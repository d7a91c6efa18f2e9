/**
 * The engine's own record of a fiber: who it is, where it stands, what it waits for. The report, the dump and the
 * tracer read these records and the events below, and nothing else.
 */
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { addFrame } from "./callers.js"
import { Interruption, isInterruption } from "./interruption.js"
import { Op } from "./op.js"
import type { Ready } from "./ready.js"
import { current, type Yielded } from "./twin.js"

/** How a fiber ended. */
export type Outcome =
  | { readonly _tag: "Success"; readonly value: unknown }
  | { readonly _tag: "Failure"; readonly error: unknown }
  | { readonly _tag: "Interrupted" }

export type FiberState = "ready" | "running" | "suspended" | "closing" | "done"

/** A call that blocked the event loop, because a frame that is not lifted stood between it and its fiber. */
export interface Blocked {
  readonly op: Op
  readonly ms: number
  /** The stack at the call, to find the frame by. */
  readonly stack: string
}

/**
 * Hears what every fiber of a run does. Methods are called synchronously, must return quickly and must not throw.
 * The idea is trio's `Instrument`.
 */
export interface Instrument {
  spawned?(fiber: Fiber): void
  suspended?(fiber: Fiber, op: Op): void
  /** The op has settled; the fiber takes its next step when its turn comes. */
  resumed?(fiber: Fiber, op: Op): void
  ended?(fiber: Fiber, outcome: Outcome): void
  blocked?(fiber: Fiber, blocked: Blocked): void
}

/** What the engine needs of Effect; `host.ts` is the one implementation. */
export interface Host {
  /** Starts the Effect fiber behind a record. */
  attach(fiber: Fiber): void
  /** Performs an Effect in the record's Effect fiber, and settles the op with its result. */
  perform(fiber: Fiber, op: Op, effect: Effect.Effect<any, any, any>): void
  /** Interrupts the Effect that `perform` started. */
  cancel(fiber: Fiber): void
  /** Ends the Effect fiber behind a record. */
  detach(fiber: Fiber): void
  /** A service of the run's environment, or undefined where it has none. */
  service(key: string): unknown
}

/** What the fibers of one run share. */
export interface Run {
  readonly host: Host
  readonly ready: Ready
  readonly instruments: Array<Instrument>
  /** Whether time is the machine's: then waits may use timers of their own instead of the environment's `Clock`. */
  readonly liveClock: boolean
  /** What the run opens (agents, sessions) belongs to this scope, which closes when its last fiber has ended. */
  readonly scope: Scope.CloseableScope
  /** What the run has opened so far, by whoever opened it under a key of its own. */
  readonly opened: Map<unknown, unknown>
  /** The fiber of the entry, which owns what nothing else owns. */
  root: Fiber | null
}

let lastId = 0

const NEXT = 0
const THROW = 1
/** Added to the mode: an Effect fiber that was interrupted stays so, and an error thrown in left the fiber with such a one. */
const RENEW = 2

export class Fiber {
  readonly id = ++lastId
  state: FiberState = "ready"
  /** The op it waits for while suspended. */
  waiting: Op | null = null
  outcome: Outcome | null = null
  /** Set once the fiber was told to stop. From then on its ops, being cleanup, run to their end. */
  interrupted = false
  /** Whether someone took responsibility for this fiber's failure, by `observe`; an unobserved one reaches the parent. */
  observed = false
  children: Set<Fiber> | null = null
  /** The Effect fiber behind this record; belongs to the host. */
  effectFiber: any = null
  /** The callers of the twin on top that were handed to the driver, and the sites of their calls. */
  private frames: Array<Iterator<Yielded, unknown, any>> | null = null
  private sites: Array<number> | null = null
  private observers: Array<(outcome: Outcome) => void> | null = null
  /** Whether it has taken its first step. */
  started = false
  /** Whether the interruption has been thrown in: it is, once, at the first wait after it came. */
  private told = false
  /** The children that failed and that nobody has observed, until the fiber is through with its own work. */
  private failed: Set<Fiber> | null = null
  /** Errors to throw in, one at each wait; never empty. Not null while waiting: the op is being cancelled. */
  private thrown: Array<unknown> | null = null
  private mode = NEXT
  private value: unknown = undefined

  /**
   * @param top the twin to run, not yet started
   * @param site the call site that spawned it
   * @param now whether the spawner takes its first step itself, by `step`, instead of the ready queue
   */
  constructor(
    readonly run: Run,
    readonly name: string,
    readonly parent: Fiber | null,
    private top: Iterator<Yielded, unknown, any>,
    readonly site: number = 0,
    now = false
  ) {
    if (parent !== null) (parent.children ??= new Set()).add(this)
    run.host.attach(this)
    const { instruments } = run
    for (let i = 0; i < instruments.length; i++) instruments[i]!.spawned?.(this)
    if (!now) run.ready.push(this)
  }

  /** Settles the op the fiber waits for with a value. */
  resume(op: Op, value: unknown): void {
    if (this.waiting !== op) return
    this.wake(op, this.thrown === null ? NEXT : NEXT + RENEW, value)
  }

  /** Settles the op the fiber waits for with an error, thrown at the call. */
  reject(op: Op, error: unknown): void {
    if (this.waiting !== op) return
    if (this.thrown !== null && !this.interrupted) this.abandoned(op)
    else this.wake(op, THROW, error)
  }

  /** As `resume` and `reject`, but the fiber takes its next step at once, where no fiber is running. */
  resumeNow(op: Op, failed: boolean, value: unknown): void {
    if (this.waiting !== op) return
    if (this.thrown !== null || current.fiber !== null) {
      if (failed) this.reject(op, value)
      else this.resume(op, value)
      return
    }
    this.settled(op, failed ? THROW : NEXT, value)
    this.step()
  }

  /** Says that an op which was told to cancel has been abandoned. */
  abandoned(op: Op): void {
    if (this.waiting !== op) return
    if (this.interrupted) {
      this.told = true
      this.wake(op, THROW, new Interruption())
    } else {
      this.wake(op, THROW + RENEW, this.takeThrown())
    }
  }

  /**
   * Throws an error at what the fiber waits for, which is abandoned first, or else at its next wait. A fiber that has not
   * begun never does, and fails with it. An interruption outranks it: cleanup runs to its end.
   */
  throwIn(error: unknown): void {
    if (this.interrupted || this.state === "closing" || this.state === "done") return
    const cancelling = this.thrown !== null
    ;(this.thrown ??= []).push(error)
    const op = this.waiting
    if (op !== null && !cancelling && op.cancel(this)) this.wake(op, THROW, this.takeThrown())
  }

  /** Takes back what `throwIn` was given; false where it has been thrown already. */
  takeBack(error: unknown): boolean {
    const at = this.thrown?.indexOf(error) ?? -1
    if (at < 0) return false
    this.thrown!.splice(at, 1)
    if (this.thrown!.length === 0) this.thrown = null
    return true
  }

  private takeThrown(): unknown {
    const error = this.thrown![0]
    this.takeBack(error)
    return error
  }

  /** Takes responsibility for this fiber's failure: it does not reach the parent. */
  observe(): void {
    this.observed = true
    this.parent?.failed?.delete(this)
  }

  private settled(op: Op, mode: number, value: unknown): void {
    this.waiting = null
    this.mode = mode
    this.value = value
    this.state = "ready"
    const { instruments } = this.run
    for (let i = 0; i < instruments.length; i++) instruments[i]!.resumed?.(this, op)
  }

  private wake(op: Op, mode: number, value: unknown): void {
    this.settled(op, mode, value)
    this.run.ready.push(this)
  }

  /**
   * Tells the fiber to stop: what it waits for is abandoned, and its `finally` blocks run. One that has not begun never
   * does. Returns at once; `onEnd` tells when it is over.
   */
  interrupt(): void {
    if (this.interrupted || this.state === "done") return
    this.interrupted = true
    const op = this.waiting
    if (op !== null) {
      if (this.thrown === null && op.cancel(this)) this.abandoned(op)
    } else if (this.state === "closing") {
      this.interruptChildren()
    }
  }

  /** Calls back when the fiber has ended: now, if it has. */
  onEnd(observer: (outcome: Outcome) => void): void {
    if (this.outcome !== null && this.state === "done") observer(this.outcome)
    else (this.observers ??= []).push(observer)
  }

  /** Takes back what `onEnd` was given. */
  offEnd(observer: (outcome: Outcome) => void): void {
    const at = this.observers?.indexOf(observer) ?? -1
    if (at >= 0) this.observers!.splice(at, 1)
  }

  /** Runs the twin up to its next wait. Called by the ready queue only. */
  step(): void {
    if (this.state === "done") return
    let mode = this.mode
    let value = this.value
    this.value = undefined
    if (mode >= RENEW) {
      mode -= RENEW
      this.run.host.detach(this)
      this.run.host.attach(this)
    }
    if (!this.started) {
      if (this.interrupted) return this.close({ _tag: "Interrupted" })
      if (this.thrown !== null) return this.close({ _tag: "Failure", error: this.takeThrown() })
    }
    this.started = true
    this.state = "running"
    const outer = current.fiber
    current.fiber = this
    try {
      for (;;) {
        let result: IteratorResult<Yielded, unknown>
        try {
          result = mode === NEXT ? this.top.next(value) : this.top.throw!(value)
        } catch (error) {
          if (this.frames !== null && this.frames.length > 0) addFrame(error, this.sites!.at(-1)!)
          if (!this.pop()) return this.fail(error)
          mode = THROW
          value = error
          continue
        }
        if (result.done === true) {
          if (!this.pop()) return this.close({ _tag: "Success", value: result.value })
          mode = NEXT
          value = result.value
          continue
        }
        const yielded = result.value
        if (!(yielded instanceof Op)) {
          ;(this.frames ??= []).push(this.top)
          ;(this.sites ??= []).push(current.site)
          this.top = yielded
          mode = NEXT
          value = undefined
          continue
        }
        yielded.site = current.site
        if (this.interrupted && !this.told) {
          this.told = true
          mode = THROW
          value = new Interruption()
          continue
        }
        if (this.thrown !== null && !this.interrupted) {
          mode = THROW
          value = this.takeThrown()
          continue
        }
        this.suspend(yielded)
        return
      }
    } finally {
      current.fiber = outer
    }
  }

  private suspend(op: Op): void {
    this.state = "suspended"
    this.waiting = op
    op.began = performance.now()
    const { instruments } = this.run
    for (let i = 0; i < instruments.length; i++) instruments[i]!.suspended?.(this, op)
    if (this.waiting !== op) return
    try {
      op.start(this)
    } catch (error) {
      this.reject(op, error)
    }
  }

  private pop(): boolean {
    const frame = this.frames?.pop()
    if (frame === undefined) return false
    this.sites!.pop()
    this.top = frame
    return true
  }

  private fail(error: unknown): void {
    this.close(isInterruption(error) ? { _tag: "Interrupted" } : { _tag: "Failure", error })
  }

  /** The twin is through: children are awaited after success, interrupted after anything else; then the fiber ends. */
  private close(outcome: Outcome): void {
    const failed: Fiber | undefined = this.failed?.values().next().value
    this.failed = null
    this.outcome = outcome._tag === "Success" && failed !== undefined ? failed.outcome! : outcome
    this.top = finished
    if (this.children === null || this.children.size === 0) return this.end()
    this.state = "closing"
    if (this.outcome._tag !== "Success") this.interruptChildren()
  }

  private interruptChildren(): void {
    if (this.children !== null) for (const child of [...this.children]) child.interrupt()
  }

  private end(): void {
    const outcome = this.outcome!
    this.state = "done"
    this.run.host.detach(this)
    const { instruments } = this.run
    for (let i = 0; i < instruments.length; i++) instruments[i]!.ended?.(this, outcome)
    const observers = this.observers
    this.observers = null
    if (observers !== null) for (let i = 0; i < observers.length; i++) observers[i]!(outcome)
    this.parent?.childEnded(this, outcome)
  }

  private childEnded(child: Fiber, outcome: Outcome): void {
    this.children!.delete(child)
    if (outcome._tag === "Failure" && !child.observed) {
      if (this.outcome === null) (this.failed ??= new Set()).add(child)
      else if (this.outcome._tag === "Success") {
        this.outcome = outcome
        this.interruptChildren()
      }
    }
    if (this.state === "closing" && this.children!.size === 0) this.end()
  }
}

const finished: Iterator<Yielded, unknown, any> = { next: () => ({ done: true, value: undefined }) }
