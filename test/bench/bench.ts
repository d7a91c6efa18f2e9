/** What a bench is, and what comes of it. */
import { formatTable } from "./table.ts"

/** Whether something that was promised holds. */
export interface Verdict {
  readonly name: string
  readonly value: number
  readonly target: number
  readonly ok: boolean
}

export interface Result {
  readonly verdicts: ReadonlyArray<Verdict>
  /** All that was measured, for the JSON file. */
  readonly measurements: unknown
}

export interface Bench {
  /** What it measures, in a line. */
  readonly about: string
  /** Measures, and prints its tables. Rejects where that was not possible. */
  run(): Promise<Result>
}

/** A verdict that holds while the value is no more than the target. */
export const atMost = (name: string, value: number, target: number): Verdict => ({
  name,
  value,
  target,
  ok: value <= target
})

/** A verdict that holds when the value is the target. */
export const exactly = (name: string, value: number, target: number): Verdict => ({
  name,
  value,
  target,
  ok: value === target
})

export const formatVerdicts = (verdicts: ReadonlyArray<Verdict>): string =>
  formatTable(
    ["verdict", "value", "target", ""],
    verdicts.map(({ name, value, target, ok }) => [name, digits(value), digits(target), ok ? "holds" : "does not hold"])
  )

/** A number to three digits, or more where there are more before the point. */
export const digits = (value: number): string => {
  const before = Math.max(1, Math.ceil(Math.log10(Math.abs(value) + Number.EPSILON)))
  return value.toFixed(Number.isInteger(value) ? 0 : Math.max(0, 3 - before))
}
