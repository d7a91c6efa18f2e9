/** Tasks: the handle of a fiber that runs a user's function. */
import { Fiber, type Outcome, type Run } from "../runtime/fiber.js"
import type { Running } from "../runtime/frames.js"
import { spawn as spawnFiber } from "../runtime/host.js"
import { isInterruption } from "../runtime/interruption.js"
import { plain } from "../runtime/plain.js"
import { current, type Steps, stamp } from "../runtime/twin.js"
import { callable } from "./arguments.js"
import { type AnyFunction, type Call, perform, performPlainly } from "./call.js"
import { TaskKilled } from "./errors.js"
import { Taken } from "./join.js"
import { inheritLocals, withOwnLocals } from "./local.js"
import { noteFailure, ownerOf } from "./scope.js"
import { type KillOptions, stopping } from "./stop.js"
import { Sleep } from "./timer.js"
import { isPassing } from "./unlifted.js"

/** A function to call when a task has ended, with what it is to be called with after the task. */
interface TaskLink {
  readonly f: AnyFunction
  readonly args: ReadonlyArray<unknown>
}

/**
 * A fiber that knows its handle: in a map from one to the other, the many short-lived ones would cost more than the
 * rest.
 */
export class TaskFiber extends Fiber {
  task: Task<any> | null = null

  constructor(run: Run, name: string, parent: Fiber | null, top: Running, site: number) {
    super(run, name, parent, top, site)
  }
}

/** The handles of fibers that nobody spawned as tasks. */
const others = new WeakMap<Fiber, Task<any>>()

let lastUnlifted = 0
let currentUnlifted: Task<any> | null = null

/** What few tasks have. */
class Details {
  killed: TaskKilled | null = null
  links: Array<TaskLink> | null = null
  /** Whether its time to begin has not come. */
  delayed = false
  /** Takes back the note of its failure. */
  forget: (() => void) | null = null
}

/** What stands in for a fiber where nothing is lifted. */
class Unlifted {
  readonly id = ++lastUnlifted
  outcome: Outcome | null = null

  constructor(readonly name: string) {}
}

/** A function that runs as a fiber of its own, made by `spawn` and its like. */
export class Task<A = unknown> {
  readonly #record: Fiber | Unlifted
  #details: Details | null = null

  private constructor(record: Fiber | Unlifted) {
    this.#record = record
  }

  /** The record behind it; none where the program is not lifted. */
  get fiber(): Fiber | null {
    return this.#record instanceof Fiber ? this.#record : null
  }

  /** A number that no other task of the process has, lifted or not respectively. */
  get id(): number {
    return this.#record.id
  }

  /** The name of its function. */
  get name(): string {
    return this.#record.name
  }

  /** How it ended, or null while it runs. */
  get outcome(): Outcome | null {
    const record = this.#record
    return record instanceof Fiber && record.state !== "done" ? null : record.outcome
  }

  /** Whether it has ended, in whatever way. */
  get dead(): boolean {
    return this.outcome !== null
  }

  /** Whether it ended by being killed or interrupted. */
  get killed(): boolean {
    return this.outcome?._tag === "Interrupted"
  }

  /** The error it failed with, or undefined. Whoever looks at it has taken care of it: it will not be reported. */
  get error(): unknown {
    const outcome = this.outcome
    if (outcome?._tag !== "Failure") return undefined
    this.observe()
    return outcome.error
  }

  /** Whether someone takes responsibility for its failure. */
  get observed(): boolean {
    return this.fiber?.observed ?? !this.#details?.forget
  }

  /** Takes responsibility for its failure, past or future: it will not be reported. */
  observe(): void {
    this.fiber?.observe()
    const details = this.#details
    if (details === null) return
    details.forget?.()
    details.forget = null
  }

  /**
   * Waits until the task has ended. Returns its result, or throws what it threw: the same value each time. Throws
   * `TaskKilled` if it was killed. Waits for ever, unless under a `Timeout`; to be interrupted here does not harm the
   * task.
   */
  wait(): A {
    return plain(waitTwin, this, []) as A
  }

  /** The result of a task that has ended; throws as `wait` does. */
  result(): A {
    const outcome = this.outcome!
    switch (outcome._tag) {
      case "Success":
        return outcome.value as A
      case "Failure":
        this.observe()
        throw outcome.error
      case "Interrupted":
        throw (this.#more.killed ??= new TaskKilled(this.name))
    }
  }

  /**
   * Stops the task, and waits for its cleanup. One that has not begun never does; one that has ended stays as it is. A
   * task that kills itself stops at once.
   */
  kill(options: KillOptions = {}): void {
    plain(killTwin, this, [options])
  }

  /** Whether its function has begun. */
  get began(): boolean {
    return this.fiber === null || (this.fiber.started && !this.#details?.delayed)
  }

  /** Stops the task if its function has not begun yet; returns whether that was so. */
  cancel(): boolean {
    const fiber = this.fiber
    if (fiber === null || this.dead || this.began) return false
    fiber.interrupt()
    return true
  }

  /**
   * Calls `f(task, ...args)` when the task has ended: at once, if it has. Links are called in the order they were made,
   * in a task of their own; one that throws does not keep the others from being called, and its error goes to the
   * scope.
   */
  link<F extends AnyFunction>(f: F, ...args: Array<any>): void {
    callable(f, "f")
    if (this.dead) f(this, ...args)
    else this.#addLink({ f, args })
  }

  /**
   * Takes back a link made with the same function; returns whether there was one. Also while links are being called.
   */
  unlink(f: AnyFunction): boolean {
    const links = this.#details?.links ?? []
    const at = links.findIndex((link) => link.f === f)
    if (at >= 0) links.splice(at, 1)
    return at >= 0
  }

  #addLink(link: TaskLink): void {
    const details = this.#more
    if (details.links === null) {
      const links: Array<TaskLink> = []
      details.links = links
      const fiber = this.fiber!
      fiber.onEnd(() => {
        if (links.length > 0) spawnFiber(fiber.parent ?? fiber, `links of ${this.name}`, this.#callLinks(links))
      })
    }
    details.links.push(link)
  }

  get #more(): Details {
    return (this.#details ??= new Details())
  }

  *#callLinks(links: Array<TaskLink>): Steps<void> {
    const errors: Array<unknown> = []
    for (let link = links.shift(); link !== undefined; link = links.shift()) {
      try {
        yield* perform({ f: link.f, self: undefined, args: [this, ...link.args] })
      } catch (error) {
        if (isInterruption(error)) throw error
        errors.push(error)
      }
    }
    if (errors.length > 0) throw errors[0]
  }

  /** @internal Starts a call as a fiber. */
  static start(call: Call, spawner: Fiber): Task<any> {
    return Task.#of(spawner, nameOf(call), perform(call))
  }

  /** @internal Starts a call as a fiber, some time later. */
  static startAfter(ms: number, call: Call, spawner: Fiber): Task<any> {
    const begun = () => {
      task.#more.delayed = false
    }
    const task = Task.#of(spawner, nameOf(call), later(ms, begun, call))
    task.#more.delayed = true
    return task
  }

  static #of(spawner: Fiber, name: string, steps: Steps<any>): Task<any> {
    const fiber = new TaskFiber(spawner.run, name, ownerOf(spawner), steps, current.site)
    inheritLocals(spawner, fiber)
    fiber.turn = spawner.turn
    const task = new Task<any>(fiber)
    fiber.task = task
    return task
  }

  /** @internal Runs a call on the spot, and keeps how it ended. */
  static run(call: Call): Task<any> {
    const record = new Unlifted(nameOf(call))
    const task = new Task<any>(record)
    const outer = currentUnlifted
    currentUnlifted = task
    try {
      record.outcome = { _tag: "Success", value: withOwnLocals(() => performPlainly(call)) }
    } catch (error) {
      if (isInterruption(error) || isPassing(error)) throw error
      record.outcome = { _tag: "Failure", error }
      task.#more.forget = noteFailure(task)
    } finally {
      currentUnlifted = outer
    }
    return task
  }

  /** @internal The handle of a fiber, which may be one that nobody spawned as a task. */
  static of(fiber: Fiber): Task<any> {
    let task = fiber instanceof TaskFiber ? fiber.task : others.get(fiber)
    if (!task) others.set(fiber, (task = new Task<any>(fiber)))
    return task
  }

  /** @internal The task that runs where nothing is lifted. */
  static unlifted(): Task<any> {
    return currentUnlifted ?? (mainUnlifted ??= new Task<any>(new Unlifted("main")))
  }
}

let mainUnlifted: Task<any> | null = null

function* later(ms: number, begun: () => void, call: Call): Steps<any> {
  yield* new Sleep(ms)
  begun()
  return yield* perform(call)
}

const nameOf = ({ f }: Call): string => (f.name === "" ? "<anonymous>" : f.name)

/** Waits for a task to end, in order to take its result. */
export function* taken(task: Task<any>): Steps<void> {
  const fiber = task.fiber
  if (fiber !== null && fiber.state !== "done") yield* new Taken(fiber)
}

function* waitTwin(this: Task): Steps<unknown> {
  yield* taken(this)
  return this.result()
}

stamp(Task.prototype.wait, waitTwin)

function* killTwin(this: Task, options?: KillOptions): Steps<void> {
  yield* stopping(this.fiber, options)
}

stamp(Task.prototype.kill, killTwin)

stamp(Task.prototype.link, function* (this: Task, f: AnyFunction, ...args: Array<any>): Steps<void> {
  callable(f, "f")
  if (this.dead) yield* perform({ f, self: undefined, args: [this, ...args] })
  else this.link(f, ...args)
})
