/** Progress while a run goes on: one live line on a terminal, a plain line now and then elsewhere. On standard error. */
import { createLogUpdate } from "log-update"
import type { Statistics } from "./statistics.js"

export interface Progress {
  stop(): void
}

const seconds = (ms: number): string => (ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`)

/** The line: done, in flight, failed, rate, time left. */
export const progressLine = (statistics: Statistics): string => {
  const { done, running, failed } = statistics.items
  const { total, elapsedMs } = statistics
  const rate = elapsedMs > 0 ? (done / elapsedMs) * 1000 : 0
  const parts = [
    total === undefined ? `${done} done` : `${done}/${total} done`,
    `${running} in flight`,
    `${failed} failed`,
    `${rate.toFixed(1)}/s`
  ]
  if (total !== undefined && done > 0 && done < total) parts.push(`${seconds(((total - done) / rate) * 1000)} left`)
  return parts.join(" · ")
}

const hasItems = ({ items }: Statistics): boolean => items.done + items.running > 0

const liveEveryMs = 100
const plainEveryMs = 2000

/** Shows progress until it is stopped. */
export const showProgress = (statistics: Statistics): Progress =>
  process.stderr.isTTY ? live(statistics) : plain(statistics)

const plain = (statistics: Statistics): Progress => {
  const timer = setInterval(() => {
    if (hasItems(statistics)) process.stderr.write(`greenlift: ${progressLine(statistics)}\n`)
  }, plainEveryMs)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}

/** The line gives way to what the program writes, and comes back below it. */
const live = (statistics: Statistics): Progress => {
  const write = process.stderr.write.bind(process.stderr)
  const line = createLogUpdate(Object.create(process.stderr, { write: { value: write } }), { showCursor: true })
  const draw = () => hasItems(statistics) && line(progressLine(statistics))
  const restore = [process.stdout, process.stderr].map((stream) => {
    const original = stream.write
    const giveWay = function (this: unknown, ...args: Array<unknown>) {
      line.clear()
      return Reflect.apply(original, stream, args as any)
    } as typeof stream.write
    stream.write = giveWay
    return () => {
      if (stream.write === giveWay) stream.write = original
    }
  })
  const timer = setInterval(draw, liveEveryMs)
  timer.unref()
  return {
    stop() {
      clearInterval(timer)
      line.clear()
      line.done()
      for (const each of restore) each()
    }
  }
}
