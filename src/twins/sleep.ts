/**
 * Waiting made green: `sleep` of greenlift/blocking, and `Atomics.wait`, which is how programs sleep without a library.
 */
import * as Effect from "effect/Effect"
import { milliseconds, sleep } from "../blocking/sleep.js"
import type { Fiber } from "../runtime/fiber.js"
import { Op } from "../runtime/op.js"
import { type Steps, stamp } from "../runtime/twin.js"
import { blocked } from "./blocked.js"

/** The longest that a timer of Node's takes; a longer wait is made of several. */
const longestTimer = 2 ** 31 - 1

/** Ends when its time has come: by a timer of its own, or by the environment's `Clock` where that is not the machine's. */
abstract class Timed<A> extends Op<A> {
  private timer: NodeJS.Timeout | undefined = undefined
  private remaining: number

  constructor(readonly ms: number) {
    super()
    // A timer drops what is less than a millisecond, and a wait must not be cut short.
    this.remaining = Math.ceil(ms)
  }

  /** The time has come. */
  abstract due(fiber: Fiber): void

  protected arm(fiber: Fiber): void {
    const ms = Math.min(this.remaining, longestTimer)
    this.remaining -= ms
    this.timer = setTimeout(Timed.ring, ms, this, fiber)
  }

  protected disarm(): void {
    clearTimeout(this.timer)
  }

  cancel(fiber: Fiber): boolean {
    if (!fiber.run.liveClock) {
      fiber.run.host.cancel(fiber)
      return false
    }
    this.disarm()
    return true
  }

  private static ring(this: void, op: Timed<unknown>, fiber: Fiber): void {
    if (op.remaining > 0) op.arm(fiber)
    else op.due(fiber)
  }
}

/**
 * The op of every pause. Costs one timer, and none where `ms` is 0: then the fiber goes to the end of the queue.
 *
 * @example
 * function* pauseTwin(seconds: number) {
 *   yield new SleepOp(seconds * 1000)
 * }
 */
export class SleepOp extends Timed<void> {
  constructor(ms: number) {
    super(ms)
  }

  get label(): string {
    return `sleep ${this.ms} ms`
  }

  start(fiber: Fiber): void {
    if (this.ms <= 0) fiber.resume(this, undefined)
    else if (fiber.run.liveClock) this.arm(fiber)
    else fiber.run.host.perform(fiber, this, Effect.sleep(this.ms))
  }

  due(fiber: Fiber): void {
    fiber.resume(this, undefined)
  }

  plain(): void {
    sleep(this.ms)
  }
}

stamp(sleep, function* (ms = 0): Steps<void> {
  yield new SleepOp(milliseconds(ms))
})

type Answer = "ok" | "not-equal" | "timed-out"
type Listening =
  | { readonly async: true; readonly value: Promise<Answer> }
  | { readonly async: false; readonly value: Answer }

/** With whatever arguments a program calls them, and as they were before it ran. */
const { notify, wait, waitAsync } = Atomics as unknown as {
  readonly wait: (shared: unknown, index: unknown, expected: unknown, timeout: unknown) => Answer
  readonly notify: (shared: unknown, index: unknown, count: number) => number
  /** Missing from some platforms. */
  readonly waitAsync?: (shared: unknown, index: unknown, expected: unknown, timeout: number) => Listening
}

/**
 * A wait on shared memory with a timeout. Its time is kept as a sleep's is; `Atomics.waitAsync` only listens for the
 * notification, because what it waits for neither keeps the process alive nor can be cancelled. So a wait that ends by
 * its time, or is abandoned, leaves a listener behind until the same timeout has passed in real time; a notification that
 * reaches it meanwhile was meant for the next one waiting, and is handed on.
 */
class WaitOp extends Timed<Answer> {
  private over = false

  constructor(
    private readonly shared: unknown,
    private readonly index: unknown,
    private readonly expected: unknown,
    timeout: number
  ) {
    super(timeout)
  }

  get label(): string {
    return `Atomics.wait ${this.ms} ms`
  }

  start(fiber: Fiber): void {
    const listening = waitAsync?.(this.shared, this.index, this.expected, this.ms)
    if (listening?.async === false) {
      fiber.resume(this, listening.value)
    } else if (fiber.run.liveClock) {
      this.arm(fiber)
      this.listen(listening?.value, () => {
        this.disarm()
        fiber.resume(this, "ok")
      })
    } else {
      const timedOut = Effect.as(Effect.sleep(this.ms), "timed-out")
      const notified = Effect.async<string>((resume) =>
        this.listen(listening?.value, () => resume(Effect.succeed("ok")))
      )
      const ended = Effect.sync(() => {
        this.over = true
      })
      fiber.run.host.perform(fiber, this, Effect.ensuring(Effect.raceFirst(timedOut, notified), ended))
    }
  }

  private listen(answer: Promise<Answer> | undefined, notified: () => void): void {
    void answer?.then((answer) => {
      if (answer !== "ok") return
      if (this.over) notify(this.shared, this.index, 1)
      else {
        this.over = true
        notified()
      }
    })
  }

  due(fiber: Fiber): void {
    this.over = true
    fiber.resume(this, "timed-out")
  }

  override cancel(fiber: Fiber): boolean {
    this.over = true
    return super.cancel(fiber)
  }

  plain(): Answer {
    return wait(this.shared, this.index, this.expected, this.ms)
  }
}

/** The types whose conversion to a number neither runs code of the program's nor throws. */
const converts = new Set(["number", "string", "boolean", "undefined"])

stamp(Atomics.wait, function* (shared: unknown, index: unknown, expected: unknown, timeout: unknown): Steps<Answer> {
  const ms = converts.has(typeof timeout) && converts.has(typeof index) ? Number(timeout) : Number.NaN
  // One that never ends by itself is no sleep: it waits for another thread, and stays as it is.
  if (!Number.isFinite(ms) || typeof expected === "object") {
    return blocked("Atomics.wait", () => wait(shared, index, expected, timeout))
  }
  const answer = wait(shared, index, expected, 0)
  if (answer !== "timed-out" || ms <= 0) return answer
  return (yield new WaitOp(shared, index, expected, ms)) as Answer
})
