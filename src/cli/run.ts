/** `greenlift run`: runs an untouched program, lifted. */
import { readFileSync, writeFileSync } from "node:fs"
import Module from "node:module"
import { pathToFileURL } from "node:url"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import { formatMessage, type Message, type Surroundings, surroundingsOf } from "../compiler/index.js"
import { policy } from "../concurrency/limits/effects.js"
import { setLoop } from "../concurrency/loop.js"
import { ConfigError, loadConfig } from "../loader/config.js"
import { install } from "../loader/install.js"
import { analyzeProgram, asksForLoops, readProgram } from "../loader/program.js"
import { entryOf, kindOf } from "../loader/resolve.js"
import { defaults } from "../loader/settings.js"
import "../loader/prelude.js"
import { blockingLoops, chooseLoop, type FoundLoop } from "../loader/choose-loop.js"
import { describeError, shortPath } from "../loader/stack.js"
import { hideLoaded } from "../loader/unlisted.js"
import { Main, setMain } from "../runtime/entry.js"
import { runTwin } from "../runtime/host.js"
import { installFormatter } from "../runtime/stack/formatter.js"
import { type BlockingDetection, detectBlocking } from "../trace/blocking.js"
import { dumpOnSignal } from "../trace/signal.js"
import type { RunArguments } from "./arguments.js"
import { describePackages } from "./messages.js"
import { type Progress, showProgress } from "./progress.js"
import { type RunOptions, settle } from "./settle.js"
import { Statistics } from "./statistics.js"
import { formatFailures, formatSummary } from "./summary.js"

const say = (text: string): void => void process.stderr.write(`${text}\n`)

/** A process that ends by Ctrl-C ends with this, as shells have it: 128 and the signal's number. */
const interrupted = 130

const adoptArguments = (file: string, rest: ReadonlyArray<string>): void => {
  process.argv = [process.argv[0]!, file, ...rest]
}

/** Loads the program as Node does: a CommonJS entry is `require.main`. */
const load = async (file: string): Promise<void> => {
  if (kindOf(file, readFileSync(file, "utf8")) === "module") await import(pathToFileURL(file).href)
  else (Module as unknown as { _load(file: string, parent: null, isMain: boolean): void })._load(file, null, true)
}

/** Runs the command. Gives an exit code where the process is to end now; it ends by itself otherwise. */
export const run = async (args: RunArguments): Promise<number | null> => {
  const file = entryOf(args.file)
  if (file === null) {
    say(`greenlift: there is no file ${args.file}. Give the path of the program to run`)
    return 2
  }
  if (args.plain) {
    install({ ...defaults, plain: true })
    adoptArguments(file, args.rest)
    await load(file)
    return null
  }
  try {
    const options = settle(args, await loadConfig(args.config, file))
    const needsLoop = args.collect ? "--collect" : args.order === null ? null : "--order"
    if (args.loop === null || options.concurrency !== null) return await runLifted(file, options, needsLoop)
    say("greenlift: --loop goes with --concurrency: say how many turns are to run at once")
    return 2
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    say(`greenlift: ${error.message}`)
    return 2
  }
}

/** @param needsLoop an option of the command line that means nothing without a concurrent loop */
const runLifted = async (file: string, args: RunOptions, needsLoop: string | null): Promise<number | null> => {
  const program = readProgram(file, args.lift)
  const surroundings = surroundingsOf(program.modules, { ordered: args.concurrency !== null || asksForLoops(program) })
  const messages: Array<Message> = [...program.broken]
  const statistics = new Statistics()
  const { order, collect } = args
  const analyses = analyzeProgram(program, surroundings)
  let asks = args.concurrency !== null
  for (const [module, analysis] of analyses) {
    messages.push(...analysis.messages)
    for (const { asked, line } of analysis.loops) {
      asks ||= asked !== null
      if (asked !== null) setLoop(`${module}:${line}`, { concurrency: asked, order, collect, observer: statistics })
    }
  }
  if (needsLoop !== null && !asks) {
    say(
      `greenlift: ${needsLoop} goes with a concurrent loop: add --concurrency N, or \`// @green concurrency N\` above a loop`
    )
    return 2
  }
  let loop: FoundLoop | null = null
  if (args.concurrency !== null) {
    const choice = chooseLoop(blockingLoops(analyses), args.loop)
    if ("why" in choice) {
      say([choice.why, ...describePackages(program)].map((line) => `greenlift: ${line}`).join("\n"))
      return 2
    }
    loop = choice.found
  }
  if (loop !== null && args.concurrency !== null) {
    const { concurrency } = args
    setLoop(`${loop.file}:${loop.loop.line}`, { concurrency, order, collect, observer: statistics })
  }
  await preload(surroundings)
  install({
    ...defaults,
    entry: file,
    lift: args.lift,
    surroundings,
    concurrentLines: new Map(loop === null ? [] : [[loop.file, [loop.loop.line]]])
  })
  adoptArguments(file, args.rest)
  installFormatter()
  hideLoaded()
  const notes = [
    ...messages.map((message) => formatMessage({ ...message, file: shortPath(message.file) })),
    ...describePackages(program)
  ]
  const waits = analyses.get(file)?.functions.module.grey === true
  return execute(file, args, statistics, notes, waits)
}

/** Loads what a lifted session needs at its first query, before hooks stand in the way of each of its many modules. */
const preload = async (surroundings: ReadonlyMap<string, Surroundings>): Promise<void> => {
  const [first] = surroundings.values()
  if (first?.imported.has("greenlift/blocking")) await import("../blocking/postgres/green.js")
}

const execute = async (
  file: string,
  args: RunOptions,
  statistics: Statistics,
  notes: ReadonlyArray<string>,
  waits: boolean
): Promise<number | null> => {
  let detection: BlockingDetection | null = null
  const begin = (): void => {
    statistics.start()
    if (args.blocking !== null) {
      detection = detectBlocking({ ms: args.blocking, onBlocked: (blocking) => statistics.heldUp(blocking) })
    }
  }
  const main = new Main(file, begin)
  setMain(main)
  // No piece of it is run by the main fiber, which would tell when it begins.
  if (!waits) begin()
  const progress = showProgress(statistics)
  let told = false
  const tell = (): void => {
    if (told) return
    told = true
    detection?.stop()
    end(args, statistics, notes, progress)
  }
  process.once("exit", tell)

  const program = runTwin(() => main.run(), { name: "main", instruments: [statistics] })
  const fiber = Effect.runFork(Effect.provide(program, policy(args.policy)))
  let signalled = false
  const onSignal = (): void => {
    if (signalled) process.exit(interrupted)
    signalled = true
    say("greenlift: interrupted: every `finally` runs, sessions close. Interrupt again to stop at once")
    fiber.unsafeInterruptAsFork(fiber.id())
  }
  process.on("SIGINT", onSignal)
  process.on("SIGTERM", onSignal)
  const stopDumping = dumpOnSignal()

  let loadError: { readonly error: unknown } | null = null
  load(file).then(
    () => main.end(),
    (error) => {
      loadError = { error }
      main.end()
    }
  )
  const exit = await Effect.runPromise(Fiber.await(fiber))
  process.off("SIGINT", onSignal)
  process.off("SIGTERM", onSignal)
  stopDumping()
  tell()
  if (signalled) return interrupted
  const failure = Exit.isFailure(exit) ? failureOf(exit.cause) : loadError
  if (failure !== null) return failed(failure.error, statistics)
  if (args.collect && statistics.failures.length > 0) {
    say(formatFailures(statistics.failures))
    process.exitCode ||= 1
  }
  return null
}

/** What the program did not catch: its own handler's, if it has one, or the end of the process, as in Node. */
const failed = (error: unknown, statistics: Statistics): number | null => {
  const item = statistics.failures.find((each) => each.error === error)
  const where = item === undefined ? "" : ` on item ${item.index + 1} (${item.item})`
  say(`greenlift: the run failed${where}: ${describeError(error)}`)
  if (process.listenerCount("uncaughtException") === 0) return 1
  ;(process as NodeJS.EventEmitter).emit("uncaughtException", error, "uncaughtException")
  return null
}

const failureOf = (cause: Cause.Cause<{ readonly cause: unknown }>): { readonly error: unknown } | null => {
  const failure = Cause.failureOption(cause)
  if (Option.isSome(failure)) return { error: failure.value.cause }
  return { error: Cause.squash(cause) }
}

const end = (args: RunOptions, statistics: Statistics, notes: ReadonlyArray<string>, progress: Progress): void => {
  progress.stop()
  const summary = statistics.summary(args.concurrency)
  say(formatSummary(summary, notes))
  if (args.json !== null) writeFileSync(args.json, `${JSON.stringify(summary, null, 2)}\n`)
}
