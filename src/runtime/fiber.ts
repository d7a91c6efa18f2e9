/**
 * The engine's own record of a fiber: who it is, where it stands, what it waits for. The report, the dump and the
 * tracer read these records and the events below, and nothing else.
 */
import { rejected, resolved } from "./async-call.js"
import { lacksCallers, leavesDriver } from "./callers.js"
import { type Body, type Running, Stack } from "./frames.js"
import { Interruption, isInterruption } from "./interruption.js"
import { append, remove } from "./lists.js"
import type { Locals } from "./locals.js"
import { AwaitOp, Op } from "./op.js"
import type { FiberState, Outcome, Run } from "./run.js"
import { current, FAILED, type Yielded } from "./twin.js"

export type { Blocked, FiberState, Host, Instrument, Outcome, Run } from "./run.js"

/** The promise of a fiber that began as an async function. */
interface AsyncPromise {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

let lastId = 0

/** The id of the fiber that was made last: those made later have a greater one. */
export const latestId = (): number => lastId

const NEXT = 0
const THROW = 1
/** Added to the mode: an Effect fiber that was interrupted stays so, and an error thrown in left the fiber with such a one. */
const RENEW = 2

export class Fiber extends Stack {
  readonly id = ++lastId
  /** The id of the fiber that was running when this one was made; 0 where there was none. */
  readonly madeBy = current.fiber?.id ?? 0
  state: FiberState = "ready"
  /** The op it waits for while suspended. */
  waiting: Op | null = null
  outcome: Outcome | null = null
  /** Set once the fiber was told to stop. From then on its ops, being cleanup, run to their end. */
  interrupted = false
  /** Whether someone took responsibility for this fiber's failure, by `observe`; an unobserved one reaches the parent. */
  observed = false
  /** The children that have not ended, in the order they were spawned. */
  firstChild: Fiber | null = null
  nextSibling: Fiber | null = null
  private lastChild: Fiber | null = null
  private previousSibling: Fiber | null = null
  /** The Effect fiber behind this record; belongs to the host. */
  effectFiber: any = null
  private promise: AsyncPromise | null = null
  /** The turn of a concurrent loop that it works for: the one of the fiber that spawned it, or its own. */
  turn: object | null
  /** The fiber that owns what it spawns, where that is a scope's. */
  scope: Fiber | null = null
  /** Its values of the `Local`s, or null where it has none. */
  locals: Locals | null = null
  /** What `current.depth` was as it began to wait. */
  private depth = 0
  private observers: Array<(outcome: Outcome) => void> | null = null
  /** Whether it has taken its first step. */
  started = false
  /** Whether the interruption has been thrown in: it is, once, at the first wait after it came. */
  private told = false
  /** The children that failed and that nobody has observed, until the fiber is through with its own work. */
  private failed: Array<Fiber> | null = null
  /** Errors to throw in, one at each wait; never empty. Not null while waiting: the op is being cancelled. */
  private thrown: Array<unknown> | null = null
  private mode = NEXT
  private value: unknown = undefined
  /** The site of its last wait, and before that of its spawn: what it does next, it does there, until it comes to another. */
  private at: number

  /**
   * @param top the twin to run, not yet started
   * @param site the call site that spawned it
   * @param now whether the spawner takes its first step itself, by `step`, instead of the ready queue
   */
  constructor(
    readonly run: Run,
    readonly name: string,
    readonly parent: Fiber | null,
    top: Running,
    readonly site: number = 0,
    now = false
  ) {
    super(top)
    this.at = site
    this.turn = parent === null ? null : parent.turn
    parent?.adopt(this)
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
    this.run.ready.now(this)
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
    append((this.thrown ??= []), error)
    const op = this.waiting
    if (op !== null && !cancelling && op.cancel(this)) this.wake(op, THROW, this.takeThrown())
  }

  /** Takes back what `throwIn` was given; false where it has been thrown already. */
  takeBack(error: unknown): boolean {
    if (this.thrown === null || !remove(this.thrown, error)) return false
    if (this.thrown.length === 0) this.thrown = null
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
    if (this.parent?.failed != null) remove(this.parent.failed, this)
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
    else append((this.observers ??= []), observer)
  }

  /** Takes back what `onEnd` was given. */
  offEnd(observer: (outcome: Outcome) => void): void {
    if (this.observers !== null) remove(this.observers, observer)
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
    const outerDepth = current.depth
    current.fiber = this
    current.depth = this.depth
    this.outer = current.driver
    current.driver = this
    current.site = this.at
    try {
      for (;;) {
        let result: IteratorResult<Yielded, unknown>
        try {
          result = mode === NEXT ? this.top.next(value) : this.top.throw!(value)
        } catch (error) {
          const caller = this.pop()
          if (caller === null) return this.fail(error)
          const rejects = caller.call !== null && !isInterruption(error)
          mode = rejects || caller.throws ? NEXT : THROW
          if (rejects) value = rejected(error)
          else if (caller.throws) {
            value = FAILED
            current.failure = error
            current.site = caller.site
          } else value = error
          continue
        }
        if (result.done === true) {
          const caller = this.pop()
          if (caller === null) return this.close({ _tag: "Success", value: result.value })
          mode = NEXT
          value = caller.call === null ? result.value : resolved(result.value)
          continue
        }
        const yielded = result.value
        if (!(yielded instanceof Op)) {
          this.push(yielded)
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
        if (this.asyncFrame !== null && yielded instanceof AwaitOp) {
          mode = NEXT
          value = Fiber.awaiting(yielded, this.take(), this)
          continue
        }
        this.depth = current.depth
        this.suspend(yielded)
        return
      }
    } finally {
      current.fiber = outer
      current.depth = outerDepth
      current.driver = this.outer
      this.outer = null
    }
  }

  private suspend(op: Op): void {
    this.state = "suspended"
    this.waiting = op
    this.at = op.site
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

  /**
   * Makes a fiber of an async function's body where it awaits for the first time, and gives its promise. As a promise
   * outlives what made it, the fiber belongs to the nearest one that is no such fiber.
   */
  static awaiting(op: AwaitOp, body: Body, spawner: Fiber): Promise<unknown> {
    const owner = spawner.promise === null ? spawner : spawner.parent!
    const fiber = new Fiber(spawner.run, body.call.name, owner, body.top, body.site, true)
    fiber.restore(body)
    fiber.depth = body.depth
    fiber.started = true
    fiber.observed = true
    return new PromiseIntrinsic((resolve, reject) => {
      fiber.promise = { resolve, reject }
      fiber.suspend(op)
    })
  }

  private fail(error: unknown): void {
    leavesDriver(error)
    this.close(isInterruption(error) ? { _tag: "Interrupted" } : { _tag: "Failure", error })
  }

  /** The twin is through: children are awaited after success, interrupted after anything else; then the fiber ends. */
  private close(outcome: Outcome): void {
    const failed = this.failed === null ? undefined : this.failed[0]
    this.failed = null
    this.outcome = outcome._tag === "Success" && failed !== undefined ? failed.outcome! : outcome
    this.top = finished
    if (outcome._tag === "Success") this.promise?.resolve(outcome.value)
    else if (outcome._tag === "Failure" && this.promise !== null) {
      lacksCallers(outcome.error)
      this.promise.reject(outcome.error)
    }
    if (this.firstChild === null) return this.end()
    this.state = "closing"
    if (this.outcome._tag !== "Success") this.interruptChildren()
  }

  private interruptChildren(): void {
    const children: Array<Fiber> = []
    for (let child = this.firstChild; child !== null; child = child.nextSibling) append(children, child)
    for (let i = 0; i < children.length; i++) children[i]!.interrupt()
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

  private adopt(child: Fiber): void {
    child.previousSibling = this.lastChild
    if (this.lastChild === null) this.firstChild = child
    else this.lastChild.nextSibling = child
    this.lastChild = child
  }

  private disown(child: Fiber): void {
    if (child.previousSibling === null) this.firstChild = child.nextSibling
    else child.previousSibling.nextSibling = child.nextSibling
    if (child.nextSibling === null) this.lastChild = child.previousSibling
    else child.nextSibling.previousSibling = child.previousSibling
    child.previousSibling = child.nextSibling = null
  }

  private childEnded(child: Fiber, outcome: Outcome): void {
    this.disown(child)
    if (outcome._tag === "Failure" && !child.observed) {
      if (this.outcome === null) append((this.failed ??= []), child)
      else if (this.outcome._tag === "Success") {
        this.outcome = outcome
        this.interruptChildren()
      }
    }
    if (this.state === "closing" && this.firstChild === null) this.end()
  }
}

const PromiseIntrinsic = Promise

const finished: Running = { next: () => ({ done: true, value: undefined }) }
