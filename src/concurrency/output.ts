/**
 * Output in loop order: what a turn of a concurrent loop writes to the console is noted, and written when the turn's time
 * comes. Importing this stamps the twins of `console`'s methods and of `process.stdout.write`.
 */
import { Console } from "node:console"
import { type Steps, stamp } from "../runtime/twin.js"
import { commit, isOrdered } from "./loop.js"

const apply = Reflect.apply

const methods = ["log", "info", "debug", "warn", "error", "dir", "table", "group", "groupEnd", "trace"] as const

type Stream = NodeJS.WriteStream

/** A stream that notes what is written to it. It formats as the real one would. */
const noting = (stream: Stream): Stream =>
  Object.create(stream, {
    write: {
      value: (chunk: string) => {
        commit(() => stream.write(chunk))
        return true
      }
    }
  })

let ordered: Console | undefined

const orderedConsole = (): Console =>
  (ordered ??= new Console({ stdout: noting(process.stdout), stderr: noting(process.stderr) }))

for (const method of methods) {
  const original = console[method] as (...args: Array<unknown>) => void
  stamp(original, function* (this: unknown, ...args: Array<unknown>): Steps<void> {
    if (this !== console || !isOrdered()) apply(original, this, args)
    else apply(orderedConsole()[method] as typeof original, ordered, args)
  })
}

for (const stream of [process.stdout, process.stderr]) {
  const original = stream.write
  stamp(original, function* (this: unknown, ...args: Array<unknown>): Steps<boolean> {
    if (this !== stream || !isOrdered()) return apply(original, this, args as any) as boolean
    commit(() => void apply(original, stream, args as any))
    return true
  })
}
