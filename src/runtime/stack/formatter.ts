/**
 * `error.stack` in a process that runs a lifted program: the frames that plain Node would show. Installed by the command line
 * and by `--import greenlift/register` only; elsewhere stacks are cleaned where greenlift hands an error on.
 *
 * A program that sets `Error.prepareStackTrace` itself keeps the last word. Lifted code sees `Error.prepareStackTrace` and
 * `Error.stackTraceLimit` as if there were no formatter, and what it sets goes by the program's own frames.
 */
import { bodyOf } from "../async.js"
import { callersOf, noteCallers, notedLimit, noteLimit, onlyNoteCallers } from "../callers.js"
import { twinOf } from "../twin.js"
import { isDriver, isResumption, located, nativeFrames, userFrames, wantsNative, woven } from "./frames.js"

type CallSite = NodeJS.CallSite

type Prepare = (error: any, sites: Array<any>) => any

const ErrorClass = Error as unknown as { prepareStackTrace: Prepare | undefined; stackTraceLimit: any }

const captureStackTrace = Error.captureStackTrace

/** Of each frame of the program's, so many may be on the native stack; some more are the engine's at its bottom. */
const withEngine = (limit: unknown): unknown => (typeof limit === "number" && limit > 0 ? limit * 5 + 30 : limit)

let installed = false
/** Node's own. */
let original: Prepare | undefined
/** The program's own, where lifted code has set one. */
let own: Prepare | undefined
/** How many frames the program asked for, and the native limit that was set to have as many. */
let limit: any
let initialLimit: any
let nativeLimit: any
/** The functions at which the drivers on a stack entered it: as long as those are the same, so are their callers. */
const entered = (frames: ReadonlyArray<string>): string =>
  frames
    .flatMap((frame, index) => {
      if (!isDriver(frame)) return []
      for (let i = index - 1; i >= 0; i--)
        if (!isResumption(frames[i]!)) return [frames[i]!.replace(/:\d+:\d+\)?$/, "")]
      return [""]
    })
    .join("\n")

const prepare: Prepare = (error, sites: Array<CallSite>) => {
  const native = sites.map(String)
  if (wantsNative()) return native
  const callers = callersOf(error, () => entered(nativeFrames()) === entered(native))
  const items = woven<CallSite | string>(sites, String, callers)
  const frames = userFrames(items.map(String))
  const shown = ErrorClass.stackTraceLimit === nativeLimit ? frames.slice(0, notedLimit(error) ?? limit) : frames
  if (own !== undefined) {
    return own.call(
      ErrorClass,
      error,
      shown.map(({ text, index }) => asSite(located(text), items[index]))
    )
  }
  return headOf(error) + shown.map(({ text }) => `\n    at ${located(text)}`).join("")
}

const headOf = (error: unknown): string => {
  try {
    return original === undefined ? Error.prototype.toString.call(error) : original(error, [])
  } catch {
    return "<error>"
  }
}

/** A call site as the program's own formatter may ask it. */
const asSite = (shown: string, site: CallSite | string | undefined): CallSite => {
  const place = /^(?:(.*) \()?(.+?)(?::(\d+):(\d+))?\)?$/.exec(shown)!
  const name = place[1]?.replace(/^(?:async |new )/, "").replace(/ \[as .*$/, "")
  const answers: Record<string, unknown> = {
    getFileName: place[2],
    getScriptNameOrSourceURL: place[2],
    getLineNumber: place[3] === undefined ? null : Number(place[3]),
    getColumnNumber: place[4] === undefined ? null : Number(place[4]),
    getFunctionName: name === undefined || name.endsWith("<anonymous>") ? null : name.replace(/^.*\.(?=[\w$]+$)/, ""),
    toString: shown
  }
  return new Proxy(typeof site === "object" ? site : ({} as CallSite), {
    get: (target, key) => {
      if (typeof key === "string" && Object.hasOwn(answers, key)) return () => answers[key]
      const value = Reflect.get(target, key)
      if (typeof value === "function") return value.bind(target)
      return typeof site === "object" ? value : () => null
    }
  })
}

/** Has every stack of the process shown as plain Node would show it. */
export const installFormatter = (): void => {
  if (installed) return
  installed = true
  original = ErrorClass.prepareStackTrace
  initialLimit = limit = ErrorClass.stackTraceLimit
  nativeLimit = withEngine(limit)
  ErrorClass.stackTraceLimit = nativeLimit
  ErrorClass.prepareStackTrace = prepare
  onlyNoteCallers()
}

/** An error as it is made in lifted code: what its stack will need is noted, for it may be asked for it later. */
export const noted = <E>(error: E): E => {
  noteCallers(error)
  if (limit !== initialLimit) noteLimit(error, limit)
  return error
}

/** What `Error.prepareStackTrace`, `Error.stackTraceLimit` and `Error.captureStackTrace` are in lifted code. */
export const errors = {
  get prepareStackTrace(): Prepare | undefined {
    const { prepareStackTrace } = ErrorClass
    return installed && prepareStackTrace === prepare ? (own ?? original) : prepareStackTrace
  },
  set prepareStackTrace(value: Prepare | undefined) {
    if (!installed || ErrorClass.prepareStackTrace !== prepare) ErrorClass.prepareStackTrace = value
    else own = typeof value === "function" && value !== original ? value : undefined
  },
  get stackTraceLimit(): any {
    return installed && ErrorClass.stackTraceLimit === nativeLimit ? limit : ErrorClass.stackTraceLimit
  },
  set stackTraceLimit(value: any) {
    limit = value
    nativeLimit = installed ? withEngine(value) : value
    ErrorClass.stackTraceLimit = nativeLimit
  },
  /** A lifted function is on the stack as its twin. */
  captureStackTrace(target: object, below?: any): void {
    captureStackTrace(target, bodyOf(below) ?? twinOf(below) ?? below ?? errors.captureStackTrace)
  }
}
