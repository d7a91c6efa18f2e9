/**
 * The callers of an error. Two kinds are missing from its native stack: those of an op, since what an op fails with was made
 * in some callback of Node's, and those that a driver holds on its own stack. Both are found here.
 *
 * A caller that a driver holds is on the native stack again while the error passes it: its frames are taken then. Of those
 * that the error has not come to, because it was caught before or never thrown, the sites of their calls are known.
 */
import { siteOf } from "./sites.js"
import { asWritten, captured, isDriver, isResumption, nativeFrames, nativeFramesOf } from "./stack/frames.js"
import { current, type Driver, type Trace } from "./twin.js"

/** Of one error, at most so many. */
const framesEnough = 60

const traced = new WeakSet<Error>()

/** What a program has changed of the built-ins may make this fail: then stacks lack frames, and the program goes on. */
const quietly =
  <A>(note: (subject: A) => void): ((subject: A) => void) =>
  (subject) => {
    try {
      note(subject)
    } catch {
      // A stack is not worth an error of its own.
    }
  }

/** Says that an error was thrown below the program's own frames, so that its stack has them. */
export const hasCallers = quietly((error: unknown): void => {
  if (error instanceof Error) traced.add(error)
})

/** Says that an error left the fiber it was thrown in: whoever awaits it is not among its callers yet. */
export const lacksCallers = quietly((error: unknown): void => {
  if (error instanceof Error) traced.delete(error)
})

/** Adds the frames that are on the stack now to an error's own, save where they are in it. Anything else comes back as it is. */
export const withCallers = (error: unknown): unknown => {
  addCallers(error)
  return error
}

const addCallers = quietly((error: unknown): void => {
  if (!(error instanceof Error)) return
  if (traced.has(error)) return resumes(error)
  traced.add(error)
  const limit = Error.stackTraceLimit
  if (limit < framesEnough) Error.stackTraceLimit = framesEnough
  const here: { stack?: string } = {}
  Error.captureStackTrace(here, withCallers)
  Error.stackTraceLimit = limit
  const frames = (here.stack ?? "").split("\n").slice(1)
  if (!isIn(error.stack ?? "", frames)) append(error, frames.join("\n"))
})

/** Whether a stack comes through the line that the frames begin with. */
const isIn = (stack: string, [first = ""]: ReadonlyArray<string>): boolean => {
  const line = /[^\s(]+:\d+(?=:\d+\)?$)/.exec(first)?.[0]
  return line !== undefined && stack.includes(`${line}:`)
}

const append = (error: Error, lines: string): void => {
  if (lines === "") return
  try {
    error.stack = `${withoutEntry(error.stack ?? "", lines)}\n${lines}`
  } catch {
    // A frozen error keeps the stack it has.
  }
}

/** A stack that ends with the entry of an async generator, which V8 knows to wait, has no need of it where its body follows. */
const withoutEntry = (stack: string, lines: string): string => {
  const entry = /\n\s+at async ([^\s(]+) \([^\n]*$/.exec(stack)
  if (entry === null) return stack
  const next = lines.trimStart()
  const isBody = next.startsWith(`at ${entry[1]} (`) || next.startsWith(`at ${entry[1]}$g`)
  return isBody ? stack.slice(0, entry.index) : stack
}

/** The frames that the drivers on a stack held: from the innermost driver, and from the innermost frame. */
export type Callers = ReadonlyArray<ReadonlyArray<string>>

/** Where a caller called what it handed to a driver: the site of the call, or the native stack there, which has it. */
type Call = number | Trace

/** Callers that a driver holds: where they called, from the innermost, and at which height that one stands. */
interface Held {
  readonly calls: ReadonlyArray<Call>
  readonly height: number
}

interface Note {
  /** The frames that the error has passed, by driver. The last is of the driver it is in. */
  readonly passed: Array<Array<string>>
  count: number
  /** Those it has not come to, from the driver it is in. */
  ahead: ReadonlyArray<Held>
  /** How many frames its stack is to have, where the program had asked for so many. */
  limit: number | undefined
}

const notes = new WeakMap<Error, Note>()

const noteOf = (error: Error): Note => {
  let note = notes.get(error)
  if (note === undefined) notes.set(error, (note = { passed: [[]], count: 0, ahead: [], limit: undefined }))
  return note
}

/** Whether a driver on the stack holds a caller. */
export const holdCallers = (): boolean => {
  for (let driver: Driver | null = current.driver; driver !== null; driver = driver.outer) {
    if (driver.frames !== driver.bottom) return true
  }
  return false
}

/** At which height the innermost caller of the driver at work stands; 0 where there is none. */
const heightNow = (): number => current.driver?.frames?.height ?? 0

const heldNow = (): Array<Held> => {
  const held: Array<Held> = []
  const enough = Math.max(framesEnough, Error.stackTraceLimit)
  for (let driver: Driver | null = current.driver; driver !== null; driver = driver.outer) {
    const calls: Array<Call> = []
    const { frames, bottom } = driver
    for (let frame = frames; frame !== null && frame !== bottom && calls.length < enough; frame = frame.below) {
      calls.push(frame.trace ?? frame.site)
    }
    held.push({ calls, height: frames === null ? 0 : frames.height })
  }
  return held
}

let written = true

/** From now on callers are only noted: whoever formats stacks weaves them in. */
export const onlyNoteCallers = (): void => {
  written = false
}

/** Notes who called, for an error that is made or caught: when it is asked for its stack, they may have returned. */
export const noteCallers = quietly((error: unknown): void => {
  if (written || !(error instanceof Error)) return
  if (holdCallers() && !notes.has(error)) noteOf(error).ahead = heldNow()
})

/** Notes how many frames an error is to show. */
export const noteLimit = (error: unknown, limit: number): void => {
  if (error instanceof Error) noteOf(error).limit ??= limit
}

/** How many frames an error is to show, where that has been noted. */
export const notedLimit = (error: unknown): number | undefined => notes.get(error as Error)?.limit

/** The error has come to a driver's caller at a height: of those above, which have returned, the sites are known. */
const comesTo = (note: Note, height: number): void => {
  const [held, ...outer] = note.ahead
  if (held === undefined) return
  const returned = Math.max(0, held.height - height)
  note.passed.at(-1)!.push(...framesAt(held.calls.slice(0, returned)))
  note.ahead = [{ calls: held.calls.slice(returned), height: Math.min(held.height, height) }, ...outer]
}

/** An error passes a caller that its driver held, whose frames are on the native stack now. */
const passes = (error: Error): void => {
  const note = noteOf(error)
  const height = heightNow()
  comesTo(note, height + 1)
  const [here, ...outer] = note.ahead
  if (here !== undefined && here.height > height) note.ahead = [{ calls: here.calls.slice(1), height }, ...outer]
  if (note.count >= Math.max(framesEnough, Error.stackTraceLimit)) return
  const frames = nativeFrames()
  const end = frames.findIndex(isDriver)
  const passed = end < 0 ? frames : frames.slice(0, end)
  note.count += passed.length
  note.passed.at(-1)!.push(...passed)
}

/** An error comes out of what is awaited: where that was handed to the driver, it passes the caller only now. */
const resumes = (error: Error): void => {
  const ahead = notes.get(error)?.ahead[0]
  if (ahead !== undefined && ahead.height > heightNow()) passes(error)
}

/** An error leaves a driver. */
export const leavesDriver = quietly((error: unknown): void => {
  if (!(error instanceof Error)) return
  const note = notes.get(error)
  if (note !== undefined) {
    comesTo(note, 0)
    note.ahead = note.ahead.slice(1)
    note.passed.push([])
  } else if (current.driver?.outer !== null && holdCallers()) noteOf(error).passed.push([])
})

const appendSite = (error: Error, site: number): void => {
  const { within, file, line, column } = siteOf(site)
  append(error, `    at ${within} (${file}:${line}:${column})`)
}

/** What lifted code throws where a callee failed that it had handed to the driver. */
export const failure = (): unknown => {
  const error = current.failure
  current.failure = undefined
  passesHere(error)
  return error
}

const passesHere = quietly((error: unknown): void => {
  if (!(error instanceof Error)) return
  if (written) appendSite(error, current.site)
  else passes(error)
})

/** The native stack where a callee is handed to the driver: it has the callers that delegate to the one who does. */
export const traceNow = (below: (...args: Array<any>) => unknown): Trace | null =>
  written ? null : { site: current.site, native: captured(below) }

const framesAt = (calls: ReadonlyArray<Call>): Array<string> =>
  calls.flatMap((call) => {
    if (typeof call === "number") return call === 0 ? [] : [frameAt(call)]
    const native = nativeFramesOf(call.native)
    const end = native.findIndex(isDriver)
    const resumed = native[1] !== undefined && isResumption(native[1])
    return [frameAt(call.site), ...native.slice(resumed ? 2 : 1, end < 0 ? undefined : end)]
  })

const frameAt = (site: number): string => {
  const { within, file, line, column } = siteOf(site)
  const at = `${file}:${line}:${column}`
  return asWritten(within.startsWith("<") ? at : `${within} (${at})`)
}

/**
 * The callers of an error that its native stack lacks.
 *
 * @param isHere tells whether the error was made where the program is now: then those that are held now are its callers
 */
export const callersOf = (error: unknown, isHere: () => boolean): Callers => {
  const note = notes.get(error as Error)
  if (note === undefined) return holdCallers() && isHere() ? heldNow().map(({ calls }) => framesAt(calls)) : []
  const callers = note.passed.map((frames) => [...frames])
  note.ahead.forEach(({ calls }, index) => {
    ;(callers[note.passed.length - 1 + index] ??= []).push(...framesAt(calls))
  })
  return callers
}
