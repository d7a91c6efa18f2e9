/**
 * Output in loop order: what a turn of a concurrent loop writes to the console is noted, and written when the turn's time
 * comes. `process.exit` waits for the turns before its own.
 * Importing this stamps the twins of `console`'s methods, of the `write` of standard output and error, and of `process.exit`.
 */
import { formatWithOptions } from "node:util"
import { type Steps, stamp } from "../runtime/twin.js"
import { commit, inOrder, isOrdered } from "./turn.js"

const apply = Reflect.apply

type Method = (...args: Array<unknown>) => unknown

/** Methods that write their arguments as one text, and the stream they write it to. */
const writers = { log: "stdout", info: "stdout", debug: "stdout", warn: "stderr", error: "stderr" } as const

const hasColours = (stream: NodeJS.WriteStream): boolean => stream.isTTY && stream.getColorDepth() > 2

/** What is written is what the arguments hold now: they may have changed when the turn's time comes. */
const formatted = (stream: "stdout" | "stderr", args: ReadonlyArray<unknown>): string =>
  formatWithOptions({ colors: hasColours(process[stream]) }, ...args)

/** Gives a console's methods their twins: what a turn writes is noted. */
export const keepInOrder = (target: Console): void => {
  const methods = target as unknown as Record<string, unknown>
  for (const name of Object.getOwnPropertyNames(target)) {
    const original = methods[name]
    if (typeof original !== "function" || name === "Console") continue
    const stream = writers[name as keyof typeof writers]
    stamp(original as Method, function* (this: unknown, ...args: Array<unknown>): Steps<unknown> {
      if (!isOrdered()) return apply(original, this, args)
      const given = stream === undefined || args.length === 0 ? args : ["%s", formatted(stream, args)]
      commit(() => void apply(original, target, given))
      return undefined
    })
  }
}

keepInOrder(console)

const streams: ReadonlyArray<unknown> = [process.stdout, process.stderr]

// Both have one function, unless one of them is a terminal and the other is none.
for (const original of new Set([process.stdout.write, process.stderr.write])) {
  stamp(original, function* (this: unknown, ...args: Array<unknown>): Steps<boolean> {
    if (!streams.includes(this) || !isOrdered()) return apply(original, this, args as any) as boolean
    commit(() => void apply(original, this, args as any))
    return true
  })
}

const exit = process.exit

stamp(exit, function* (this: unknown, code?: number): Steps<never> {
  yield* inOrder()
  return apply(exit, process, code === undefined ? [] : [code]) as never
})
