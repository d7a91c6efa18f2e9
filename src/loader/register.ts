/**
 * `node --import greenlift/register script.js`: lifts the program's own files as they load, and runs the script's top level
 * in a fiber. Limits, and packages to lift, are taken from the configuration beside the script. A script whose main fiber
 * is interrupted by Ctrl-C runs every `finally` first.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import { type Surroundings, surroundingsOf } from "../compiler/index.js"
import { policy } from "../concurrency/limits/effects.js"
import { Main, setMain } from "../runtime/entry.js"
import { runTwin } from "../runtime/host.js"
import { installFormatter } from "../runtime/stack/formatter.js"
import { dumpOnSignal } from "../trace/signal.js"
import { loadConfig } from "./config.js"
import { install } from "./install.js"
import "./prelude.js"
import { asksForLoops, type Program, readProgram } from "./program.js"
import { entryOf } from "./resolve.js"
import { defaults } from "./settings.js"
import { describeError } from "./stack.js"
import { hideLoaded } from "./unlisted.js"

const interrupted = 130

/** What is known of each module; where a loop of the program is concurrent, its output is kept in order. */
const surroundingsIn = (program: Program): ReadonlyMap<string, Surroundings> =>
  surroundingsOf(program.modules, { ordered: asksForLoops(program) })

const [, script] = process.argv
const entry = script === undefined ? null : entryOf(script)
const config = entry === null ? {} : await loadConfig(null, entry)
const lift = config.lift ?? []
install({
  ...defaults,
  entry,
  lift,
  ...(entry === null ? {} : { surroundings: surroundingsIn(readProgram(entry, lift)) })
})
installFormatter()
hideLoaded()

if (entry !== null) {
  const main = new Main(entry, undefined, (error) =>
    process.nextTick(() => {
      throw error
    })
  )
  setMain(main)
  const fiber = Effect.runFork(
    Effect.provide(
      runTwin(() => main.run(), { name: "main" }),
      policy(config)
    )
  )
  const onSignal = (): void => {
    fiber.addObserver(() => process.exit(interrupted))
    fiber.unsafeInterruptAsFork(fiber.id())
  }
  process.once("SIGINT", onSignal)
  process.once("beforeExit", () => main.end())
  const stopDumping = dumpOnSignal()
  fiber.addObserver((exit) => {
    process.off("SIGINT", onSignal)
    stopDumping()
    if (Exit.isSuccess(exit)) return
    process.exitCode ||= 1
    const failure = Option.getOrNull(Cause.failureOption(exit.cause))
    if (failure !== null && failure.cause !== main.thrown?.error) {
      process.stderr.write(`greenlift: the run failed: ${describeError(failure.cause)}\n`)
    }
  })
}
