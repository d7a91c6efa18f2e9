/**
 * Concurrent loops: the turns of a loop as fibers, a bounded number at once.
 *
 * In the order of the input, a loop leaves behind what the sequential one would have: what a turn shares with others it does
 * when its time has come (see `turn.ts`); a failure interrupts the turns after it, while those before it run to their end, and
 * leaves the loop. In the order of completion, notes are carried out as they happen, and the first failure interrupts all other
 * turns. Where failures are collected the loop goes on after them. However it ends, every turn has ended before it.
 */
import type { Fiber, Outcome } from "../runtime/fiber.js"
import { spawn } from "../runtime/host.js"
import { Op } from "../runtime/op.js"
import { callTwin, current, type Steps, type Twin, twinOf } from "../runtime/twin.js"
import { inheritLocals } from "./local.js"
import { Bound, type Slot, Slots } from "./slots.js"
import { Entry, type Head, type Source, sourceOf } from "./source.js"
import { currentTurn, type Expectant, Turn, type TurnKeeper } from "./turn.js"

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

/** The fiber that the loop runs in, or null where the plain driver runs it. */
class Here extends Op<Fiber | null> {
  override readonly blocking = false
  readonly label = "the loop to begin"
  start(fiber: Fiber): void {
    fiber.resume(this, fiber)
  }
  cancel(): boolean {
    return true
  }
  plain(): null {
    return null
  }
}

class Change extends Op<void> {
  override readonly blocking = false
  readonly label: string
  constructor(private readonly state: LoopState) {
    super()
    this.label = `turns of the loop at ${state.place}`
  }
  start(fiber: Fiber): void {
    this.state.bound.wake = () => fiber.resume(this, undefined)
  }
  cancel(): boolean {
    this.state.bound.wake = noWake
    return true
  }
  plain(): void {}
}

const noWake = (): void => {}

const active = new Set<LoopState>()

/** A program that exits in a turn has written what the sequential one would have: all up to that turn, and nothing after it. */
process.on("exit", () => {
  const last = currentTurn()
  if (last === undefined) for (const state of active) state.flushUpTo(Number.POSITIVE_INFINITY)
  for (let turn = last; turn !== undefined; turn = turn.loop.outer) (turn.loop as LoopState).flushUpTo(turn.index)
})

class LoopState implements TurnKeeper {
  readonly fibers = new Map<Fiber, Turn>()
  readonly bound: Bound
  failure: { readonly index: number; readonly error: unknown } | null = null
  /** The turns whose notes have not all been carried out, by index. */
  private readonly waiting = new Map<number, Turn>()
  /** The objects that the turns which run are for. */
  private readonly objects = new Set<object>()
  /** The index of the first of them. */
  private next = 0
  /** Those who wait for the time of a turn: its fiber, and tasks that were spawned in it. */
  private readonly expectants = new Map<Turn, Array<Expectant>>()
  /** The turn that acts alone, where no order is kept, and those that wait to. */
  private acting: Turn | null = null
  private stopped = false

  /** @param outer the turn that the loop itself stands in: its notes become that turn's */
  constructor(
    readonly place: string,
    readonly how: LoopSettings,
    readonly outer: Turn | undefined,
    readonly slots: Slots,
    lender: Turn | undefined
  ) {
    this.bound = new Bound(slots, lender)
    active.add(this)
  }

  /** The turn of that index: what happens for it from now on, its item being taken too, may be noted. */
  private announce(index: number): Turn {
    const turn = new Turn(this, index, this.how.order === "input")
    this.waiting.set(index, turn)
    if (turn.ordered && index === this.next) turn.first = true
    return turn
  }

  /** Whether a turn of the same item runs: the next one sees what it did. */
  isRunning(objects: ReadonlyArray<unknown>): boolean {
    return objects.some((each) => isObject(each) && this.objects.has(each))
  }

  begin(turn: Turn, item: unknown, objects: ReadonlyArray<unknown>, fiber: Fiber, slot: Slot): void {
    for (const each of objects) if (isObject(each)) this.objects.add(each)
    fiber.turn = turn
    fiber.observed = true
    this.fibers.set(fiber, turn)
    this.how.observer?.turnBegan?.(turn.index)
    fiber.onEnd((outcome) => this.ended(turn, item, objects, fiber, slot, outcome))
  }

  private ended(
    turn: Turn,
    item: unknown,
    objects: ReadonlyArray<unknown>,
    fiber: Fiber,
    slot: Slot,
    outcome: Outcome
  ): void {
    for (const each of objects) if (isObject(each)) this.objects.delete(each)
    this.fibers.delete(fiber)
    if (outcome._tag === "Failure" && !turn.broken) this.failed(turn, outcome.error, item)
    this.how.observer?.turnEnded?.(turn.index, outcome._tag === "Interrupted")
    this.over(turn)
    this.bound.give(slot)
    this.bound.wake()
  }

  failed(turn: Turn, error: unknown, item?: unknown): void {
    this.how.observer?.failed?.(turn.index, item, error)
    if (this.how.collect) return
    if (this.failure !== null && (!turn.ordered || this.failure.index <= turn.index)) return
    this.failure = { index: turn.index, error }
    for (const [fiber, { index }] of [...this.fibers]) {
      if (!turn.ordered || index > turn.index || turn.broken) fiber.interrupt()
    }
  }

  /** A turn is through: the time of the one after it may have come. */
  over(turn: Turn): void {
    turn.over = true
    if (turn === this.acting) this.actNext()
    if (!turn.ordered) {
      if (this.acting === null) this.waiting.delete(turn.index)
      return
    }
    for (let head = this.waiting.get(this.next); head?.over === true && head.first; ) {
      this.waiting.delete(this.next)
      head = this.waiting.get(++this.next)
      if (head !== undefined && !this.isPast(head)) this.come(head)
    }
  }

  /** The turn's time has come. */
  private come(turn: Turn): void {
    turn.first = true
    turn.flush()
    this.call(turn)
  }

  private call(turn: Turn): void {
    const expectants = this.expectants.get(turn) ?? []
    this.expectants.delete(turn)
    for (const expectant of expectants) expectant.come()
  }

  /** Whether a turn comes after one that has failed: in the sequential loop it would never have begun. */
  private isPast(turn: Turn): boolean {
    return this.failure !== null && turn.index > this.failure.index
  }

  whenFirst(turn: Turn, expectant: Expectant): void {
    if (!turn.ordered && this.acting === turn) return expectant.come()
    if (turn.ordered && this.stopped) return expectant.stop()
    const expectants = this.expectants.get(turn)
    if (expectants === undefined) this.expectants.set(turn, [expectant])
    else expectants.push(expectant)
    if (!turn.ordered && this.acting === null) this.actNext()
  }

  isHeld(turn: Turn): boolean {
    return this.acting !== null && this.acting !== turn
  }

  private actNext(): void {
    this.acting = null
    for (const turn of [...this.waiting.values()]) {
      turn.flush()
      if (turn.over) this.waiting.delete(turn.index)
    }
    for (const turn of [...this.expectants.keys()]) {
      if (!turn.over) this.acting = turn
      this.call(turn)
      if (this.acting !== null) return
    }
  }

  /** Ends the loop: interrupts the turns that still run. */
  stop(): void {
    active.delete(this)
    this.stopped = true
    for (const fiber of [...this.fibers.keys()]) fiber.interrupt()
    for (const [turn, expectants] of [...this.expectants]) {
      if (!turn.ordered) continue
      this.expectants.delete(turn)
      for (const expectant of expectants) expectant.stop()
    }
  }

  /** Carries out what there is of the turns up to the one of that index, through or not. */
  flushUpTo(last: number): void {
    for (const turn of [...this.waiting.values()].sort((a, b) => a.index - b.index)) {
      if (turn.index <= last) turn.flush()
    }
  }

  /**
   * Takes the item of a turn from the source, in that turn's name; null where there are no more. What the source throws the
   * loop throws, when the turns before are through.
   */
  *take(source: Source, index: number, parent: Fiber): Steps<{ readonly turn: Turn; readonly value: unknown } | null> {
    const turn = this.announce(index)
    parent.turn = turn
    try {
      const { done, value } = yield* source.next()
      if (done !== true) return { turn, value }
    } catch (error) {
      if (parent.interrupted) throw error
      this.failed(turn, error)
    } finally {
      parent.turn = this.outer ?? null
    }
    this.over(turn)
    return null
  }
}

/** How the loop at a place is run: as was set, else as a comment above it asks. */
const howFor = (place: string, asked: number | undefined): LoopSettings | undefined =>
  settings.get(place) ?? (asked === undefined ? undefined : { concurrency: asked, order: "input", collect: false })

/** A loop of which nothing is said, in a turn of another: it has that one's bound, and keeps its own order. */
const shared: Omit<LoopSettings, "concurrency"> = { order: "input", collect: false }

const makeState = (place: string, how: LoopSettings | undefined, outer: Turn | undefined): LoopState | null => {
  if (how !== undefined) return new LoopState(place, how, outer, new Slots(how.concurrency), undefined)
  if (outer === undefined) return null
  return new LoopState(place, { ...shared, concurrency: 0 }, outer, outer.loop.slots, outer)
}

type Body = (item: any) => Generator<any, void, any>

/**
 * The twin of a lifted loop: see the module's description. `asked` is what a comment above it asks for, `again` what a
 * `do … while` asks after a turn.
 */
export function* loop(
  place: string,
  from: Iterable<unknown> | Head,
  body: Body,
  self: unknown,
  asked?: number,
  again?: () => Generator<any, unknown, any>
): Steps<void> {
  const how = howFor(place, asked)
  const mayBe = how !== undefined || currentTurn() !== undefined
  const parent = mayBe ? yield* new Here() : null
  const state = parent === null ? null : makeState(place, how, currentTurn())
  const source = yield* sourceOf(from, self, again)
  if (parent === null || state === null) return yield* oneByOne(source, body, self)
  let thrown = true
  state.how.observer?.loopBegan?.(source.total)
  try {
    yield* beginTurns(state, source, parent, (item) => Reflect.apply(body, self, [item]))
    while (state.fibers.size > 0) yield new Change(state)
    thrown = state.failure !== null
  } finally {
    state.stop()
    while (state.fibers.size > 0) yield new Change(state)
    state.bound.close()
    yield* source.close(thrown)
  }
  if (state.failure !== null) throw state.failure.error
}

/** Begins a turn for each item, as slots become free, until there are no more or one has failed. */
function* beginTurns(state: LoopState, source: Source, parent: Fiber, body: Body): Steps<void> {
  for (let index = 0; ; index++) {
    let slot = state.bound.take()
    while (slot === null && state.failure === null) {
      yield new Change(state)
      slot = state.bound.take()
    }
    if (slot === null) return
    const item = state.failure === null ? yield* state.take(source, index, parent) : null
    const objects = item === null ? [] : source.objects(item.value)
    while (state.failure === null && state.isRunning(objects)) yield new Change(state)
    if (item === null || state.failure !== null) return state.bound.give(slot)
    const fiber = spawn(parent, `turn ${index} of ${state.place}`, body(item.value))
    inheritLocals(parent, fiber)
    state.begin(item.turn, item.value, objects, fiber, slot)
  }
}

function* oneByOne(source: Source, body: Body, self: unknown): Steps<void> {
  let thrown = true
  try {
    for (;;) {
      const { done, value } = yield* source.next()
      if (done === true) break
      yield* Reflect.apply(body, self, [value])
    }
    thrown = false
  } finally {
    yield* source.close(thrown)
  }
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null

const { forEach, map } = Array.prototype

/** The twin to use for a callee that may be `forEach` or `map` of an array: one that runs the calls as turns. */
export const turns = (callee: unknown, place: string, asked?: number): Twin | undefined => {
  if (callee !== forEach && callee !== map) return twinOf(callee)
  return function* (callback: (...args: Array<unknown>) => unknown, self: unknown) {
    const may = howFor(place, asked) !== undefined || (current.fiber !== null && currentTurn() !== undefined)
    if (!Array.isArray(this) || typeof callback !== "function" || !may) {
      return yield* Reflect.apply(twinOf(callee)!, this, [callback, self])
    }
    const array = this
    const results: Array<unknown> | undefined = callee === map ? new Array(array.length) : undefined
    const turn = function* ({ index, item }: Entry): Steps<void> {
      const result = yield* callTwin(callback, self, [item, index, array])
      if (results !== undefined) results[index] = result
    }
    yield* loop(place, entries(array), turn, undefined, asked)
    return results
  }
}

function* entries(array: ReadonlyArray<unknown>): Generator<Entry, void, void> {
  for (let index = 0, { length } = array; index < length; index++)
    if (index in array) yield new Entry(array[index], index)
}
