/** The threads that jobs run in: as many as there may be, started when they are needed, first come, first served. */
import { availableParallelism } from "node:os"
import { allExports } from "../../runtime/exports.js"
import { failureOf, type Settled } from "./outcome.js"
import { Thread } from "./thread.js"
import type { Request } from "./wire.js"

/** A request, and who waits for it. */
export class Job {
  /** The thread it runs in. */
  thread: Thread | null = null

  /**
   * @param began called when a thread takes it on
   * @param done called once, unless the job is given up before
   */
  constructor(
    readonly request: Request,
    readonly began: () => void,
    readonly done: (settled: Settled) => void
  ) {}
}

/** Whether a module of the program is in TypeScript. */
const usesTypeScript = (): boolean => {
  for (const [, { module }] of allExports()) if (/\.[cm]?ts$/.test(module)) return true
  return false
}

/** A thread of its own, for what lives in it. */
export const startThread = (): Thread => new Thread(usesTypeScript())

const sizeFrom = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined

class Threads {
  /** How many there may be. */
  size = sizeFrom(process.env["GREENLIFT_THREADPOOL_SIZE"]) ?? Math.max(4, availableParallelism())
  private readonly all = new Set<Thread>()
  private readonly idle: Array<Thread> = []
  private readonly waiting = new Set<Job>()
  private readonly running = new Set<Job>()
  private atRest: Array<() => void> = []

  get started(): number {
    return this.all.size
  }

  resize(size: number): void {
    this.size = size
    while (this.all.size > size && this.idle.length > 0) this.drop(this.idle.pop()!)
    this.serve()
  }

  submit(job: Job): void {
    this.waiting.add(job)
    this.serve()
  }

  /** Gives a job up. Where it runs, its thread ends, and another takes its place when there is work for it. */
  giveUp(job: Job): void {
    if (this.waiting.delete(job) || !this.running.delete(job)) return
    this.drop(job.thread!)
    this.serve()
  }

  /** Calls back when every job there is has come to its end; then the threads end. */
  end(done: () => void): void {
    this.atRest.push(done)
    this.rest()
  }

  private rest(): void {
    if (this.running.size + this.waiting.size > 0 || this.atRest.length === 0) return
    for (const thread of this.idle.splice(0)) this.drop(thread)
    const waiting = this.atRest
    this.atRest = []
    for (const done of waiting) done()
  }

  private drop(thread: Thread): void {
    this.all.delete(thread)
    thread.onEnd = () => {}
    thread.end()
  }

  private serve(): void {
    for (const job of this.waiting) {
      const thread = this.idle.pop() ?? this.start()
      if (thread === undefined) return
      this.waiting.delete(job)
      this.run(job, thread)
    }
  }

  private start(): Thread | undefined {
    if (this.all.size >= this.size) return undefined
    const thread = startThread()
    this.all.add(thread)
    thread.onEnd = () => {
      this.all.delete(thread)
      const at = this.idle.indexOf(thread)
      if (at >= 0) this.idle.splice(at, 1)
    }
    return thread
  }

  private run(job: Job, thread: Thread): void {
    job.thread = thread
    this.running.add(job)
    job.began()
    try {
      thread.ask(job.request, (settled) => this.ended(job, settled))
    } catch (error) {
      this.ended(job, failureOf(error))
    }
  }

  private ended(job: Job, settled: Settled): void {
    if (!this.running.delete(job)) return
    const thread = job.thread!
    if (this.all.size > this.size) this.drop(thread)
    else if (this.all.has(thread)) this.idle.push(thread)
    job.done(settled)
    this.serve()
    this.rest()
  }
}

/** One for the process: threads cost too much to start them for each run. */
export const threads = new Threads()
