/** Runs small programs with a loop, unlifted and with the loop's turns at once under a schedule drawn by a seed. */
import { format, inspect } from "node:util"
import * as Effect from "effect/Effect"
import { alone, analyze, compile, type Loop, parse } from "../../src/compiler/index.js"
import { type LoopSettings, setLoop } from "../../src/concurrency/loop.js"
import { keepInOrder } from "../../src/concurrency/output.js"
import * as prelude from "../../src/loader/prelude.js"
import { runTwin } from "../../src/runtime/host.js"
import { nativeOp } from "../../src/runtime/op.js"
import { stamp, type Twin } from "../../src/runtime/twin.js"

/** A generator of numbers that is the same for the same seed (mulberry32). */
export const random = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

/** Waits that end in an order drawn by a seed: whoever waits is kept, and one of them is let go at each immediate. */
export class Schedule {
  readonly waiting: Array<() => void> = []
  running = 0
  peak = 0
  private readonly draw: () => number
  private scheduled = false

  constructor(seed: number) {
    this.draw = random(seed)
  }

  wait(resume: () => void): () => void {
    this.running++
    this.peak = Math.max(this.peak, this.running)
    const go = () => {
      this.running--
      resume()
    }
    this.waiting.push(go)
    this.release()
    return () => {
      this.running--
      this.waiting.splice(this.waiting.indexOf(go), 1)
    }
  }

  private release(): void {
    if (this.scheduled) return
    this.scheduled = true
    setImmediate(() => {
      this.scheduled = false
      const [go] = this.waiting.splice(Math.floor(this.draw() * this.waiting.length), 1)
      if (this.waiting.length > 0) this.release()
      go?.()
    })
  }
}

/** What a program leaves behind: its output, its exports as text, and what it threw. */
export interface Left {
  readonly lines: ReadonlyArray<string>
  readonly exports: string
  readonly thrown: string | null
}

const consoleTo = (lines: Array<string>): Console =>
  ({ log: (...args: Array<unknown>) => void lines.push(format(...args)) }) as unknown as Console

const left = (lines: ReadonlyArray<string>, exports: unknown, thrown: string | null): Left => ({
  lines,
  exports: inspect(exports, { depth: 9, maxArrayLength: null }),
  thrown
})

const textOf = (error: unknown): string => (error instanceof Error ? `${error.name}: ${error.message}` : String(error))

/** Runs a program as Node does. `load(x)` gives x, after a wait where it runs in a fiber. */
export const runPlainly = (source: string): Left => {
  const lines: Array<string> = []
  const module = { exports: {} }
  let thrown: string | null = null
  try {
    new Function("module", "exports", "load", "console", source)(
      module,
      module.exports,
      (x: unknown) => x,
      consoleTo(lines)
    )
  } catch (error) {
    thrown = textOf(error)
  }
  return left(lines, module.exports, thrown)
}

const file = "/loop.cjs"

/** A program whose loops are known, and its lifted source with the loop made concurrent. */
export interface Prepared {
  readonly loops: ReadonlyArray<Loop>
  /** The loop that runs its turns at once: the first that can. */
  readonly loop: Loop | undefined
  readonly code: string
}

export const prepare = (source: string): Prepared => {
  const surroundings = { ...alone, whole: true, ordered: true }
  const parsed = parse(file, source, "commonjs")
  if ("text" in parsed) throw new Error(`${parsed.text}\n${source}`)
  const loops = analyze(parsed, { surroundings }).loops.filter(({ blocking }) => blocking)
  const loop = loops.find(({ obstacles }) => obstacles.length === 0)
  const concurrentLines = loop === undefined ? [] : [loop.line]
  const { code, messages } = compile(source, {
    file,
    kind: "commonjs",
    helpers: "helpers",
    entry: true,
    surroundings,
    concurrentLines
  })
  const broken = messages.find((each) => each.code.startsWith("GL1"))
  if (broken !== undefined) throw new Error(broken.text)
  return { loops, loop, code }
}

/** A function that gives what it is given, after a wait of the schedule where it is run in a fiber. */
export const waitingBy = (schedule: Schedule) =>
  stamp(
    (x: unknown) => x,
    function* (x: unknown) {
      yield nativeOp<void>(
        "load",
        (resume) => schedule.wait(() => resume()),
        () => {}
      )
      return x
    }
  )

/** What lifted code imports, and the top level of the module that imports it: it runs when asked for. */
export const topTaken = () => {
  let body: Twin | undefined
  const helpers = {
    ...prelude,
    moduleTop: (_: string, twin: Twin) => {
      body = twin
    }
  }
  return { helpers, top: () => body!.call(undefined) }
}

/** Runs a prepared program with its loop concurrent. */
export const runAtOnce = (
  prepared: Prepared,
  schedule: Schedule,
  how: Partial<LoopSettings> = {}
): Effect.Effect<Left> =>
  Effect.suspend(() => {
    const lines: Array<string> = []
    const module = { exports: {} as any }
    const { helpers, top } = topTaken()
    const load = waitingBy(schedule)
    const target = consoleTo(lines)
    keepInOrder(target)
    const run = new Function("require", "module", "exports", "load", "console", prepared.code)
    run(() => helpers, module, module.exports, load, target)
    if (prepared.loop !== undefined) {
      setLoop(`${file}:${prepared.loop.line}`, { concurrency: 4, order: "input", collect: false, ...how })
    }
    return runTwin(top, { name: "loop" }).pipe(
      Effect.match({
        onSuccess: () => left(lines, module.exports, null),
        onFailure: (error) => left(lines, module.exports, textOf(error.cause))
      })
    )
  })
