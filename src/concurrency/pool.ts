/** GreenPool: tasks, so many at a time. */
import type { Fiber } from "../runtime/fiber.js"
import { plain } from "../runtime/plain.js"
import { callTwin, current, type Steps, stamp } from "../runtime/twin.js"
import { callable, wholeNumber } from "./arguments.js"
import { type AnyFunction, callOf, type ResultOf } from "./call.js"
import { DeadlockError, GreenError } from "./errors.js"
import { Mapping, type MappingPool } from "./imap.js"
import { GreenIterator, Walk } from "./iterator.js"
import { Ended, EndedSurely, heldUp, type Slots, SlotWait } from "./join.js"
import { labelOf, Named } from "./named.js"
import type { KillOptions } from "./stop.js"
import { Task } from "./task.js"
import { killall } from "./together.js"
import { Line, Wait, type Waiter } from "./waiter.js"

/** How `waitall` treats failures. */
export interface WaitallOptions {
  /** Whether to throw the first failure that nobody has waited for. Default true. */
  readonly fail?: boolean
}

/**
 * Runs functions as tasks, at most `size` at a time. The tasks belong to the scope in which they are spawned.
 *
 * @example
 * import { GreenPool, sleep } from "greenlift/green"
 *
 * const pool = new GreenPool(50)
 * for (let i = 0; i < 500; i++) pool.spawnN(() => sleep(100))
 * pool.waitall()
 */
export class GreenPool extends Named implements Slots, MappingPool {
  /** The errors that the last `waitall` found and did not throw. */
  failures: ReadonlyArray<unknown> = []
  #size: number
  #taken = 0
  readonly #spawners = new Line<boolean>()
  readonly #idle = new Line<void>()
  readonly #members = new Set<Fiber>()
  #failed: Array<Failed> = []

  /** @param size how many tasks may run at once */
  constructor(size = 1000) {
    super()
    this.#size = wholeNumber(size, "size")
  }

  /** How many may run at once. */
  get size(): number {
    return this.#size
  }

  /** How many tasks run, or are about to. */
  running(): number {
    return this.#taken
  }

  /** How many more could be spawned without waiting; negative after the pool was made smaller than what runs. */
  free(): number {
    return this.#size - this.#taken
  }

  /** Whether a spawn would have to wait. */
  get full(): boolean {
    return this.#taken >= this.#size
  }

  /** How many wait for a slot in order to spawn. */
  waiting(): number {
    return this.#spawners.length
  }

  /** Changes the size. Those who wait to spawn get what is new; what runs beyond the new size runs to its end. */
  resize(size: number): void {
    this.#size = wholeNumber(size, "size")
    while (this.#taken < this.#size) {
      const spawner = this.#spawners.shift()
      if (spawner === undefined) return
      this.#taken++
      spawner.serve(true)
    }
  }

  /**
   * Runs `f(...args)` as a task, and waits for a slot first while the pool is full. A task of the pool that spawns into
   * it while it is full runs `f` to its end before it goes on, in its own slot. As with `spawn`, a first argument that
   * has `f` as its method is the receiver. Unlifted, `f` runs at once, to its end.
   */
  spawn<F extends AnyFunction>(f: F, ...args: Array<any>): Task<ResultOf<F>> {
    callable(f, "f")
    if (this.#size === 0) throw neverASlot()
    this.#taken++
    try {
      return this.#keep(Task.run(callOf(f, args)))
    } finally {
      this.#leave()
    }
  }

  /** As `spawn`, for a task that nobody waits for by itself. */
  spawnN(f: AnyFunction, ...args: Array<any>): void {
    this.spawn(f, ...args)
  }

  /** Runs `f(...args)` as a task of the pool, and waits for its result. */
  apply<F extends AnyFunction>(f: F, ...args: Array<any>): ResultOf<F> {
    return this.spawn(f, ...args).wait()
  }

  /** The results of `f` for each item, in order. The first error, in that order, stops what still runs and is thrown. */
  map<A, B>(f: (item: A) => B, items: Iterable<A>): Array<Awaited<B>> {
    return plain(map, this, [f, items]) as Array<Awaited<B>>
  }

  /** Kills all tasks of the pool, and waits for their cleanup unless told otherwise. */
  kill(options?: KillOptions): void {
    plain(kill, this, [options])
  }

  /**
   * Waits until nothing runs in the pool any more. Throws the first failure that nobody has waited for; the others are
   * then in `failures`. With `fail: false` it throws none, and all are there.
   */
  waitall(options: WaitallOptions = {}): void {
    plain(waitall, this, [options])
  }

  /**
   * The results of `f` over the items of the inputs, in input order, as many calls at a time as the pool has slots for;
   * they count as its tasks. With several inputs `f` gets an item of each, until the shortest is through; with null for
   * `f` each result is the array of those items. Nothing is taken from an input before it is needed. An error is thrown
   * in its place, and the iteration can go on; leaving it early interrupts what runs.
   *
   * @example
   * import { GreenPool, sleep } from "greenlift/green"
   *
   * const pool = new GreenPool(10)
   * const slow = (ms: number) => { sleep(ms); return ms }
   * for (const ms of pool.imap(slow, [30, 20, 10])) console.log(ms)
   */
  imap<A, B>(f: (item: A) => B, input: Iterable<A>): GreenIterator<Awaited<B>>
  imap<F extends AnyFunction>(f: F, ...inputs: Array<Iterable<any>>): GreenIterator<ResultOf<F>>
  imap(f: null, ...inputs: Array<Iterable<any>>): GreenIterator<Array<any>>
  imap(f: AnyFunction | null, ...inputs: Array<Iterable<unknown>>): GreenIterator<any> {
    return this.#map(f, new Walk(inputs), true)
  }

  /** As `imap`, with each result as soon as it is there. */
  imapUnordered<A, B>(f: (item: A) => B, input: Iterable<A>): GreenIterator<Awaited<B>>
  imapUnordered<F extends AnyFunction>(f: F, ...inputs: Array<Iterable<any>>): GreenIterator<ResultOf<F>>
  imapUnordered(f: null, ...inputs: Array<Iterable<any>>): GreenIterator<Array<any>>
  imapUnordered(f: AnyFunction | null, ...inputs: Array<Iterable<unknown>>): GreenIterator<any> {
    return this.#map(f, new Walk(inputs), false)
  }

  /** As `imap`, over an input of argument lists. */
  starmap<F extends AnyFunction>(f: F, input: Iterable<ReadonlyArray<any>>): GreenIterator<ResultOf<F>> {
    callable(f, "f")
    return this.#map(f, new Walk([input]), true, true)
  }

  #map(f: AnyFunction | null, walk: Walk, ordered: boolean, spread = false): GreenIterator<any> {
    if (f !== null) callable(f, "f")
    return new Mapping(this, f, walk, ordered, spread)
  }

  /** @internal A slot for the waiter, now or when its turn has come; false if it is to do without. */
  enter(waiter: Waiter<boolean>): void {
    if (this.tryEnter()) waiter.serve(true)
    else if (current.fiber !== null && this.#needed(current.fiber)) waiter.serve(false)
    else this.#spawners.push(waiter)
  }

  /** @internal Takes a slot if one is free; whoever takes one starts a task in it, or gives it back. */
  tryEnter(): boolean {
    if (this.#taken >= this.#size || !this.#spawners.empty) return false
    this.#taken++
    return true
  }

  /** @internal Takes a slot, waiting for it; false where the caller, a member of the full pool, is to lend its own. */
  *slot(): Steps<boolean> {
    if (this.tryEnter()) return true
    if (this.has(current.fiber!)) return false
    return yield* new SlotWait(this.label("a slot in a GreenPool"), (waiter) => this.enter(waiter), this)
  }

  /** @internal Gives back a slot, if there was one. */
  exit(hasSlot: boolean): void {
    if (hasSlot) this.#leave()
  }

  /** @internal Starts a task in a slot that was taken, or in that of a member which does without. */
  begin(f: AnyFunction, args: ReadonlyArray<unknown>, hasSlot: boolean, spawner: Fiber): Task<any> {
    const task = Task.start(callOf(f, args), spawner)
    const fiber = task.fiber!
    this.#members.add(fiber)
    fiber.onEnd(() => {
      this.#members.delete(fiber)
      this.#keep(task)
      if (hasSlot) this.#leave()
    })
    return task
  }

  /** @internal Calls the waiter when nothing runs. */
  whenIdle(waiter: Waiter<void>): void {
    if (this.#taken === 0) waiter.serve()
    else this.#idle.push(waiter)
  }

  /** @internal The fibers of its tasks. */
  get members(): ReadonlyArray<Fiber> {
    return [...this.#members]
  }

  /** @internal Whether the fiber runs in this pool. */
  has(fiber: Fiber): boolean {
    return this.#members.has(fiber)
  }

  /** @internal Takes the failures that nobody has waited for. */
  takeFailures(): Array<unknown> {
    const failed = this.#failed.filter(unconsumed)
    this.#failed = []
    return failed.map(({ task }) => task.error)
  }

  /** @internal See `Slots`: when all members wait for those who wait for a slot, the first of these goes without. */
  untangle(): void {
    if (!this.#spawners.empty && this.#needed(null)) this.#spawners.shift()!.serve(false)
  }

  /** Whether no slot can come free before `spawner`, or any of those who wait, has gone on. */
  #needed(spawner: Fiber | null): boolean {
    if (this.#members.size === 0) return false
    for (const member of this.#members) if (!heldUp(member, this, spawner)) return false
    return true
  }

  #leave(): void {
    const spawner = this.#taken <= this.#size ? this.#spawners.shift() : undefined
    if (spawner !== undefined) spawner.serve(true)
    else if (--this.#taken === 0) this.#idle.serveAll()
  }

  #keep<A>(task: Task<A>): Task<A> {
    if (task.outcome?._tag !== "Failure") return task
    const awaited = !this.#idle.empty
    if (awaited) task.observe()
    this.#failed.push({ task, awaited })
    const many = this.#failed.length
    if (many > 64 && (many & (many - 1)) === 0) this.#failed = this.#failed.filter(unconsumed)
    return task
  }
}

interface Failed {
  readonly task: Task<any>
  /** Whether someone was in `waitall` at the time, and so took responsibility for it. */
  readonly awaited: boolean
}

const unconsumed = ({ task, awaited }: Failed): boolean => awaited || !task.observed

const neverASlot = (): DeadlockError =>
  new DeadlockError("spawn would wait for ever: the pool has size 0 and nothing else runs; resize it first")

function* spawn(this: GreenPool, f: AnyFunction, ...args: Array<any>): Steps<Task> {
  callable(f, "f")
  const fiber = current.fiber!
  const hasSlot = yield* this.slot()
  const task = this.begin(f, args, hasSlot, fiber)
  if (!hasSlot) yield* within(task.fiber!)
  return task
}

/**
 * Waits for a fiber as for a function that was called: who is stopped meanwhile stops it, and waits for its cleanup.
 */
function* within(fiber: Fiber): Steps<void> {
  try {
    yield* new Ended(fiber)
  } finally {
    if (fiber.state !== "done") {
      fiber.interrupt()
      yield* new EndedSurely(fiber)
    }
  }
}

function* waitall(this: GreenPool, { fail = true }: WaitallOptions = {}): Steps<void> {
  if (current.fiber !== null && this.has(current.fiber)) throw fromMember()
  if (this.running() > 0) {
    yield* new Ending(labelOf(this, "the tasks of a GreenPool"), this)
  }
  const errors = this.takeFailures()
  this.failures = fail ? errors.slice(1) : errors
  if (fail && errors.length > 0) throw errors[0]
}

/** Waits until the tasks of a pool have ended. */
class Ending extends Wait<void> {
  constructor(
    label: string,
    private readonly pool: GreenPool
  ) {
    super(label, (waiter) => pool.whenIdle(waiter))
  }

  override holders(): ReadonlyArray<Fiber> {
    return this.pool.members
  }
}

/** What `waitall` throws to a task of the pool. */
export const fromMember = (): GreenError =>
  new GreenError(
    "GREENLIFT_WAITALL_FROM_MEMBER",
    "waitall was called by a task of the pool, which would wait for itself: call it outside, or wait for single tasks"
  )

stamp(GreenPool.prototype.spawn, spawn)
stamp(GreenPool.prototype.spawnN, function* (this: GreenPool, f: AnyFunction, ...args: Array<any>): Steps<void> {
  yield* spawn.call(this, f, ...args)
})
stamp(GreenPool.prototype.waitall, waitall)

function* apply(this: GreenPool, f: AnyFunction, ...args: Array<any>): Steps<unknown> {
  const task = yield* spawn.call(this, f, ...args)
  return yield* callTwin(task.wait, task, [])
}

function* map(this: GreenPool, f: AnyFunction, items: Iterable<unknown>): Steps<Array<unknown>> {
  const results = this.imap(f, items)
  const values: Array<unknown> = []
  let through = false
  try {
    for (;;) {
      const result: IteratorResult<unknown> = yield* callTwin(results.next, results, [])
      if (result.done === true) {
        through = true
        return values
      }
      values.push(result.value)
    }
  } finally {
    if (!through) yield* GreenIterator.close(results)
  }
}

function* kill(this: GreenPool, options?: KillOptions): Steps<void> {
  yield* callTwin(killall, undefined, [this.members.map(Task.of), options])
}

stamp(GreenPool.prototype.apply, apply)
stamp(GreenPool.prototype.map, map)
stamp(GreenPool.prototype.kill, kill)
