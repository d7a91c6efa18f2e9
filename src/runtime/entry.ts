/**
 * The main fiber. The entry's top level runs in it: a CommonJS entry as one piece, an ES module piece by piece, each
 * top-level statement that may block being one, so that bindings, hoisting and live exports stay V8's.
 */
import type { Fiber } from "./fiber.js"
import { Op } from "./op.js"
import { plain } from "./plain.js"
import type { Steps, Twin } from "./twin.js"

interface Piece {
  readonly twin: Twin
  readonly self: unknown
  readonly args: ReadonlyArray<unknown>
  readonly done: (value: unknown) => void
  readonly failed: (error: unknown) => void
}

class NextPiece extends Op<void> {
  readonly label = "the rest of the entry module"
  override readonly blocking = false
  constructor(private readonly main: Main) {
    super()
  }
  start(fiber: Fiber): void {
    this.main.wake = () => fiber.resume(this, undefined)
    if (this.main.pieces.length > 0 || this.main.ended) this.main.wake()
  }
  cancel(): boolean {
    return true
  }
  plain(): void {}
}

/** The main fiber's work: pieces of the entry as they come, until `end`. */
export class Main {
  readonly pieces: Array<Piece> = []
  ended = false
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

  add(piece: Piece): void {
    this.pieces.push(piece)
    this.wake()
  }

  /** No more pieces come: the main fiber ends after those it has. */
  end(): void {
    this.ended = true
    this.wake()
  }

  /** The twin to run as the root fiber. */
  *run(): Steps<void> {
    for (let begun = false; ; ) {
      const piece = this.pieces.shift()
      if (piece === undefined) {
        if (this.ended) return
        yield new NextPiece(this)
        continue
      }
      if (!begun) this.onBegin()
      begun = true
      let value: unknown
      try {
        value = yield* Reflect.apply(piece.twin, piece.self, piece.args as Array<unknown>)
      } catch (error) {
        piece.failed(error)
        throw error
      }
      piece.done(value)
    }
  }
}

let main: Main | null = null

/** Makes `entry` the module whose top level runs in a fiber; null ends that. */
export const setMain = (entry: Main | null): void => {
  main = entry
}

/** A piece of an ES module's top level. Its promise does not settle when the main fiber is interrupted meanwhile. */
export const topLevel = (file: string, twin: Twin, self: unknown): unknown => {
  if (main === null || main.file !== file) return plain(twin, self, [])
  const entry = main
  return new Promise((done, failed) => entry.add({ twin, self, args: [], done, failed }))
}

/** The whole of a CommonJS module. */
export const moduleTop = (file: string, twin: Twin, self: unknown, args: ReadonlyArray<unknown>): unknown => {
  if (main === null || main.file !== file) return plain(twin, self, args)
  main.add({ twin, self, args, done: () => {}, failed: main.onFailure })
  return undefined
}
