/** Group: tasks that are waited for, and killed, together. */
import { isInterruption } from "../runtime/interruption.js"
import { plain } from "../runtime/plain.js"
import { callTwin, type Steps, stamp } from "../runtime/twin.js"
import type { AnyFunction, ResultOf } from "./call.js"
import { spawn } from "./spawn.js"
import type { KillOptions } from "./stop.js"
import type { Task } from "./task.js"
import { type JoinOptions, joinall, killall } from "./together.js"

/**
 * A set of tasks, any number of them, which leave it as they end. The idea is gevent's.
 *
 * @example
 * import { Group, sleep } from "greenlift/green"
 *
 * const group = new Group()
 * group.spawn(() => sleep(100))
 * group.spawn(() => sleep(5000))
 * group.join({ timeout: 200 })
 * group.kill()
 */
export class Group implements Iterable<Task<any>> {
  readonly #tasks = new Map<Task<any>, () => void>()

  constructor(tasks: Iterable<Task<any>> = []) {
    for (const task of tasks) this.add(task)
  }

  /** How many are in it. */
  get size(): number {
    return this.#tasks.size
  }

  /** Whether a task is in it. */
  has(task: Task<any>): boolean {
    return this.#tasks.has(task)
  }

  [Symbol.iterator](): IterableIterator<Task<any>> {
    return [...this.#tasks.keys()].values()
  }

  /** Puts a task in, which leaves as it ends. One that has ended does not come in. */
  add(task: Task<any>): void {
    const fiber = task.fiber
    if (fiber === null || task.dead || this.#tasks.has(task)) return
    const leave = () => this.discard(task)
    this.#tasks.set(task, leave)
    fiber.onEnd(leave)
  }

  /** Takes a task out; it runs on. */
  discard(task: Task<any>): void {
    const leave = this.#tasks.get(task)
    if (leave === undefined) return
    this.#tasks.delete(task)
    task.fiber!.offEnd(leave)
  }

  /** Runs `f(...args)` as a task, and puts it in. */
  spawn<F extends AnyFunction>(f: F, ...args: Array<any>): Task<ResultOf<F>> {
    const task = spawn(f, ...args)
    this.add(task)
    return task
  }

  /**
   * Waits until none is left, also of those that come meanwhile, or until the time is up. Returns whether none is left.
   */
  join(options: JoinOptions = {}): boolean {
    return plain(groupJoin, this, [options]) as boolean
  }

  /** Kills all that are in it. */
  kill(options?: KillOptions): void {
    plain(groupKill, this, [options])
  }

  /** Runs `f(...args)` as a task in it, and waits for its result. */
  apply<F extends AnyFunction>(f: F, ...args: Array<any>): ResultOf<F> {
    return this.spawn(f, ...args).wait()
  }

  /** The results of `f` for each item, all at once, in order. The first error stops the others and is thrown. */
  map<A, B>(f: (item: A) => B, items: Iterable<A>): Array<Awaited<B>> {
    return Array.from(items, (item) => this.apply(f, item))
  }
}

function* groupSpawn(this: Group, f: AnyFunction, ...args: Array<any>): Steps<Task<any>> {
  const task = yield* callTwin<Task<any>>(spawn, undefined, [f, ...args])
  this.add(task)
  return task
}

function* groupJoin(this: Group, options: JoinOptions = {}): Steps<boolean> {
  const before = new Set<Task<any>>()
  for (;;) {
    const tasks = [...this].filter((task) => !before.has(task))
    if (tasks.length === 0) return this.size === 0
    for (const task of tasks) before.add(task)
    yield* callTwin(joinall, undefined, [tasks, options])
  }
}

function* groupKill(this: Group, options?: KillOptions): Steps<void> {
  yield* callTwin(killall, undefined, [[...this], options])
}

function* groupApply(this: Group, f: AnyFunction, ...args: Array<any>): Steps<unknown> {
  const task = yield* groupSpawn.call(this, f, ...args)
  return yield* callTwin(task.wait, task, [])
}

function* groupMap(this: Group, f: AnyFunction, items: Iterable<unknown>): Steps<Array<unknown>> {
  const tasks: Array<Task<any>> = []
  for (const item of items) tasks.push(yield* groupSpawn.call(this, f, item))
  try {
    yield* callTwin(joinall, undefined, [tasks, { fail: true }])
    return tasks.map((task) => task.result())
  } catch (error) {
    if (isInterruption(error)) throw error
    for (const task of tasks) task.observe()
    throw error
  } finally {
    yield* callTwin(killall, undefined, [tasks])
  }
}

stamp(Group.prototype.spawn, groupSpawn)
stamp(Group.prototype.join, groupJoin)
stamp(Group.prototype.kill, groupKill)
stamp(Group.prototype.apply, groupApply)
stamp(Group.prototype.map, groupMap)
