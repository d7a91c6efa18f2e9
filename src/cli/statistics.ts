/** What a run did: heard from the fibers' events, told as a summary. */
import { RetryWait } from "../concurrency/limits/backoff.js"
import type { LoopObserver } from "../concurrency/loop.js"
import { TaskFiber } from "../concurrency/task.js"
import type { Blocked, Fiber, Instrument, Outcome } from "../runtime/fiber.js"
import type { Op } from "../runtime/op.js"
import { siteOf } from "../runtime/sites.js"
import type { Blocking } from "../trace/blocking.js"
import { type Culprit, culpritOf } from "./blame.js"
import { Histogram } from "./histogram.js"

export interface SiteSummary {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly callee: string
  readonly calls: number
  /** How often a call was made again, by a policy or by `retry`. */
  readonly retries: number
  readonly peakOverlap: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** A call that blocked, and what made it. */
export interface BlockedSummary extends Culprit {
  readonly site: string
  readonly calls: number
  readonly ms: number
}

/** The times that one function of the program held up the event loop. */
export interface HeldUpSummary {
  /** Where it stood the longest time, as `name (file:line:column)`; null where no frame of the program's was seen. */
  readonly at: string | null
  readonly times: number
  readonly ms: number
  readonly longestMs: number
}

export interface FailureSummary {
  readonly index: number
  readonly item: string
  readonly error: unknown
}

export interface Summary {
  readonly items: number
  readonly failed: number
  /** Items that were begun and cut off, by a failure or a signal. */
  readonly interrupted: number
  readonly wallMs: number
  readonly sequentialMs: number
  readonly speedup: number
  readonly peakInFlight: number
  readonly concurrency: number | null
  readonly retries: number
  readonly sites: ReadonlyArray<SiteSummary>
  readonly blocked: ReadonlyArray<BlockedSummary>
  readonly heldUp: ReadonlyArray<HeldUpSummary>
}

class SiteStatistics {
  calls = 0
  retries = 0
  running = 0
  peak = 0
  readonly times = new Histogram()
}

/** Counts items: the turns of the concurrent loop where there is one, else the tasks that were spawned. */
class Items {
  done = 0
  running = 0
  failed = 0
  interrupted = 0
  peak = 0

  begin(): void {
    this.running++
    if (this.running > this.peak) this.peak = this.running
  }

  end(interrupted: boolean): void {
    this.running--
    if (interrupted) this.interrupted++
    else this.done++
  }
}

export class Statistics implements Instrument, LoopObserver {
  readonly turns = new Items()
  private readonly tasks = new Items()
  /** How many turns there will be, where the loop's source tells. */
  total: number | undefined
  readonly failures: Array<FailureSummary> = []
  private sequential = 0
  private readonly sites = new Map<number, SiteStatistics>()
  private readonly blockedCalls = new Map<string, { -readonly [K in keyof BlockedSummary]: BlockedSummary[K] }>()
  private readonly heldUpBy = new Map<string, { -readonly [K in keyof HeldUpSummary]: HeldUpSummary[K] }>()
  private began = performance.now()

  /** The program's own first statement begins now: what it imports has been loaded. */
  start(): void {
    this.began = performance.now()
  }

  get elapsedMs(): number {
    return performance.now() - this.began
  }

  get items(): Items {
    return this.loops > 0 ? this.turns : this.tasks
  }

  private loops = 0

  suspended(_: Fiber, op: Op): void {
    if (op instanceof RetryWait) this.siteOf(op).retries++
    if (!op.blocking) return
    const site = this.siteOf(op)
    site.calls++
    site.running++
    if (site.running > site.peak) site.peak = site.running
  }

  resumed(_: Fiber, op: Op): void {
    if (!op.blocking) return
    const site = this.sites.get(op.site)!
    const ms = performance.now() - op.began
    site.running--
    site.times.add(ms)
    this.sequential += ms
  }

  private siteOf(op: Op): SiteStatistics {
    let site = this.sites.get(op.site)
    if (site === undefined) this.sites.set(op.site, (site = new SiteStatistics()))
    return site
  }

  spawned(fiber: Fiber): void {
    if (fiber instanceof TaskFiber) this.tasks.begin()
  }

  ended(fiber: Fiber, outcome: Outcome): void {
    if (!(fiber instanceof TaskFiber)) return
    if (outcome._tag === "Failure") this.tasks.failed++
    this.tasks.end(outcome._tag === "Interrupted")
  }

  blocked(_: Fiber, { op, ms, stack }: Blocked): void {
    const { file, line } = siteOf(op.site)
    const site = `${file}:${line}`
    const culprit = culpritOf(stack)
    const key = `${site} ${culprit.frame}`
    const known = this.blockedCalls.get(key)
    if (known === undefined) {
      this.blockedCalls.set(key, { site, calls: 1, ms, ...culprit })
    } else {
      known.calls++
      known.ms += ms
    }
    this.sequential += ms
  }

  /** The event loop was held up. */
  heldUp({ at, frames: [frame], ms }: Blocking): void {
    // Functions without a name are told apart by where they stand.
    const key = frame === undefined || frame.name === "<anonymous>" ? `${at}` : `${frame.name} ${frame.file}`
    const known = this.heldUpBy.get(key)
    if (known === undefined) this.heldUpBy.set(key, { at, times: 1, ms, longestMs: ms })
    else {
      known.times++
      known.ms += ms
      if (ms > known.longestMs) Object.assign(known, { at, longestMs: ms })
    }
  }

  // Of the loop:

  loopBegan(total: number | undefined): void {
    this.loops++
    this.total = total === undefined ? undefined : (this.total ?? 0) + total
  }

  turnBegan(): void {
    this.turns.begin()
  }

  turnEnded(_: number, interrupted: boolean): void {
    this.turns.end(interrupted)
  }

  failed(index: number, item: unknown, error: unknown): void {
    this.turns.failed++
    this.failures.push({ index, item: nameOf(item), error })
  }

  summary(concurrency: number | null): Summary {
    const wallMs = this.elapsedMs
    const { done, failed, interrupted, peak } = this.items
    return {
      items: done,
      failed,
      interrupted,
      wallMs: round(wallMs),
      sequentialMs: round(this.sequential),
      speedup: round(this.sequential / wallMs),
      peakInFlight: peak,
      concurrency,
      retries: [...this.sites.values()].reduce((sum, { retries }) => sum + retries, 0),
      sites: [...this.sites].map(([id, site]) => {
        const { file, line, column, callee } = siteOf(id)
        return {
          file,
          line,
          column,
          callee,
          calls: site.calls,
          retries: site.retries,
          peakOverlap: site.peak,
          p50Ms: round(site.times.quantile(0.5)),
          p99Ms: round(site.times.quantile(0.99))
        }
      }),
      blocked: [...this.blockedCalls.values()].map((each) => ({ ...each, ms: round(each.ms) })),
      heldUp: [...this.heldUpBy.values()].map((each) => ({
        ...each,
        ms: round(each.ms),
        longestMs: round(each.longestMs)
      }))
    }
  }
}

const round = (value: number): number => Math.round(value * 100) / 100

/** What to call an item in a list of failures. */
const nameOf = (item: unknown): string => {
  if (typeof item !== "object" || item === null) return String(item)
  const { id, name } = item as { id?: unknown; name?: unknown }
  const kind = item.constructor?.name ?? "Object"
  const label = id ?? name
  return label === undefined ? kind : `${kind} ${String(label)}`
}
