/** `execute`: a call in a worker thread. */
import { nativeOp } from "../../runtime/op.js"
import { plain } from "../../runtime/plain.js"
import { type Steps, stamp } from "../../runtime/twin.js"
import { wholeNumber } from "../arguments.js"
import type { AnyFunction, ResultOf } from "../call.js"
import { ArgumentTypeError } from "../errors.js"
import { JobOp } from "./op.js"
import { resultOf, unpacked } from "./outcome.js"
import { type Callable, type Named, reachOf } from "./reach.js"
import type { Thread } from "./thread.js"
import { startThread, threads } from "./threads.js"
import type { Request } from "./wire.js"

/** What can be called in another thread. */
export type Target<F extends AnyFunction = AnyFunction> = F | Named

/** The request that a call makes. Throws where its function cannot be reached. */
export const requestFor = (target: Target, args: ReadonlyArray<unknown>): Request => ({
  execute: reachOf(target),
  args
})

/** What to call a target in reports. */
export const labelOf = (target: Callable | Named): string =>
  typeof target === "function" ? target.name || "<anonymous>" : `${target.module}#${target.name ?? "default"}`

const checked = (target: unknown): void => {
  if (typeof target === "function") return
  if (typeof target === "object" && target !== null && "module" in target) return
  throw new ArgumentTypeError(`f is ${String(target)}: give a function, or { module, name }`)
}

let plainThread: Thread | undefined

/** Where nothing is lifted, a function is called where it is; one that is only named, in a thread that is waited for. */
const inPlace = (target: Target, args: ReadonlyArray<unknown>): unknown => {
  if (typeof target === "function") return target(...args)
  plainThread ??= startThread()
  return resultOf(plainThread.askNow(requestFor(target, args)), unpacked)
}

/**
 * Calls `f(...args)` in a worker thread, and waits for it without holding up the others: for what computes, or blocks in
 * a way that cannot be made green. As many calls run at once as there are threads; others wait, first come, first served.
 *
 * `f` reaches the thread by its module and its name. It may be an export of a module of the program (not of its entry, as
 * that would run again), a function of a built-in module such as `zlib.gzipSync`, or of a CommonJS package; anything else
 * is named: `{ module, name }`. There it runs unlifted, with its own copy of the module. Arguments and results travel by
 * structured clone: plain data, without functions; a `Buffer` stays one. An error comes back with its class (where a
 * module of the program exports it, or it is a built-in one), message, stack, cause and own properties.
 *
 * Interruption, or a `Timeout` around it, ends the wait at once; a call that runs is stopped where it stands, thread and
 * all, and another thread takes its place. Unlifted, `f` is called in place.
 *
 * The idea is eventlet's `tpool.execute`, whose threads cannot be stopped.
 *
 * @throws OffloadError where `f` cannot be reached, a value cannot be sent, or the thread ends
 *
 * @example
 * import { gzipSync } from "node:zlib"
 * import { GreenPool, tpool } from "greenlift/green"
 *
 * const pool = new GreenPool(10)
 * for (const packed of pool.imap((text) => tpool.execute(gzipSync, text), ["one", "two", "three"])) {
 *   console.log(packed.length)
 * }
 */
export const execute = <F extends AnyFunction>(f: Target<F>, ...args: Parameters<F>): ResultOf<F> => {
  checked(f)
  return inPlace(f, args) as ResultOf<F>
}

stamp(execute, function* (f: Target, ...args: Array<unknown>): Steps<unknown> {
  checked(f)
  const original = (): unknown => inPlace(f, args)
  if (threads.size === 0) return original()
  return yield* new JobOp(`tpool.execute ${labelOf(f)}`, requestFor(f, args), unpacked, original)
})

/** How many threads there may be. Default: `GREENLIFT_THREADPOOL_SIZE`, or as many as there are processors, at least 4. */
export const numThreads = (): number => threads.size

/**
 * Changes how many threads there may be: more than there are processors serve code that blocks, not code that computes.
 * Threads that are too many end when they are through with what they do. With 0, `execute` calls in place.
 */
export const setNumThreads = (count: number): void => threads.resize(wholeNumber(count, "count"))

/** Waits until all calls in threads are through, and ends the threads. A later `execute` starts new ones. */
export const killall = (): void => {
  plain(killallTwin, undefined, [])
}

function* killallTwin(): Steps<void> {
  yield* nativeOp<void>(
    "the end of the worker threads",
    (resume) => {
      threads.end(resume)
      return undefined
    },
    () => {}
  )
}

stamp(killall, killallTwin)
