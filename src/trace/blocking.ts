/**
 * Blocking detection: which frame of the program held up the event loop, and with it every other fiber, and for how long.
 *
 * It watches from outside, as eventlet's does not, which throws an error into the culprit: a thread of its own hears a heart
 * beat of the main one, and looks through V8's inspector where that is when the beat stops. See `watchdog.ts`.
 */
import { url } from "node:inspector"
import { fileURLToPath } from "node:url"
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads"
import { milliseconds } from "../concurrency/arguments.js"
import { shortPath } from "../loader/stack.js"
import { isOwn } from "../runtime/stack/frames.js"

/** A frame of the stack, in the user's own file. */
export interface Frame {
  readonly name: string
  readonly file: string
  readonly line: number
  readonly column: number
}

/** One time that the event loop was held up. */
export interface Blocking {
  /** How long, in ms. */
  readonly ms: number
  /** The innermost frame of the program, as `name (file:line:column)`; null where none was on the stack. */
  readonly at: string | null
  /** All frames of the program, innermost first. */
  readonly frames: ReadonlyArray<Frame>
}

/** How to detect blocking. */
export interface BlockingOptions {
  /** How long the event loop may be held up before it counts, in ms. Default 100. */
  readonly ms?: number
  /** Called each time, when it is over. By default a line is written to standard error. */
  readonly onBlocked?: (blocking: Blocking) => void
}

/** Detection that is on. */
export interface BlockingDetection {
  /** Tells what it has seen and not told yet: for the end of the process. */
  flush(): void
  /** Ends it, after a `flush`. */
  stop(): void
}

/** What the watching thread is given. */
export interface WatchdogData {
  /** At 0 the beats so far, at 1 whether they stand still, at 2 whether the inspector is in use, at 3 whether it is to leave. */
  readonly beats: Int32Array
  readonly port: MessagePort
  readonly ms: number
  /** After how long it says so while it lasts. */
  readonly sayAfter: number
}

const sayAfter = 5000

const off: BlockingDetection = { flush: () => {}, stop: () => {} }

const fileOf = (file: string): string => (file.startsWith("file:") ? fileURLToPath(file) : file)

const isUsers = ({ file }: Frame): boolean => file !== "" && !file.startsWith("node:") && !isOwn(file)

/** Its name in the source: a twin goes by that of its function. */
const nameOf = ({ name }: Frame): string => name.replace(/\$g\d*_?$/, "") || "<anonymous>"

const describe = (frame: Frame): string => `${nameOf(frame)} (${shortPath(frame.file)}:${frame.line}:${frame.column})`

/** What the watching thread tells. */
export interface Seen {
  readonly ms: number
  readonly frames: ReadonlyArray<Frame>
}

const blockingOf = (seen: Seen): Blocking => {
  const frames = seen.frames
    .filter(isUsers)
    .map((frame) => ({ ...frame, name: nameOf(frame), file: fileOf(frame.file) }))
  return { ms: seen.ms, frames, at: frames.length === 0 ? null : describe(frames[0]!) }
}

const print = ({ at, ms }: Blocking): void => {
  const where = at === null ? "" : ` by ${at}`
  process.stderr.write(`greenlift: the event loop was held up for ${Math.round(ms)} ms${where}\n`)
}

/**
 * Tells which frame holds up the event loop for longer than `ms`: a computation, a blocking call of code that is not lifted,
 * a native function such as `JSON.parse`. Of a native function it knows the frame that it returns to. Stops when told to;
 * it does not keep the process alive. Does nothing where a debugger is attached.
 *
 * It costs a thread, and on the main one a timer. Only when something has blocked the thread is looked into, which takes it
 * some ms.
 *
 * @example
 * import { detectBlocking } from "greenlift/green"
 *
 * const detection = detectBlocking({ ms: 50, onBlocked: ({ at, ms }) => console.log(`${ms} ms in ${at}`) })
 * for (const end = performance.now() + 100; performance.now() < end; );
 * detection.stop()
 */
export const detectBlocking = ({ ms = 100, onBlocked = print }: BlockingOptions = {}): BlockingDetection => {
  const longest = Math.max(1, milliseconds(ms, "ms"))
  if (url() !== undefined) return off
  const beats = new Int32Array(new SharedArrayBuffer(16))
  const { port1: told, port2: port } = new MessageChannel()
  const workerData: WatchdogData = { beats, port, ms: longest, sayAfter: Math.max(sayAfter, longest) }
  const file = new URL("./watchdog.js", import.meta.url)
  const worker = new Worker(file, { workerData, transferList: [port], execArgv: [], env: {} })
  const tell = (seen: Seen): void => onBlocked(blockingOf(seen))
  told.on("message", tell)
  told.unref()
  worker.unref()
  const beat = (): void => void Atomics.add(beats, 0, 1)
  const heart = setInterval(beat, longest / 4)
  heart.unref()
  const flush = (): void => {
    beat()
    Atomics.wait(beats, 1, 1, longest)
    for (let seen = receiveMessageOnPort(told); seen !== undefined; seen = receiveMessageOnPort(told))
      tell(seen.message)
  }
  return {
    flush,
    stop() {
      flush()
      // A process that ends with an inspector in use says that it waits for a debugger.
      if (Atomics.load(beats, 2) === 1) {
        Atomics.store(beats, 3, 1)
        Atomics.wait(beats, 2, 1, longest)
      }
      clearInterval(heart)
      told.close()
      void worker.terminate()
    }
  }
}
