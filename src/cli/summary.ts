/** The summary that ends a run, for people. */
import { describeError, shortPath } from "../loader/stack.js"
import type { FailureSummary, Summary } from "./statistics.js"

const time = (ms: number): string => (ms < 1000 ? `${ms.toFixed(1)} ms` : `${(ms / 1000).toFixed(2)} s`)

const overview = (summary: Summary): Array<string> => [
  `${summary.items} items, ${summary.failed} failed, ${summary.interrupted} interrupted, in ${time(summary.wallMs)}`,
  `the same calls one after another: ${time(summary.sequentialMs)}; speed-up ${summary.speedup.toFixed(1)}×`,
  `at most ${summary.peakInFlight} in flight${summary.concurrency === null ? "" : ` of ${summary.concurrency}`}`
]

/** The lines of a summary. `notes` stand at its end. */
export const formatSummary = (summary: Summary, notes: ReadonlyArray<string>): string => {
  const lines =
    summary.items + summary.interrupted === 0
      ? [`ran one thing at a time, in ${time(summary.wallMs)}`]
      : overview(summary)
  for (const site of summary.sites) {
    const parts = site.calls === 0 ? [] : [`${site.calls} calls, at most ${site.peakOverlap} at once`]
    if (site.retries > 0) parts.push(`${site.retries} retries`)
    if (site.calls > 0) parts.push(`p50 ${time(site.p50Ms)}`, `p99 ${time(site.p99Ms)}`)
    lines.push(`  ${shortPath(site.file)}:${site.line} ${site.callee}: ${parts.join(", ")}`)
  }
  for (const blocked of summary.blocked) {
    lines.push(
      `  blocked ${time(blocked.ms)} in ${blocked.calls} calls at ${shortPath(blocked.site)}: ${blocked.code} ${blocked.advice}`
    )
  }
  for (const { at, longestMs, ms, times } of summary.heldUp) {
    lines.push(
      `  the event loop was held up ${times === 1 ? "once" : `${times} times`}, ${time(ms)} in all, ` +
        `${time(longestMs)} at most, by ${at ?? "something that is not the program's"}`
    )
  }
  for (const note of notes) lines.push(`  ${note}`)
  return lines.map((line) => `greenlift: ${line}`).join("\n")
}

/** All failures of a run that went on after them. */
export const formatFailures = (failures: ReadonlyArray<FailureSummary>): string =>
  [...failures]
    .sort((a, b) => a.index - b.index)
    .map(({ index, item, error }) => `greenlift: item ${index + 1} (${item}) failed: ${describeError(error)}`)
    .join("\n")
