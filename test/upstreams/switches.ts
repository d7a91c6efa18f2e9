/** What an upstream stand-in can be told to do, what it counts, and how it is told. */
import { parseArgs } from "node:util"

/** What an upstream may do instead of answering properly. */
export const misbehaviours = ["never", "error", "html", "truncated", "reset", "limited", "unavailable"] as const

/**
 * - `never`: takes the request and never answers
 * - `error`: status 500
 * - `html`: status 200 with a web page where JSON should be
 * - `truncated`: status 200 with JSON that stops in the middle
 * - `reset`: the connection is reset in the middle of the body
 * - `limited`: status 429 with `Retry-After` in seconds
 * - `unavailable`: status 503 with `Retry-After` as a date
 */
export type Misbehaviour = (typeof misbehaviours)[number]

export interface Switches {
  /** ms from a request to its answer. */
  readonly latency: number
  /** Answers wait until this many requests are held at once, or the switch is set lower: an overlap, proved untimed. */
  readonly gather: number
  /** Connections are refused: the server stops listening and drops the connections it has. */
  readonly refuse: boolean
  readonly misbehave: Misbehaviour | null
  /** Misbehave only for paths that end in one of these; for all when empty. */
  readonly only: ReadonlyArray<string>
  /** Gather and misbehave only after this many requests, counted from when the switches were last set. */
  readonly after: number
  /** Misbehave this many times, then answer again. */
  readonly times: number
  /** How many requests are answered within `limitWindow`; the others get 429. */
  readonly limit: number
  /** ms */
  readonly limitWindow: number
}

export const properly: Switches = {
  latency: 0,
  gather: 1,
  refuse: false,
  misbehave: null,
  only: [],
  after: 0,
  times: Number.POSITIVE_INFINITY,
  limit: Number.POSITIVE_INFINITY,
  limitWindow: 60_000
}

/** What an upstream has seen since it started or was last told to count anew. */
export interface Stats {
  readonly requests: number
  readonly inFlight: number
  readonly peakInFlight: number
  /** Requests whose client went away before the answer. */
  readonly aborted: number
  /** Answers begun, by status. */
  readonly answers: Readonly<Record<string, number>>
  /** Requests by path, without the query. */
  readonly paths: Readonly<Record<string, number>>
}

/** What the parent process may ask of an upstream. Every command is replied to with the `Stats` after it. */
export interface Command {
  readonly id: number
  readonly set?: Partial<Switches>
  readonly countAnew?: boolean
}

export type Message =
  | { readonly _tag: "Listening"; readonly url: string }
  | { readonly _tag: "Reply"; readonly id: number; readonly stats: Stats }

export const isMisbehaviour = (name: string): name is Misbehaviour =>
  (misbehaviours as ReadonlyArray<string>).includes(name)

/** Reads the switches off the command line; the latency also from `LATENCY_MS`. */
export const readArguments = (args: Array<string>): { readonly port: number; readonly switches: Switches } => {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: "string", default: "0" },
      latency: { type: "string", default: process.env.LATENCY_MS ?? "250" },
      gather: { type: "string", default: "1" },
      refuse: { type: "boolean", default: false },
      misbehave: { type: "string" },
      only: { type: "string", multiple: true, default: [] },
      after: { type: "string", default: "0" },
      times: { type: "string", default: "Infinity" },
      limit: { type: "string", default: "Infinity" },
      "limit-window": { type: "string", default: "60000" }
    }
  })
  const { misbehave } = values
  if (misbehave !== undefined && !isMisbehaviour(misbehave)) {
    throw new Error(`--misbehave ${misbehave}: give one of ${misbehaviours.join(", ")}`)
  }
  return {
    port: Number(values.port),
    switches: {
      latency: Number(values.latency),
      gather: Number(values.gather),
      refuse: values.refuse,
      misbehave: misbehave ?? null,
      only: values.only,
      after: Number(values.after),
      times: Number(values.times),
      limit: Number(values.limit),
      limitWindow: Number(values["limit-window"])
    }
  }
}
