/** What came of a run: counts by directory, and what passes unlifted and fails lifted. */
import { readFileSync } from "node:fs"
import type { Verdict } from "./execute.js"
import type { Variant } from "./metadata.js"

/** How lifted tests are run. */
export type Mode = "plain" | "fiber" | "suspending"

/** A reason why tests cannot pass lifted. */
export interface Exception {
  readonly reason: string
  /** The modes it applies to; all, where there are none. */
  readonly modes?: ReadonlyArray<Mode>
  /** Whether it applies only where every function is grey. */
  readonly allGrey?: boolean
  readonly files: ReadonlyArray<string>
}

/** The reason for each file that is known to fail in a mode. */
export const exceptionsFor = (mode: Mode, allGrey: boolean): ReadonlyMap<string, string> => {
  const all: ReadonlyArray<Exception> = JSON.parse(readFileSync(new URL("exceptions.json", import.meta.url), "utf8"))
  const reasons = new Map<string, string>()
  for (const { reason, modes, allGrey: hardest, files } of all) {
    if (modes !== undefined && !modes.includes(mode)) continue
    if (hardest === true && !allGrey) continue
    for (const file of files) reasons.set(file, reason)
  }
  return reasons
}

export interface Failure {
  readonly file: string
  /** What went wrong, by variant. */
  readonly variants: Partial<Record<Variant, string>>
  /** Why that is accepted, or null. */
  readonly reason: string | null
}

export interface Count {
  files: number
  /** Files that pass unlifted, in one variant at least. */
  unlifted: number
  /** Of those, the ones that pass lifted in the same variants. */
  lifted: number
}

export interface Report {
  readonly directories: Readonly<Record<string, Count>>
  readonly total: Count
  readonly failures: ReadonlyArray<Failure>
  /** Files on the list of exceptions that pass. */
  readonly passing: ReadonlyArray<string>
}

export type Results = ReadonlyMap<string, ReadonlyArray<{ variant: Variant; half: string; verdict: Verdict }>>

const directoryOf = (file: string): string => file.split("/").slice(1, -1).slice(0, 3).join("/")

export const reportOf = (results: Results, exceptions: ReadonlyMap<string, string>): Report => {
  const directories: Record<string, Count> = {}
  const total: Count = { files: 0, unlifted: 0, lifted: 0 }
  const failures: Array<Failure> = []
  const passing: Array<string> = []
  for (const [file, runs] of results) {
    const lifted = runs.filter(({ half }) => half === "lifted")
    const failed = lifted.filter(({ verdict }) => verdict !== null)
    const counts = [total, (directories[directoryOf(file)] ??= { files: 0, unlifted: 0, lifted: 0 })]
    for (const count of counts) {
      count.files++
      if (lifted.length > 0) count.unlifted++
      if (lifted.length > 0 && failed.length === 0) count.lifted++
    }
    if (failed.length > 0) {
      const variants = Object.fromEntries(failed.map(({ variant, verdict }) => [variant, verdict!]))
      failures.push({ file, variants, reason: exceptions.get(file) ?? null })
    } else if (lifted.length > 0 && exceptions.has(file)) passing.push(file)
  }
  return { directories, total, failures, passing }
}

const percent = ({ unlifted, lifted }: Count): string =>
  unlifted === 0 ? "" : `${(Math.floor((lifted / unlifted) * 1e5) / 1e3).toFixed(3)} %`

const row = (name: string, count: Count): string =>
  [
    name.padEnd(44),
    String(count.files).padStart(7),
    String(count.unlifted).padStart(9),
    String(count.lifted).padStart(8),
    String(count.unlifted - count.lifted).padStart(7),
    percent(count).padStart(10)
  ].join(" ")

const failureLines = ({ file, variants, reason }: Failure): Array<string> => [
  file,
  ...Object.entries(variants).map(([variant, text]) => `    ${variant}: ${text.split("\n")[0]}`),
  ...(reason === null ? [] : [`    known: ${reason}`])
]

/** Prints a report. Returns whether nothing came out that the list of exceptions does not say. */
export const print = (report: Report, write: (line: string) => void): boolean => {
  const { directories, total, failures, passing } = report
  write(`${"directory".padEnd(44)}   files  unlifted   lifted  failed       rate`)
  for (const [name, count] of Object.entries(directories)) write(row(name, count))
  write(row("total", total))
  const unknown = failures.filter(({ reason }) => reason === null)
  const known = failures.filter(({ reason }) => reason !== null)
  const section = (title: string, lines: ReadonlyArray<string>): void => {
    if (lines.length > 0) write(`\n${title}`)
    for (const line of lines) write(line)
  }
  section(`${known.length} known exceptions fail, as they may:`, known.flatMap(failureLines))
  section(`${unknown.length} files pass unlifted and fail lifted:`, unknown.flatMap(failureLines))
  section(`${passing.length} files are listed as exceptions, but pass:`, passing)
  return unknown.length === 0 && passing.length === 0
}
