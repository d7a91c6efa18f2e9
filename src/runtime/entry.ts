/**
 * The main fiber. The entry's top level runs in it: a CommonJS entry as one piece, an ES module piece by piece, each
 * top-level statement that may block being one, so that bindings, hoisting and live exports stay V8's.
 */
import { Fiber } from "./fiber.js"
import { Op } from "./op.js"
import { plain } from "./plain.js"
import { handTop } from "./require.js"
import { current, type Steps, steps, type Twin } from "./twin.js"

/** A piece of the entry's top level: run at once where the main fiber is free, else when its turn comes. */
class Piece {
  next: Piece | null = null
  /** Whether it has run to its end. */
  done = false
  value: unknown = undefined
  /** What the module waits for, where the piece is not through. */
  promise: Promise<unknown> | null = null
  private failure: { readonly error: unknown } | null = null
  private resolve: ((value: unknown) => void) | null = null
  private reject: ((error: unknown) => void) | null = null

  constructor(
    private readonly twin: Twin,
    private readonly self: unknown,
    private readonly args: ReadonlyArray<unknown>,
    private readonly onFailure: ((error: unknown) => void) | null
  ) {}

  *run(): Steps<void> {
    try {
      this.value = yield* apply(this.twin, this.self, this.args as Array<unknown>)
    } catch (error) {
      this.failure = { error }
      this.reject?.(error)
      this.onFailure?.(error)
      throw error
    }
    this.done = true
    this.resolve?.(this.value)
  }

  /** What the module finds: the piece, if it is through, or else the promise of its value. Throws what the piece threw. */
  settled(): this {
    if (this.failure !== null) throw this.failure.error
    if (!this.done) {
      this.promise = new PromiseIntrinsic((resolve, reject) => {
        this.resolve = resolve
        this.reject = reject
      })
    }
    return this
  }
}

const { apply } = Reflect
const PromiseIntrinsic = Promise

steps(Piece.prototype.run)

class NextPiece extends Op<void> {
  readonly label = "the rest of the entry module"
  override readonly blocking = false
  constructor(private readonly main: Main) {
    super()
  }
  start(fiber: Fiber): void {
    this.main.wake = () => fiber.resumeNow(this, false, undefined)
    if (this.main.hasWork) fiber.resume(this, undefined)
  }
  cancel(): boolean {
    return true
  }
  plain(): void {}
}

/** The main fiber's work: pieces of the entry as they come, until `end`. */
export class Main {
  private first: Piece | null = null
  private last: Piece | null = null
  private ended = false
  /** What a piece threw, which went to whoever runs the entry. */
  thrown: { readonly error: unknown } | null = null
  wake: () => void = () => {}

  /**
   * @param file the entry, as an absolute path
   * @param onBegin called as the first piece begins: by then what the entry imports has been loaded
   * @param onFailure called with what a CommonJS entry throws; an ES module's goes to whoever imports it
   */
  constructor(
    readonly file: string,
    private readonly onBegin: () => void = () => {},
    readonly onFailure: (error: unknown) => void = () => {}
  ) {}

  /** The main fiber, from when it begins to when it ends. */
  fiber: Fiber | null = null
  private begun = false

  /** Whether the entry begins now: a program may load it once more. */
  begins(file: string): boolean {
    if (file !== this.file || this.begun) return false
    this.begun = true
    return true
  }

  get hasWork(): boolean {
    return this.first !== null || this.ended
  }

  add(piece: Piece): void {
    if (this.last === null) this.first = piece
    else this.last.next = piece
    this.last = piece
    this.wake()
  }

  /** No more pieces come: the main fiber ends after those it has. */
  end(): void {
    this.ended = true
    this.wake()
  }

  /** The twin to run as the root fiber. */
  *run(): Steps<void> {
    this.fiber = current.fiber
    for (let begun = false; ; ) {
      const piece: Piece | null = this.first
      if (piece === null) {
        if (this.ended) {
          this.fiber = null
          return
        }
        current.site = 0
        yield new NextPiece(this)
        continue
      }
      this.first = piece.next
      if (this.first === null) this.last = null
      if (!begun) this.onBegin()
      begun = true
      try {
        yield* piece.run()
      } catch (error) {
        this.thrown = { error }
        throw error
      }
    }
  }
}

steps(Main.prototype.run)

let main: Main | null = null

/** Makes `entry` the module whose top level runs in a fiber; null ends that. */
export const setMain = (entry: Main | null): void => {
  main = entry
}

/** What a piece of an ES module came to. */
export type TopLevel =
  | { readonly done: true; readonly value: unknown }
  | { readonly done: boolean; readonly value: unknown; readonly promise: Promise<unknown> | null }

/**
 * A piece of an ES module's top level. The module goes on at once where the piece is through, so that nothing comes between
 * two statements of which neither waits. The promise does not settle when the main fiber is interrupted meanwhile.
 */
export const topLevel = (file: string, twin: Twin, self: unknown): TopLevel => {
  steps(twin)
  const fiber = main === null || main.file === file ? null : main.fiber
  if (main === null || (main.file !== file && fiber === null)) return { done: true, value: plain(twin, self, []) }
  const piece = new Piece(twin, self, [], null)
  if (fiber === null) main.add(piece)
  else {
    const child = new Fiber(fiber.run, file, fiber, piece.run(), 0, true)
    child.observe()
    child.step()
  }
  return piece.settled()
}

/** The whole of a CommonJS module. */
export const moduleTop = (file: string, twin: Twin, self: unknown, args: ReadonlyArray<unknown>): unknown => {
  steps(twin)
  if (main === null || !main.begins(file)) return handTop(twin, self, args) ? undefined : plain(twin, self, args)
  main.add(new Piece(twin, self, args, main.onFailure))
  return undefined
}
