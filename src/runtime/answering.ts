/**
 * The bodies of lifted async generators, which answer requests. The generator is a real one, and it is what resumes its body;
 * so whoever asks waits for a promise, and the body goes on in microtasks that nobody's fiber runs. What it comes to wait for
 * there is performed by a fiber all the same: by the one that waits for the answer, as if the body were a callee of its, so
 * that an interruption finds the body; by nobody in particular where nobody waits; on the spot where there is no fiber.
 */
import { steps } from "./builtins/operations.js"
import { lacksCallers } from "./callers.js"
import { Fiber } from "./fiber.js"
import { isInterruption } from "./interruption.js"
import { AwaitOp, type Op } from "./op.js"
import { PlainRun } from "./plain.js"
import { type Request, type Requests, RequestWait } from "./requests.js"
import { current, type Steps } from "./twin.js"

const PromiseIntrinsic = Promise

/** What a body has come to, for the generator that runs it. */
export const AWAIT = 0
export const YIELD = 1
export const DELEGATE = 2
export const RETURN = 3
export const END = 4
export const LEFT = 5

/** A run of steps that go on between microtasks, and whose ops are performed by whoever waits for them. */
export class Answerer extends PlainRun {
  /** What the body has come to. */
  protected kind = AWAIT
  /** Whether the body has ended. */
  over = false
  private site = 0
  /** Whether ops are handed to a fiber. */
  private hands = false
  /** The op to be performed. */
  private handed: Op | null = null
  /** What the body awaits. */
  private awaits: AwaitOp | null = null
  /** Whether a fiber works on it, and the one that does so of its own. */
  private working = false
  private worker: Fiber | null = null
  /** What it came to while a fiber worked on it. */
  private came: { readonly kind: number; readonly value: unknown; readonly failed: boolean } | null = null
  private worked: (() => void) | null = null

  /** @param requests on whose behalf it runs */
  constructor(
    readonly requests: Requests,
    top: Iterator<any, unknown, any>
  ) {
    super(top)
  }

  /** Goes on, for the generator: says what the body came to, of which `value` has more. */
  proceed(): number {
    if (this.working) return this.awaitWork()
    const { came } = this
    this.came = null
    if (came !== null) {
      this.value = came.value
      if (came.failed) throw came.value
      return came.kind
    }
    if (this.over) return END
    return this.goOn()
  }

  private goOn(): number {
    const { requests } = this
    const outer = current.fiber
    const attended = outer === null ? requests.attended : null
    current.fiber = outer ?? attended?.waiter ?? requests.keeper
    if (outer !== null) requests.owner = outer
    this.hands = outer === null ? current.fiber !== null : requests.asking
    let kind: number
    try {
      kind = this.advance()
    } finally {
      current.fiber = outer
    }
    if (this.handed === null) return kind
    this.working = true
    this.awaitWork()
    this.handOut(attended)
    return AWAIT
  }

  /** Has the generator wait until no fiber works on it any more. */
  private awaitWork(): number {
    this.value = new PromiseIntrinsic<void>((resolve) => {
      this.worked = resolve
    })
    return AWAIT
  }

  private handOut(attended: RequestWait | null): void {
    const { requests } = this
    if (requests.asking) requests.todo = this
    else if (attended !== null && attended === requests.attended) attended.handTo(this)
    else {
      const keeper = requests.keeper!
      const fiber = new Fiber(keeper.run, requests.name || "async generator", keeper, this.work(null), this.site)
      fiber.observe()
      this.worker = fiber
    }
  }

  /** Goes on in a fiber, or for the generator, as far as it can. */
  private advance(): number {
    this.kind = AWAIT
    this.awaits = null
    try {
      if (!this.step()) return this.kind
    } catch (error) {
      this.over = true
      lacksCallers(error)
      throw error
    }
    this.over = true
    return this.ended()
  }

  /** What its end means for the generator. */
  protected ended(): number {
    return END
  }

  protected override perform(op: Op): boolean {
    if (op instanceof AwaitOp) {
      this.awaits = op
      if (op instanceof RequestWait) {
        op.through = this.requests
        op.answerer.requests.add(op)
      }
      return super.perform(op)
    }
    if (!this.hands) return super.perform(op)
    this.handed = op
    this.site = current.site
    return false
  }

  /** What was awaited has settled, for the generator. */
  sent(value: unknown): void {
    if (!this.isElsewhere) this.give(value)
  }

  thrown(error: unknown): void {
    if (!this.isElsewhere) this.fail(error)
  }

  /** Whether the body no longer stands where the generator does. */
  private get isElsewhere(): boolean {
    return this.working || this.over || this.came !== null
  }

  /**
   * Performs, in the fiber that runs this, what the body waits for, until the body comes to something that is for the
   * generator to do.
   *
   * @param thrown what to throw at what it waits for: then nothing is left to the generator, which waits for that still
   */
  *work(thrown: { readonly error: unknown } | null): Steps<void> {
    let takenOver = thrown !== null
    let interruption: unknown
    if (thrown !== null) {
      if (isInterruption(thrown.error)) interruption = thrown.error
      this.fail(thrown.error)
    }
    for (;;) {
      const op = this.takeHanded() ?? this.toNextOp(takenOver, interruption)
      if (op === null) break
      current.site = this.site
      try {
        this.give(yield op)
      } catch (error) {
        if (isInterruption(error)) {
          interruption = error
          takenOver = true
        }
        this.fail(error)
      }
    }
    const { came } = this
    if (takenOver && this.over) this.came = null
    this.release()
    if (takenOver && came?.failed === true) throw came.value
    if (interruption !== undefined) throw interruption
  }

  /** Has the body go on to the next op that is to be performed here; null where it came to anything else. */
  private toNextOp(takenOver: boolean, interruption: unknown): Op | null {
    for (;;) {
      this.hands = true
      let kind: number
      try {
        kind = this.advance()
      } catch (error) {
        this.came = { kind: END, value: error, failed: true }
        return null
      }
      const handed = this.takeHanded()
      if (handed !== null) return handed
      if (kind === AWAIT && takenOver) return this.awaits
      if (interruption !== undefined && !this.over) this.fail(interruption)
      else {
        this.came = { kind, value: this.value, failed: false }
        return null
      }
    }
  }

  private takeHanded(): Op | null {
    const { handed } = this
    this.handed = null
    return handed
  }

  private release(): void {
    const { worked } = this
    this.working = false
    this.worker = null
    this.worked = null
    worked?.()
  }

  /** Throws something at what the body waits for, as what waits for the answer has been told to stop. */
  *takeOver(error: unknown): Steps<void> {
    this.worker?.interrupt()
    if (this.over || this.working) throw error
    this.working = true
    if (this.awaits instanceof RequestWait) this.awaits.abandoned = true
    yield* this.work({ error: yield* this.interrupted(error) })
  }

  /** Stops what goes on elsewhere; gives what is to be thrown at the body. */
  protected *interrupted(error: unknown): Steps<unknown> {
    return error
  }
}

for (const method of ["work", "takeOver"] as const) steps(Answerer.prototype[method])

/** Waits for an answer, and performs what the body waits for meanwhile. */
export const attend = steps(function* (request: Request, promise: unknown, site: number): Steps<unknown> {
  const { answerer } = request
  for (;;) {
    const wait = new RequestWait(request, promise, site)
    let value: unknown
    try {
      value = yield* wait
    } catch (error) {
      const { isCurrent } = wait
      answerer.requests.remove(wait)
      if (!isCurrent || !(wait.abandoned || isInterruption(error))) throw error
      yield* answerer.takeOver(error)
      continue
    }
    answerer.requests.remove(wait)
    if (!(value instanceof Answerer)) return value
    yield* working(answerer, value)
  }
})

/** Performs what something that a body goes through waits for, or the body itself; the body finds what goes wrong. */
export const working = steps(function* (answerer: Answerer, inner: Answerer): Steps<void> {
  try {
    yield* inner.work(null)
  } catch (error) {
    if (inner === answerer) throw error
    yield* answerer.takeOver(error)
  }
})
