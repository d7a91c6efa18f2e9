/** The options of the command line that make a policy. */
import { type HostLimit, Policy, type PolicyOptions } from "../concurrency/limits/policy.js"
import type { Rate } from "../concurrency/limits/rate.js"

interface Given {
  readonly rate?: ReadonlyArray<string> | undefined
  readonly "per-host"?: ReadonlyArray<string> | undefined
  readonly retry?: string | undefined
}

/** The policy they stand for, or what is wrong with them. */
export const readPolicy = ({ rate, "per-host": perHost, retry }: Given): PolicyOptions | string => {
  if (retry !== undefined && !/^\d+$/.test(retry)) return `--retry takes a whole number, not "${retry}"`
  const options: PolicyOptions = {
    ...(rate === undefined ? {} : { rate: rate as Array<Rate> }),
    ...(perHost === undefined ? {} : { perHost: hostLimits(perHost) }),
    ...(retry === undefined ? {} : { retry: Number(retry) })
  }
  try {
    new Policy(options)
  } catch (error) {
    return (error as Error).message
  }
  return options
}

/** `8`, `10/s` or `HOST=8`, as limits by host. */
const hostLimits = (given: ReadonlyArray<string>): Record<string, Array<HostLimit>> => {
  const hosts: Record<string, Array<HostLimit>> = {}
  for (const each of given) {
    const at = each.lastIndexOf("=")
    const limit = each.slice(at + 1)
    ;(hosts[at < 0 ? "*" : each.slice(0, at)] ??= []).push(/^\d+$/.test(limit) ? Number(limit) : (limit as Rate))
  }
  return hosts
}
