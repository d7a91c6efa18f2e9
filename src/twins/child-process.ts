/**
 * `execSync`, `execFileSync` and `spawnSync` made green: the child runs by `spawn`, and what comes back is what the
 * originals return and throw. Interruption ends the child, and what it started where it is a shell, and waits for that.
 */
import * as child_process from "node:child_process"
import * as util from "node:util"
import { type Steps, stamp, type Twin } from "../runtime/twin.js"
import { registerTwins } from "../runtime/twins.js"
import { blocked } from "./blocked.js"
import { ChildOp, type Command, type Ended } from "./child-process/child.js"

type Options = Record<string, any>

interface Result {
  error?: Error
  status: number | null
  signal: NodeJS.Signals | null
  output: Array<Buffer | string | null> | null
  pid: number
  stdout: Buffer | string | null
  stderr: Buffer | string | null
}

/** Whatever arguments a program passes. */
type Original = (...args: ReadonlyArray<unknown>) => any

const execFileSync = child_process.execFileSync as Original
const execSync = child_process.execSync as Original
const spawnSync = child_process.spawnSync as Original

const { _errnoException: errnoException } = util as unknown as {
  readonly _errnoException: (errno: number, syscall: string) => Error
}

const isOptions = (value: unknown): value is Options =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const shortcuts = new Set(["pipe", "ignore", "inherit", "overlapped"])
const entries = new Set([...shortcuts, "ipc"])

/** `stdio` as a list of at least three, or undefined where it has what only `spawnSync` makes something of. */
const stdioOf = (given: unknown): ReadonlyArray<unknown> | undefined => {
  if (!given) return ["pipe", "pipe", "pipe"]
  if (typeof given === "string") return shortcuts.has(given) ? [given, given, given] : undefined
  if (!Array.isArray(given)) return undefined
  if (given.some((entry) => ArrayBuffer.isView(entry) || (typeof entry === "string" && !entries.has(entry)))) {
    return undefined
  }
  return [...given, ...Array(Math.max(3 - given.length, 0))]
}

const valid = new Error("the call is valid")

/**
 * Throws what Node throws at an invalid call. The call is made with one more entry of `stdio`, which Node looks at when
 * everything else has passed, and before it starts anything.
 */
const validate = (call: (options: Options) => void, options: Options, stdio: ReadonlyArray<unknown>): void => {
  const last = {
    get fd(): never {
      throw valid
    }
  }
  try {
    call({ ...options, stdio: [...stdio, last] })
  } catch (error) {
    if (error !== valid) throw error
  }
}

const inputOf = ({ encoding, input }: Options): NodeJS.ArrayBufferView | undefined => {
  if (!input) return undefined
  return typeof input === "string" ? Buffer.from(input, encoding) : input
}

/** Runs a valid command to the end of `spawnSync`. */
function* run(label: string, file: string, args: ReadonlyArray<string>, options: Options): Steps<Result> {
  const stdio = stdioOf(options["stdio"])!
  const { input } = options
  if (input && typeof input !== "string" && !ArrayBuffer.isView(input)) return spawnSync(file, args, options)
  const command: Command = { file, args, options: { ...options, stdio }, input: inputOf(options) }
  const original = (): Result => spawnSync(file, args, options)
  const ended = (yield new ChildOp<Result>(shortened(label), command, original)) as Ended | Result | null
  // What cannot be started takes no time, and the original says best why.
  if (ended === null) return original()
  return "stdout" in ended ? ended : resultOf(ended, options["encoding"])
}

const shortened = (label: string): string => (label.length > 100 ? `${label.slice(0, 99)}…` : label)

const resultOf = (ended: Ended, encoding: BufferEncoding | "buffer" | undefined): Result => {
  const output = ended.output.map((written) =>
    written !== null && encoding && encoding !== "buffer" ? written.toString(encoding) : written
  )
  const { args, errno, file, pid, signal, status } = ended
  const error = errno === undefined ? undefined : errnoException(errno, `spawnSync ${file}`)
  if (error !== undefined) Object.assign(error, { path: file, spawnargs: args })
  return {
    ...(error === undefined ? {} : { error }),
    status,
    signal,
    output,
    pid,
    stdout: output[1]!,
    stderr: output[2]!
  }
}

/** What `execSync` and `execFileSync` make of a result. */
const outputOf = (result: Result, command: string, showStderr: boolean): Buffer | string | null => {
  if (showStderr && result.stderr) process.stderr.write(result.stderr)
  if (result.error) throw Object.assign(result.error, result)
  if (result.status !== 0) {
    const stderr = result.stderr && result.stderr.length > 0 ? `\n${result.stderr.toString()}` : ""
    throw Object.assign(new Error(`Command failed: ${command}${stderr}`), result)
  }
  return result.stdout
}

function* spawnSyncTwin(file: string, args?: unknown, options?: unknown): Steps<Result> {
  const given = Array.isArray(args) || args == null ? { args: args ?? [], options } : { args: [], options: args }
  const chosen = given.options === undefined ? {} : given.options
  const stdio = isOptions(chosen) ? stdioOf(chosen["stdio"]) : undefined
  if (stdio === undefined) return blocked(`spawnSync ${String(file)}`, () => spawnSync(file, args, options))
  const list = [...(given.args as ReadonlyArray<string>)]
  const copy = { ...(chosen as Options) }
  validate((probe) => spawnSync(file, list, probe), copy, stdio)
  return yield* run(`spawnSync ${[file, ...list].join(" ")}`, file, list, copy)
}

function* execFileSyncTwin(file: string, args?: unknown, options?: unknown): Steps<unknown> {
  const swapped = isOptions(args) && options == null
  const list = Array.isArray(args) ? [...args] : args == null || swapped ? [] : undefined
  const chosen = (swapped ? args : options) ?? {}
  const stdio = isOptions(chosen) ? stdioOf(chosen["stdio"]) : undefined
  if (list === undefined || stdio === undefined) {
    return blocked(`execFileSync ${String(file)}`, () => execFileSync(file, args, options))
  }
  const copy = { ...(chosen as Options) }
  validate((probe) => execFileSync(file, list, probe), copy, stdio)
  const result = yield* run(`execFileSync ${[file, ...list].join(" ")}`, file, list, copy)
  return outputOf(result, [copy["argv0"] || file, ...list].join(" "), !copy["stdio"])
}

function* execSyncTwin(command: string, options?: unknown): Steps<unknown> {
  const given = typeof options === "function" ? {} : { ...(options as Options) }
  const copy = { ...given, shell: typeof given["shell"] === "string" ? given["shell"] : true }
  const stdio = stdioOf(given["stdio"])
  if (stdio === undefined) return blocked(`execSync ${String(command)}`, () => execSync(command, options))
  validate((probe) => execSync(command, probe), copy, stdio)
  const result = yield* run(`execSync ${command}`, command, [], copy)
  return outputOf(result, command, !given["stdio"])
}

const twins = (exports: typeof child_process): ReadonlyArray<readonly [unknown, Twin<any, any>]> => [
  [exports.execFileSync, execFileSyncTwin],
  [exports.execSync, execSyncTwin],
  [exports.spawnSync, spawnSyncTwin]
]

registerTwins("child_process", twins)
for (const [original, twin] of twins(child_process)) stamp(original as Original, twin)
