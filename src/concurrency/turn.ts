/**
 * The turns of concurrent loops: what each has noted, and whose time has come.
 *
 * A turn's time has come when every turn before it is through. Until then its effects on what it shares with others are noted
 * (`commit`), or it waits (`inOrder`); from then on it acts as it would in the sequential loop, at once.
 */
import type { Fiber } from "../runtime/fiber.js"
import { Interruption } from "../runtime/interruption.js"
import { Op } from "../runtime/op.js"
import { current, type Steps } from "../runtime/twin.js"
import type { Bound, Slots } from "./slots.js"

/** Makes a call when the time of all turns around has come: what a note writes. */
export type Writer = (f: unknown, self: unknown, args: ReadonlyArray<unknown>) => void

/** Something to carry out when a turn's time comes, and in how many loops, from the inside, it is to wait for that. */
interface Note {
  readonly effect: (write: Writer) => void
  readonly levels: number
}

/** Someone who waits for the time of a turn. */
export interface Expectant {
  /** It has come, or, where the loop keeps no order, no other turn acts. */
  come(): void
  /** It will never come: a turn before it has failed. */
  stop(): void
}

/** What a turn needs of the loop it belongs to. */
export interface TurnKeeper {
  /** The turn that the loop itself stands in. */
  readonly outer: Turn | undefined
  readonly slots: Slots
  /** Whether another turn acts alone, where no order is kept. */
  isHeld(turn: Turn): boolean
  /** Tells when the turn's time has come. */
  whenFirst(turn: Turn, expectant: Expectant): void
  /** A note of the turn failed as it was carried out. */
  failed(turn: Turn, error: unknown): void
}

/** One turn: its place in the loop, and what it has noted. */
export class Turn {
  /** Whether its fiber has ended. */
  over = false
  /** Whether its time has come: what it commits is carried out at once. */
  first = false
  /** Whether a note failed: what it noted after that never happens. */
  broken = false
  /** The loops that run in it, in the order they began: the first runs turns in its slot. */
  borrowers: Set<Bound> | null = null
  private notes: Array<Note> = []

  constructor(
    readonly loop: TurnKeeper,
    readonly index: number,
    /** Whether its effects are kept in the order of the turns. */
    readonly ordered: boolean
  ) {}

  note(each: Note): void {
    if (this.broken) return
    if (each.levels === 0) each.effect(writerTo(this))
    else if (this.ordered ? !this.first : this.loop.isHeld(this)) this.notes.push(each)
    else pass(this.loop.outer, { effect: each.effect, levels: each.levels - 1 })
  }

  /** Carries out what has been noted. */
  flush(): void {
    const { notes } = this
    this.notes = []
    try {
      for (const { effect, levels } of notes) pass(this.loop.outer, { effect, levels: levels - 1 })
    } catch (error) {
      this.broken = true
      this.loop.failed(this, error)
    }
  }
}

const pass = (turn: Turn | undefined, note: Note): void => {
  if (turn === undefined) note.effect(writeNow)
  else turn.note(note)
}

const writeNow: Writer = (f, self, args) => void Reflect.apply(f as (...args: Array<unknown>) => unknown, self, args)

const writerTo =
  (turn: Turn): Writer =>
  (f, self, args) =>
    turn.note({ effect: () => writeNow(f, self, args), levels: Number.POSITIVE_INFINITY })

/** The turn that what is running belongs to: its own fiber's, or that of the fiber it was spawned from. */
export const currentTurn = (): Turn | undefined => (current.fiber?.turn as Turn | null | undefined) ?? undefined

/** Whether what happens now belongs to a turn whose effects are kept in order. */
export const isOrdered = (): boolean => currentTurn()?.ordered === true

/**
 * Carries `effect` out when the current turn's time has come: at once outside of a loop's turn. `levels` is how many loops
 * around it are to keep it in order: all of them for output, for a sum those that its variable was made outside of.
 */
export const commit = (effect: (write: Writer) => void, levels: number = Number.POSITIVE_INFINITY): void =>
  pass(currentTurn(), { effect, levels })

/**
 * Waits until the current turn's time has come, in as many loops around it as `levels` says: at once outside of a turn.
 * What follows in the turn runs alone among the turns, in their order.
 */
export function* inOrder(levels: number = Number.POSITIVE_INFINITY): Steps<void> {
  let turn = currentTurn()
  for (let level = 0; turn !== undefined && level < levels; level++, turn = turn.loop.outer) {
    if (!turn.first) yield* new EarlierTurns(turn)
  }
}

class EarlierTurns extends Op<void> {
  override readonly blocking = false
  readonly label = "the turns before this one"
  constructor(private readonly turn: Turn) {
    super()
  }
  start(fiber: Fiber): void {
    if (fiber.interrupted) return fiber.reject(this, new Interruption())
    this.turn.loop.whenFirst(this.turn, {
      come: () => fiber.resume(this, undefined),
      stop: () => {
        if (fiber.waiting === this) fiber.interrupt()
      }
    })
  }
  cancel(): boolean {
    return true
  }
  plain(): void {}
}

/**
 * Whether a value may be computed with later, in a note, as well as now: anything but an object, which may have changed by
 * then, and a symbol, which throws.
 */
export const isPlain = (value: unknown): boolean =>
  value === null ||
  (typeof value !== "object" && typeof value !== "function" && typeof value !== "symbol" && typeof value !== "bigint")

/** What an expression gave when it was evaluated, or that it threw. */
interface Attempt {
  readonly value: unknown
  readonly failed: boolean
}

/** Evaluates what a note may need, or may not. */
export const attempt = (f: () => unknown): Attempt => {
  try {
    return { value: f(), failed: false }
  } catch (error) {
    return { value: error, failed: true }
  }
}

/** What an attempt gave, in a note that needs it. */
export const given = ({ value, failed }: Attempt): any => {
  if (failed) throw value
  return value
}
