/** The op of one child process, run the way `spawnSync` runs it. */
import { type ChildProcess, spawn } from "node:child_process"
import type { Readable, Writable } from "node:stream"
import { getSystemErrorMap } from "node:util"
import type { Fiber } from "../../runtime/fiber.js"
import { Op } from "../../runtime/op.js"
import { descendants } from "./descendants.js"

/** What to run, with options that Node has found valid. */
export interface Command {
  readonly file: string
  readonly args: ReadonlyArray<string>
  /** Options of `spawnSync`, with `stdio` as a list. */
  readonly options: Readonly<Record<string, any>> & { readonly stdio: ReadonlyArray<any> }
  /** Written to the child's standard input where that is a pipe. */
  readonly input: NodeJS.ArrayBufferView | undefined
}

/** How it went; `errno` where something failed besides. */
export interface Ended {
  readonly file: string
  readonly args: ReadonlyArray<string>
  readonly pid: number
  readonly status: number | null
  readonly signal: NodeJS.Signals | null
  /** By file descriptor: what the child wrote, or null where it was not read. */
  readonly output: Array<Buffer | null>
  readonly errno: number | undefined
}

/** What both `spawn` and `spawnSync` understand, and understand alike. */
const shared = ["cwd", "env", "argv0", "uid", "gid", "shell", "detached", "windowsHide", "windowsVerbatimArguments"]

const defaultMaxBuffer = 1024 * 1024
const longestTimer = 2 ** 31 - 1
/** What a pipe takes at once, at the least. `spawnSync` has written that before the child can be gone; `spawn` may be late. */
const pipeCapacity = process.platform === "linux" ? 65_536 : 8192
/** How long an interrupted child may take to end by itself. */
const graceMs = 5000

const errnoOf = (name: string): number => {
  for (const [errno, [known]] of getSystemErrorMap()) if (known === name) return errno
  throw new Error(`this platform has no ${name}`)
}

/** Resumes with how the child ended, or with null where it could not be started. Plain, it gives what the original does. */
export class ChildOp<Original> extends Op<Ended | Original | null> {
  private child: ChildProcess | undefined = undefined
  private chunks: Array<Array<Buffer> | null> = []
  private buffered = 0
  private errno: number | undefined = undefined
  private stopped = false
  private abandoned = false
  /** What has yet to close: the child with its output, and its input. */
  private open = 1
  private timer: NodeJS.Timeout | undefined = undefined

  constructor(
    readonly label: string,
    private readonly command: Command,
    readonly plain: () => Original
  ) {
    super()
  }

  start(fiber: Fiber): void {
    const { args, file, options } = this.command
    const child = this.spawn(file, args, options)
    if (child === null) return fiber.resume(this, null)
    this.child = child
    child.once("error", () => {
      if (child.pid === undefined) fiber.resume(this, null)
    })
    if (child.pid === undefined) return
    this.write(fiber, child)
    this.chunks = child.stdio.map((pipe, fd) => (pipe === null || fd === 0 ? null : []))
    this.chunks.forEach((chunks, fd) => {
      const pipe = child.stdio[fd] as Readable
      if (chunks !== null) pipe.on("error", () => {}).on("data", (chunk: Buffer) => this.read(chunks, chunk))
    })
    child.on("error", (error: NodeJS.ErrnoException) => {
      this.errno ??= error.errno
      child.kill("SIGKILL")
    })
    child.once("close", () => this.closed(fiber))
    if (options["timeout"] > 0) {
      this.timer = setTimeout(() => this.stop("ETIMEDOUT"), Math.min(options["timeout"], longestTimer))
    }
  }

  private spawn(file: string, args: ReadonlyArray<string>, options: Command["options"]): ChildProcess | null {
    const own: Record<string, unknown> = { stdio: options.stdio }
    for (const name of shared) if (options[name] !== undefined) own[name] = options[name]
    try {
      return spawn(file, args, own)
    } catch {
      return null
    }
  }

  private write(fiber: Fiber, child: ChildProcess): void {
    const stdin = child.stdin as Writable | null
    const { input } = this.command
    if (stdin === null) return
    stdin.end(input)
    this.open++
    // Node destroys `child.stdin` when the child exits; `spawnSync` writes on, for those who inherited it.
    child.stdin = null
    stdin.on("error", (error: NodeJS.ErrnoException) => {
      const late = error.code === "EPIPE" && (input?.byteLength ?? 0) <= pipeCapacity
      if (!this.stopped && !late) this.errno ??= error.errno
    })
    stdin.once("close", () => this.closed(fiber))
  }

  private read(chunks: Array<Buffer>, chunk: Buffer): void {
    const { options } = this.command
    const most = "maxBuffer" in options ? options["maxBuffer"] : defaultMaxBuffer
    chunks.push(chunk)
    this.buffered += chunk.length
    if (most > 0 && this.buffered > most) this.stop("ENOBUFS")
  }

  private stop(reason: "ETIMEDOUT" | "ENOBUFS"): void {
    if (this.stopped) return
    this.stopped = true
    this.errno ??= errnoOf(reason)
    this.child!.kill(this.command.options["killSignal"] ?? "SIGTERM")
    this.closePipes()
  }

  private closePipes(): void {
    for (const pipe of this.child!.stdio) pipe?.destroy()
  }

  private closed(fiber: Fiber): void {
    this.open--
    if (this.open > 0) return
    clearTimeout(this.timer)
    const child = this.child!
    if (this.abandoned) return fiber.abandoned(this)
    const ended: Ended = {
      file: child.spawnfile,
      args: child.spawnargs.slice(1),
      pid: child.pid!,
      status: child.exitCode,
      signal: child.signalCode,
      output: this.chunks.map((chunks) => (chunks === null ? null : Buffer.concat(chunks))),
      errno: this.errno
    }
    fiber.resume(this, ended)
  }

  cancel(): boolean {
    const child = this.child!
    if (child.pid === undefined) return true
    this.abandoned = true
    this.stopped = true
    clearTimeout(this.timer)
    this.kill(this.command.options["killSignal"] ?? "SIGTERM")
    this.timer = setTimeout(() => this.kill("SIGKILL"), graceMs)
    this.closePipes()
    return false
  }

  /** A shell leaves what it has started behind, so that is told as well. */
  private kill(signal: NodeJS.Signals | number): void {
    const child = this.child!
    if (child.exitCode !== null || child.signalCode !== null) return
    const started = this.command.options["shell"] ? descendants(child.pid!) : []
    child.kill(signal)
    for (const pid of started) {
      try {
        process.kill(pid, signal)
      } catch {
        // It ended meanwhile.
      }
    }
  }
}
