/**
 * The thread that watches the main one. It hears a heart beat there; when that stops for too long it has V8's inspector pause
 * the main thread for a moment, and takes down where that is. A native call is not paused: then it is where that returns to.
 */
import { writeSync } from "node:fs"
import { type Debugger, Session } from "node:inspector"
import { workerData } from "node:worker_threads"
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping"
import type { Frame, Seen, WatchdogData } from "./blocking.js"

const { beats, ms, port, sayAfter } = workerData as WatchdogData

const session = new Session()

/** What is told once it is over. */
interface Stall {
  frames: ReadonlyArray<Frame>
  said: boolean
}

/** The scripts by their id. A frame's own `url` is empty for most. */
const scripts = new Map<string, { readonly url: string; readonly map: string }>()
let enabled = false
let beat = Atomics.load(beats, 0)
let since = performance.now()
let looked = since
let stall: Stall | null = null

session.on("Debugger.scriptParsed", ({ params: { scriptId, sourceMapURL = "", url } }) => {
  scripts.set(scriptId, { url, map: sourceMapURL.startsWith("data:") ? sourceMapURL : "" })
})

session.on("Debugger.paused", ({ params: { callFrames } }) => {
  if (stall !== null && Atomics.load(beats, 0) === beat) stall.frames = callFrames.map(frameOf)
  session.post("Debugger.resume")
})

const mapFrom = (url: string): TraceMap | undefined => {
  if (url === "") return undefined
  const [head = "", data = ""] = url.split(",", 2)
  return new TraceMap(head.endsWith(";base64") ? Buffer.from(data, "base64").toString() : decodeURIComponent(data))
}

const frameOf = ({ functionName, location }: Debugger.CallFrame): Frame => {
  const { columnNumber = 0, lineNumber, scriptId } = location
  const script = scripts.get(scriptId)
  const map = mapFrom(script?.map ?? "")
  const original = map && originalPositionFor(map, { line: lineNumber + 1, column: columnNumber })
  return {
    name: functionName,
    file: script?.url ?? "",
    line: original?.line ?? lineNumber + 1,
    column: (original?.column ?? columnNumber) + 1
  }
}

/** The inspector is asked for nothing before the first stall, so that until then the main thread pays nothing for it. */
const pause = (): void => {
  if (!enabled) {
    session.connectToMainThread()
    session.post("Debugger.enable")
    Atomics.store(beats, 2, 1)
  }
  enabled = true
  session.post("Debugger.pause")
}

const leave = (): void => {
  clearInterval(looking)
  session.disconnect()
  Atomics.store(beats, 2, 0)
  Atomics.notify(beats, 2)
}

const look = (): void => {
  if (Atomics.load(beats, 3) === 1) return leave()
  const now = performance.now()
  // The machine slept, or had no time for this thread either.
  if (now - looked > ms && stall === null) since = now
  looked = now
  const current = Atomics.load(beats, 0)
  if (current !== beat) {
    if (stall !== null) {
      port.postMessage({ ms: now - since, frames: stall.frames } satisfies Seen)
      Atomics.store(beats, 1, 0)
      Atomics.notify(beats, 1)
    }
    stall = null
    beat = current
    since = now
  } else if (now - since > ms) {
    if (stall === null) {
      stall = { frames: [], said: false }
      Atomics.store(beats, 1, 1)
      pause()
    } else if (now - since > sayAfter && !stall.said && stall.frames.length > 0) {
      stall.said = true
      const [top] = stall.frames.filter(({ file }) => !file.startsWith("node:"))
      const where = top === undefined ? "" : `, at ${top.name} (${top.file}:${top.line}:${top.column})`
      writeSync(2, `greenlift: the event loop has been held up for ${Math.round((now - since) / 1000)} s${where}\n`)
    }
  }
}

const looking = setInterval(look, ms / 4)
