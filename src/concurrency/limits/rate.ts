/** Rates: so many in so much time. */
import { ArgumentTypeError, ArgumentValueError } from "../errors.js"

type Unit = "ms" | "s" | "m" | "h"

/** How many in how long: `"100/s"`, `"30/m"`, `"5/2s"`, or the same in numbers, with `per` in ms. */
export type Rate = `${number}/${Unit}` | `${number}/${number}${Unit}` | { readonly limit: number; readonly per: number }

/** At most `limit` in any `per` ms. */
export interface ParsedRate {
  readonly limit: number
  readonly per: number
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

const shape = /^(\d+)\/(\d+(?:\.\d+)?)?(ms|s|m|h)$/

/** Reads a rate. Throws where it is none. */
export const parseRate = (rate: unknown, name = "rate"): ParsedRate => {
  if (typeof rate === "string") {
    const found = shape.exec(rate.replaceAll(" ", ""))
    if (found === null) throw new ArgumentValueError(`${name} is "${rate}": write it as 100/s, 30/m, 5/2s or 1000/h`)
    return checked({ limit: Number(found[1]), per: Number(found[2] ?? 1) * units[found[3]!]! }, name)
  }
  if (typeof rate !== "object" || rate === null || !("limit" in rate) || !("per" in rate)) {
    throw new ArgumentTypeError(`${name} is ${String(rate)}: give "100/s", or { limit, per } with per in ms`)
  }
  return checked(rate as ParsedRate, name)
}

const checked = ({ limit, per }: ParsedRate, name: string): ParsedRate => {
  if (Number.isInteger(limit) && limit >= 1 && per > 0 && Number.isFinite(per)) return { limit, per }
  throw new ArgumentValueError(`${name} is ${limit} in ${per} ms: give a whole number from 1, and a time`)
}

/** A rate as a person writes it. */
export const formatRate = ({ limit, per }: ParsedRate): string => {
  const [unit, ms] = Object.entries(units).find(([, ms]) => ms === per) ?? ["ms", 1]
  return `${limit}/${per === ms ? "" : per}${unit}`
}
