/** Processes that run tests. One that hangs or crashes costs the run it was at, and is replaced. */
import { type ChildProcess, fork } from "node:child_process"
import { fileURLToPath } from "node:url"
import type { Job, Run, Setup, Through } from "./worker.js"

const hangAfter = 30_000
const batch = 40
const memoryLimit = 800e6

export interface Progress {
  /** A run has ended. */
  ran(run: Run): void
  through(file: string): void
}

export interface PoolOptions {
  /** How many processes run at a time. */
  readonly size: number
  /** Whether each job gets a process of its own. */
  readonly alone: boolean
}

/** Runs all jobs. */
export const runAll = async (
  jobs: ReadonlyArray<Job>,
  options: PoolOptions,
  setup: Setup,
  progress: Progress
): Promise<void> => {
  const queue = [...jobs]
  await Promise.all(Array.from({ length: options.size }, () => new Lane(queue, options.alone, setup, progress).run()))
}

class Lane {
  private jobs: Array<Job> = []
  private began: Run | null = null
  private lastHeard = 0

  constructor(
    private readonly queue: Array<Job>,
    private readonly alone: boolean,
    private readonly setup: Setup,
    private readonly progress: Progress
  ) {}

  async run(): Promise<void> {
    while (this.jobs.length > 0 || this.queue.length > 0) await this.runProcess()
  }

  /** Runs jobs in one process until all are done, or it holds too much memory, or it is lost. */
  private runProcess(): Promise<void> {
    const child = fork(fileURLToPath(new URL("worker.ts", import.meta.url)), [], {
      execArgv: ["--import", "tsx", "--experimental-vm-modules", "--no-warnings", "--max-old-space-size=1024"],
      env: { ...process.env, TEST262_SETUP: JSON.stringify(this.setup) },
      serialization: "json",
      stdio: ["ignore", "ignore", "inherit", "ipc"]
    })
    this.lastHeard = performance.now()
    const watchdog = setInterval(() => {
      if (performance.now() - this.lastHeard > hangAfter) child.kill("SIGKILL")
    }, 1000)
    child.on("message", (message: Run | Through) => this.hear(child, message))
    this.feed(child)
    return new Promise((ended) => {
      child.on("exit", (_code, signal) => {
        clearInterval(watchdog)
        this.lost(performance.now() - this.lastHeard > hangAfter ? "hang" : `crash (${signal ?? "exit"})`)
        ended()
      })
    })
  }

  private feed(child: ChildProcess): void {
    if (this.jobs.length === 0) this.jobs = this.queue.splice(0, this.alone ? 1 : batch)
    if (this.jobs.length > 0) child.send(this.jobs)
    else child.disconnect()
  }

  private hear(child: ChildProcess, message: Run | Through): void {
    this.lastHeard = performance.now()
    if (!("through" in message)) {
      this.began = message.verdict === undefined ? message : null
      if (message.verdict !== undefined) this.learn(message)
      return
    }
    const job = this.jobs.shift()!
    this.progress.through(job.file)
    if (this.jobs.length > 0) return
    if (this.alone || message.rss > memoryLimit) child.disconnect()
    else this.feed(child)
  }

  private learn(run: Run): void {
    this.progress.ran(run)
    const job = this.jobs[0]!
    this.jobs[0] = { file: job.file, known: [...job.known, run] }
  }

  /** The process is gone: the run it was at, if any, gets the verdict. */
  private lost(verdict: string): void {
    if (this.began === null) return
    this.learn({ ...this.began, verdict })
    this.began = null
  }
}
