/**
 * Concurrent loops: the turns of a loop as fibers, a bounded number at once.
 *
 * In the order of the input, a loop leaves behind what the sequential one would have: a turn's output and what it adds up
 * (see `commit`) are noted, and carried out when all turns before it are through; a failure interrupts the turns after it,
 * while those before it run to their end, and leaves the loop. In the order of completion, notes are carried out as they
 * happen, and the first failure interrupts all other turns. Where failures are collected the loop goes on after them. However
 * it ends, every turn has ended before it.
 */
import type { Fiber, Outcome } from "../runtime/fiber.js"
import { spawn } from "../runtime/host.js"
import { Op } from "../runtime/op.js"
import { callTwin, current, type Steps, type Twin, twinOf } from "../runtime/twin.js"
import { callMethod, closeIterator, opened, walk } from "../runtime/walk.js"

/** How a loop is run, and who hears of it. */
export interface LoopSettings {
  /** How many turns at once, at most. */
  readonly concurrency: number
  /** Whether output and sums come in the order of the turns, or as turns happen to end. */
  readonly order: "input" | "completion"
  /** Whether the loop goes on after a failure; failures then go to `observer.failed` and nowhere else. */
  readonly collect: boolean
  readonly observer?: LoopObserver
}

export interface LoopObserver {
  /** The loop begins; `total` is the number of its turns, where the source tells. */
  loopBegan?(total: number | undefined): void
  turnBegan?(index: number): void
  turnEnded?(index: number, interrupted: boolean): void
  failed?(index: number, item: unknown, error: unknown): void
}

const settings = new Map<string, LoopSettings>()

/** Makes the loop at `place` (`file:line`) run its turns at once; undefined makes it run them one after another again. */
export const setLoop = (place: string, how: LoopSettings | undefined): void => {
  if (how === undefined) settings.delete(place)
  else settings.set(place, how)
}

/** Something to carry out when a turn's time comes, and in how many loops, from the inside, it is to wait for that. */
interface Note {
  readonly effect: () => void
  readonly levels: number
}

/** One turn: its place in the loop, and what it has noted. */
class Turn {
  readonly notes: Array<Note> = []
  over = false
  constructor(
    readonly loop: LoopState,
    readonly index: number,
    readonly ordered: boolean
  ) {}
}

const turnOf = new WeakMap<Fiber, Turn>()

/** The turn that what is running belongs to: its own fiber's, or that of the fiber it was spawned from. */
const currentTurn = (): Turn | undefined => {
  for (let fiber = current.fiber; fiber !== null; fiber = fiber.parent) {
    const turn = turnOf.get(fiber)
    if (turn !== undefined) return turn
  }
  return undefined
}

/** Whether what happens now belongs to a turn whose effects are kept in order. */
export const isOrdered = (): boolean => currentTurn()?.ordered === true

/**
 * Carries `effect` out when the current turn's time has come: at once outside of a loop's turn. `levels` is how many loops
 * around it are to keep it in order: all of them for output, for a sum those that its variable was made outside of.
 */
export const commit = (effect: () => void, levels: number = Number.POSITIVE_INFINITY): void =>
  note(currentTurn(), { effect, levels })

const note = (turn: Turn | undefined, each: Note): void => {
  if (turn?.ordered === true && each.levels > 0) turn.notes.push(each)
  else each.effect()
}

/** Waits until all turns before the current one are through: at once outside of an ordered turn. */
export function* earlierTurns(): Steps<void> {
  for (let turn = currentTurn(); turn?.ordered === true; turn = turn.loop.outer) yield* new EarlierTurns(turn)
}

class EarlierTurns extends Op<void> {
  override readonly blocking = false
  readonly label = "the turns before this one"
  constructor(private readonly turn: Turn) {
    super()
  }
  start(fiber: Fiber): void {
    this.turn.loop.whenFirst(this.turn, () => fiber.resume(this, undefined))
  }
  cancel(): boolean {
    return true
  }
  plain(): void {}
}

class Change extends Op<void> {
  override readonly blocking = false
  readonly label: string
  constructor(private readonly state: LoopState) {
    super()
    this.label = `turns of the loop at ${state.place}`
  }
  start(fiber: Fiber): void {
    this.state.wake = () => fiber.resume(this, undefined)
  }
  cancel(): boolean {
    this.state.wake = noWake
    return true
  }
  plain(): void {}
}

const noWake = (): void => {}

const active = new Set<LoopState>()

/** A program that exits in a turn has written what the sequential one would have: all up to that turn, and nothing after it. */
process.on("exit", () => {
  const last = currentTurn()
  for (const state of active) state.flushUpTo(last === undefined ? Number.POSITIVE_INFINITY : last.index)
})

class LoopState {
  readonly fibers = new Map<Fiber, Turn>()
  wake = noWake
  failure: { readonly index: number; readonly error: unknown } | null = null
  private readonly waiting = new Map<number, Turn>()
  private next = 0
  private readonly firsts = new Map<number, () => void>()

  /** @param outer the turn that the loop itself stands in: its notes become that turn's */
  constructor(
    readonly place: string,
    readonly how: LoopSettings,
    readonly outer: Turn | undefined
  ) {
    active.add(this)
  }

  begin(index: number, item: unknown, fiber: Fiber): void {
    const turn = new Turn(this, index, this.how.order === "input")
    turnOf.set(fiber, turn)
    fiber.observed = true
    this.fibers.set(fiber, turn)
    this.waiting.set(index, turn)
    this.how.observer?.turnBegan?.(index)
    fiber.onEnd((outcome) => this.ended(turn, item, fiber, outcome))
  }

  private ended(turn: Turn, item: unknown, fiber: Fiber, outcome: Outcome): void {
    this.fibers.delete(fiber)
    turn.over = true
    if (outcome._tag === "Failure") {
      this.how.observer?.failed?.(turn.index, item, outcome.error)
      if (!this.how.collect) this.fail(turn, outcome.error)
    }
    this.how.observer?.turnEnded?.(turn.index, outcome._tag === "Interrupted")
    this.flush()
    this.wake()
  }

  private fail(turn: Turn, error: unknown): void {
    if (this.failure !== null && (!turn.ordered || this.failure.index < turn.index)) return
    this.failure = { index: turn.index, error }
    for (const [fiber, { index }] of [...this.fibers]) if (!turn.ordered || index > turn.index) fiber.interrupt()
  }

  /** Ends the loop: interrupts the turns that still run. */
  stop(): void {
    active.delete(this)
    for (const fiber of [...this.fibers.keys()]) fiber.interrupt()
  }

  /** Carries out the notes of the turns that are through, as far as none before them is missing and none has failed. */
  private flush(): void {
    for (let turn = this.waiting.get(this.next); turn?.over === true; turn = this.waiting.get(this.next)) {
      if (this.failure !== null && turn.index > this.failure.index) return
      this.carryOut(turn)
    }
  }

  /** Carries out what there is of the turns up to the one of that index, through or not. */
  flushUpTo(last: number): void {
    for (const turn of [...this.waiting.values()].sort((a, b) => a.index - b.index)) {
      if (turn.index <= last) this.carryOut(turn)
    }
  }

  /** Calls back when all turns before this one are through. */
  whenFirst(turn: Turn, callback: () => void): void {
    if (turn.index === this.next) callback()
    else this.firsts.set(turn.index, callback)
  }

  private carryOut(turn: Turn): void {
    this.waiting.delete(turn.index)
    this.next = turn.index + 1
    for (const { effect, levels } of turn.notes) note(this.outer, { effect, levels: levels - 1 })
    this.firsts.get(this.next)?.()
  }
}

const lengthOf = (source: any): number | undefined =>
  Array.isArray(source) ? source.length : source instanceof Set || source instanceof Map ? source.size : undefined

/** How the loop at a place is run: as was set, else as a comment above it asks. */
const howFor = (place: string, asked: number | undefined): LoopSettings | undefined =>
  settings.get(place) ?? (asked === undefined ? undefined : { concurrency: asked, order: "input", collect: false })

/** The twin of a lifted loop: see the module's description. `asked` is what a comment above it asks for. */
export function* loop(
  place: string,
  source: Iterable<unknown>,
  body: (item: any) => Generator<any, void, any>,
  self: unknown,
  asked?: number
): Steps<void> {
  const how = howFor(place, asked)
  if (how === undefined || current.fiber === null) {
    const items = yield* walk(source, null)
    try {
      while (items.step() ?? (yield* items.wait())) yield* Reflect.apply(body, self, [items.value])
    } catch (error) {
      throw items.failed(error)
    } finally {
      if (items.open) yield* items.close()
    }
    return
  }
  const parent = current.fiber
  const state = new LoopState(place, how, currentTurn())
  const { iterator, next } = yield* opened(source, null)
  let exhausted = false
  how.observer?.loopBegan?.(lengthOf(source))
  try {
    for (let index = 0; state.failure === null; index++) {
      while (state.fibers.size >= how.concurrency && state.failure === null) yield new Change(state)
      if (state.failure !== null) break
      exhausted = true
      const { done, value } = yield* callMethod(next, iterator)
      if (done) break
      exhausted = false
      state.begin(index, value, spawn(parent, `turn ${index} of ${place}`, Reflect.apply(body, self, [value])))
    }
    while (state.fibers.size > 0) yield new Change(state)
  } finally {
    state.stop()
    while (state.fibers.size > 0) yield new Change(state)
    if (!exhausted) yield* closeIterator(iterator)
  }
  if (state.failure !== null) throw state.failure.error
}

const { forEach, map } = Array.prototype

/** The twin to use for a callee that may be `forEach` or `map` of an array: one that runs the calls as turns. */
export const turns = (callee: unknown, place: string, asked?: number): Twin | undefined => {
  if (callee !== forEach && callee !== map) return twinOf(callee)
  return function* (callback: (...args: Array<unknown>) => unknown, self: unknown) {
    if (!Array.isArray(this) || typeof callback !== "function" || howFor(place, asked) === undefined) {
      return yield* Reflect.apply(twinOf(callee)!, this, [callback, self])
    }
    const array = this
    const results: Array<unknown> | undefined = callee === map ? new Array(array.length) : undefined
    const turn = function* (index: number): Steps<void> {
      const result = yield* callTwin(callback, self, [array[index], index, array])
      if (results !== undefined) results[index] = result
    }
    yield* loop(place, indices(array), turn, undefined, asked)
    return results
  }
}

function* indices(array: ReadonlyArray<unknown>): Generator<number, void, void> {
  for (let index = 0, { length } = array; index < length; index++) if (index in array) yield index
}
