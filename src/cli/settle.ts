/** What a run goes by: the command line, and the configuration where that says nothing. */
import type { PolicyOptions } from "../concurrency/limits/policy.js"
import type { Config } from "../config.js"
import type { RunArguments } from "./arguments.js"

export interface RunOptions extends Omit<RunArguments, "order"> {
  readonly order: "input" | "completion"
}

export const settle = (args: RunArguments, config: Config): RunOptions => ({
  ...args,
  concurrency: args.concurrency ?? config.concurrency ?? null,
  loop: args.loop ?? config.loop ?? null,
  order: args.order ?? config.order ?? "input",
  collect: args.collect || (config.collect ?? false),
  lift: [...args.lift, ...(config.lift ?? [])],
  policy: {
    rate: args.policy.rate ?? config.rate,
    perHost: args.policy.perHost ?? config.perHost,
    retry: retryOf(args.policy.retry, config.retry)
  }
})

/** The command line tells how often; how else is the configuration's. */
const retryOf = (times: PolicyOptions["retry"], configured: PolicyOptions["retry"]): PolicyOptions["retry"] =>
  typeof times === "number" && typeof configured === "object" ? { ...configured, times } : (times ?? configured)
