/** Several tasks at once: wait for them, kill them, take them as they end. */
import type { Outcome } from "../runtime/fiber.js"
import { plain } from "../runtime/plain.js"
import { callTwin, current, type Steps, stamp } from "../runtime/twin.js"
import { type Patience, patienceOf, wholeNumber } from "./arguments.js"
import { DeadlockError } from "./errors.js"
import { end, GreenIterator } from "./iterator.js"
import type { KillOptions } from "./stop.js"
import { First } from "./store.js"
import type { Task } from "./task.js"
import { Timeout } from "./timeout.js"
import { Line, Wait, type Waiter } from "./waiter.js"

/** How to wait for several tasks. */
export interface JoinOptions extends Patience {
  /** How many to wait for. Default all. */
  readonly count?: number
  /** Whether to throw the error of the first that fails, in time. Default false. */
  readonly fail?: boolean
}

/** The tasks of a set in the order they end; see `iwait`. */
class Ending extends GreenIterator<Task<any>> {
  readonly #ended = new First<Task<any>>()
  readonly #line = new Line<boolean>()
  readonly #watched = new Map<Task<any>, (outcome: Outcome) => void>()
  #left: number

  constructor(
    tasks: Iterable<Task<any>>,
    count: number,
    private readonly ms: number | undefined,
    /** Whether the first failure will be thrown. */
    private readonly fails = false
  ) {
    super()
    const all = new Set(tasks)
    this.#left = Math.min(count, all.size)
    for (const task of all) {
      if (task.dead) this.#ended.add(task)
      else this.#watch(task)
    }
    if (this.#left === 0) this.#unwatch()
  }

  #watch(task: Task<any>): void {
    const fiber = task.fiber
    if (fiber === null) throw new DeadlockError("a task waits for itself to end: leave it out of the tasks to wait for")
    const ended = (outcome: Outcome) => {
      if (this.fails && outcome._tag === "Failure") task.observe()
      this.#watched.delete(task)
      this.#ended.add(task)
      this.#line.shift()?.serve(true)
    }
    this.#watched.set(task, ended)
    fiber.onEnd(ended)
  }

  #unwatch(): void {
    for (const [task, ended] of this.#watched) task.fiber!.offEnd(ended)
    this.#watched.clear()
  }

  enter(waiter: Waiter<boolean>): void {
    if (this.#ended.size > this.#line.length) waiter.serve(true)
    else this.#line.push(waiter)
  }

  protected *step(): Steps<IteratorResult<Task<any>, undefined>> {
    if (this.#left === 0) return end
    const ms = this.ms
    if (this.#ended.size === 0) {
      const there: boolean = yield* new Wait<boolean>(
        "the next of several tasks to end",
        (waiter) => this.enter(waiter),
        ms === undefined ? undefined : { ms, late: () => false }
      )
      if (!there) {
        this.#unwatch()
        throw new Timeout(ms)
      }
    }
    if (--this.#left === 0) this.#unwatch()
    return { done: false, value: this.#ended.take() }
  }

  protected *close(): Steps<void> {
    this.#left = 0
    this.#unwatch()
  }
}

/**
 * The tasks as they end, those that have ended first; `count` of them at most. Throws a `Timeout` where the next takes
 * longer than `timeout`. Does not look at how they end. The idea is gevent's.
 *
 * @example
 * import { iwait, sleep, spawn } from "greenlift/green"
 *
 * const tasks = [20, 10].map((ms) => spawn(() => { sleep(ms); return ms }))
 * for (const task of iwait(tasks)) console.log(task.wait())
 */
export const iwait = (
  tasks: Iterable<Task<any>>,
  options: Patience & { readonly count?: number } = {}
): GreenIterator<Task<any>> => new Ending(tasks, countOf(options.count), patienceOf(options))

const countOf = (count: number | undefined): number => (count === undefined ? Infinity : wholeNumber(count, "count"))

function* joinallTwin(tasks: Iterable<Task<any>>, options: JoinOptions = {}): Steps<Array<Task<any>>> {
  const { fail = false, count } = options
  const ending = new Ending(tasks, countOf(count), undefined, fail)
  const ended: Array<Task<any>> = []
  const walk = function* (): Steps<void> {
    try {
      for (;;) {
        const result = yield* GreenIterator.step(ending)
        if (result.done === true) return
        ended.push(result.value)
        if (fail && result.value.outcome?._tag === "Failure") result.value.result()
      }
    } finally {
      yield* GreenIterator.close(ending)
    }
  }
  const ms = patienceOf(options)
  if (ms === undefined || current.fiber === null) yield* walk()
  else yield* new Timeout(ms, false).running(stamp(() => {}, walk))
  return ended
}

/**
 * Waits for the tasks to end, or for `count` of them, or until the time is up. Returns those that ended, in the order
 * they did. With `fail` it throws the error of the first that fails, as soon as it does. Where it does not throw,
 * failures still reach the scope, unless somebody waits for them or looks at `task.error`.
 *
 * @example
 * import { joinall, sleep, spawn } from "greenlift/green"
 *
 * const tasks = [20, 10].map((ms) => spawn(() => sleep(ms)))
 * console.log(joinall(tasks, { timeout: 1000 }).length)
 */
export const joinall = (tasks: Iterable<Task<any>>, options?: JoinOptions): Array<Task<any>> =>
  plain(joinallTwin, undefined, [tasks, options]) as Array<Task<any>>

stamp(joinall, joinallTwin)

function* killallTwin(tasks: Iterable<Task<any>>, { wait = true, ...options }: KillOptions = {}): Steps<void> {
  const all = [...tasks].filter((task) => task.fiber !== current.fiber)
  for (const task of all) yield* callTwin(task.kill, task, [{ ...options, wait: false }])
  if (wait) yield* joinallTwin(all)
}

/**
 * Kills the tasks, all at once, and waits for their cleanup unless told otherwise. The caller itself is left out.
 *
 * @example
 * import { killall, sleep, spawn } from "greenlift/green"
 *
 * killall([20, 10].map((ms) => spawn(() => sleep(ms))))
 */
export const killall = (tasks: Iterable<Task<any>>, options?: KillOptions): void => {
  plain(killallTwin, undefined, [tasks, options])
}

stamp(killall, killallTwin)
