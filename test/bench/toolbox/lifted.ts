/** The toolbox as legacy code uses it: a program that went through the loader. */
import * as Effect from "effect/Effect"
import * as Green from "greenlift"
import type { Kind } from "./kind.ts"

const program = await Effect.runPromise(
  Green.import<typeof import("./frames.ts")>(new URL("./frames.ts", import.meta.url))
)

const run = (f: (times: number) => void) => (times: number) => Effect.runPromise(Green.lift(f)(times))

export const lifted: Kind = {
  name: "greenlift/green, lifted",
  spawnAndWait: run(program.spawnAndWait),
  queue: run(program.queue),
  channel: run(program.channel),
  semaphore: run(program.semaphore),
  event: run(program.event),
  imap: run(program.imap),
  timeout: run(program.timeouts),
  yields: run(program.yields)
}
