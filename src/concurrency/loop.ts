/**
 * Concurrent loops: the turns of a loop as fibers, a bounded number at once.
 *
 * A turn's output and what it adds up (see `commit`) are noted, and carried out when all turns before it are through (order
 * "input") or as they happen (order "completion"). The first failure interrupts the other turns and leaves the loop, unless
 * failures are collected. However the loop ends, every turn has ended before it.
 */
import type { Fiber, Outcome } from "../runtime/fiber.js"
import { spawn } from "../runtime/host.js"
import { Op } from "../runtime/op.js"
import { callTwin, current, type Steps, type Twin, twinOf } from "../runtime/twin.js"

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
  turnEnded?(index: number): void
  failed?(index: number, item: unknown, error: unknown): void
}

const settings = new Map<string, LoopSettings>()

/** Makes the loop at `place` (`file:line`) run its turns at once; undefined makes it run them one after another again. */
export const setLoop = (place: string, how: LoopSettings | undefined): void => {
  if (how === undefined) settings.delete(place)
  else settings.set(place, how)
}

/** One turn: its place in the loop, and what it has noted. */
class Turn {
  readonly notes: Array<() => void> = []
  over = false
  constructor(
    readonly index: number,
    readonly ordered: boolean
  ) {}
}

const turnOf = new WeakMap<Fiber, Turn>()

/** The turn whose fiber is running, if one is. */
const currentTurn = (): Turn | undefined => (current.fiber === null ? undefined : turnOf.get(current.fiber))

/** Whether what happens now belongs to a turn whose effects are kept in order. */
export const isOrdered = (): boolean => currentTurn()?.ordered === true

/** Carries `effect` out when the current turn's time has come: at once outside of a loop's turn. */
export const commit = (effect: () => void): void => {
  const turn = currentTurn()
  if (turn?.ordered === true) turn.notes.push(effect)
  else effect()
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

class LoopState {
  readonly fibers = new Set<Fiber>()
  wake = noWake
  failure: { readonly error: unknown } | null = null
  private readonly waiting = new Map<number, Turn>()
  private next = 0

  constructor(
    readonly place: string,
    readonly how: LoopSettings
  ) {}

  begin(index: number, item: unknown, fiber: Fiber): void {
    const turn = new Turn(index, this.how.order === "input")
    turnOf.set(fiber, turn)
    fiber.observed = true
    this.fibers.add(fiber)
    this.waiting.set(index, turn)
    this.how.observer?.turnBegan?.(index)
    fiber.onEnd((outcome) => this.ended(turn, item, fiber, outcome))
  }

  private ended(turn: Turn, item: unknown, fiber: Fiber, outcome: Outcome): void {
    this.fibers.delete(fiber)
    turn.over = true
    if (outcome._tag === "Failure") {
      this.how.observer?.failed?.(turn.index, item, outcome.error)
      if (!this.how.collect) this.fail(outcome.error)
    }
    this.how.observer?.turnEnded?.(turn.index)
    this.flush()
    this.wake()
  }

  private fail(error: unknown): void {
    if (this.failure !== null) return
    this.failure = { error }
    this.stop()
  }

  stop(): void {
    for (const fiber of [...this.fibers]) fiber.interrupt()
  }

  /** Carries out the notes of the turns that are through, as far as none before them is missing. */
  private flush(): void {
    for (let turn = this.waiting.get(this.next); turn?.over === true; turn = this.waiting.get(this.next)) {
      this.waiting.delete(this.next++)
      for (const note of turn.notes) note()
    }
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
    for (const item of source) yield* Reflect.apply(body, self, [item])
    return
  }
  const parent = current.fiber
  const state = new LoopState(place, how)
  const iterator = source[Symbol.iterator]()
  let exhausted = false
  how.observer?.loopBegan?.(lengthOf(source))
  try {
    for (let index = 0; state.failure === null; index++) {
      while (state.fibers.size >= how.concurrency && state.failure === null) yield new Change(state)
      if (state.failure !== null) break
      exhausted = true
      const { done, value } = yield* callTwin(iterator.next, iterator, [])
      if (done) break
      exhausted = false
      state.begin(index, value, spawn(parent, `turn ${index} of ${place}`, Reflect.apply(body, self, [value])))
    }
    while (state.fibers.size > 0) yield new Change(state)
  } finally {
    state.stop()
    while (state.fibers.size > 0) yield new Change(state)
    if (!exhausted && typeof iterator.return === "function") yield* callTwin(iterator.return, iterator, [])
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
