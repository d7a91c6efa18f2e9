/** The command line. */
import { parseArgs } from "node:util"
import type { PolicyOptions } from "../concurrency/limits/policy.js"
import { readPolicy } from "./policy.js"

export interface RunArguments {
  readonly command: "run"
  readonly file: string
  readonly concurrency: number | null
  readonly loop: string | null
  readonly order: "input" | "completion" | null
  readonly collect: boolean
  readonly plain: boolean
  readonly json: string | null
  /** How long the event loop may be held up before it is reported, in ms; null where that is not to be watched. */
  readonly blocking: number | null
  readonly lift: ReadonlyArray<string>
  readonly policy: PolicyOptions
  readonly config: string | null
  readonly rest: ReadonlyArray<string>
}

export interface DoctorArguments {
  readonly command: "doctor"
  readonly file: string
  readonly lift: ReadonlyArray<string>
  readonly json: string | null
  readonly config: string | null
}

export type Arguments =
  | RunArguments
  | DoctorArguments
  | { readonly command: "help" | "version" }
  | { readonly command: "wrong"; readonly why: string }

export const usage = `Usage: greenlift run FILE [options] [-- arguments of FILE]
       greenlift doctor FILE

run      runs FILE, a blocking-style program, lifted into fibers. FILE stays as it is
doctor   runs nothing: tells what blocks in FILE and what it imports, and why, and which loops can be concurrent

Options:
  --concurrency N      run the turns of a loop at once, at most N of them
  --loop NAME          which loop: its label, the function it stands in, or FILE:LINE
  --order ORDER        how output and sums come: "input" (default) or "completion"
  --collect            go on after a failure, and list all failures at the end
  --rate RATE          start no more requests than that, as in 100/s or 30/m (may be repeated)
  --per-host LIMIT     for each host: so many requests at once, as in 8, or so often, as in 10/s;
                       HOST=LIMIT for one host (may be repeated)
  --retry N            make a request again that got 429 or 503, or whose connection was reset, at most N times:
                       after 1, 2, 4, … s, or as Retry-After says; only methods that may be repeated (GET, PUT, …)
  --lift PACKAGE       lift a package of node_modules too (may be repeated)
  --plain              run FILE untouched, without greenlift
  --blocking MS        report what held up the event loop for longer (default 100; 0: do not watch)
  --json FILE          write the summary, or what doctor tells, as JSON
  --config FILE        take options from FILE; by default from the nearest greenlift.config.ts (.js, .json, …)
  --help, --version`

const options = {
  concurrency: { type: "string" },
  loop: { type: "string" },
  order: { type: "string" },
  collect: { type: "boolean" },
  plain: { type: "boolean" },
  json: { type: "string" },
  blocking: { type: "string" },
  lift: { type: "string", multiple: true },
  rate: { type: "string", multiple: true },
  "per-host": { type: "string", multiple: true },
  retry: { type: "string" },
  config: { type: "string" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "v" }
} as const

const defaultBlocking = 100

const wrong = (why: string): Arguments => ({ command: "wrong", why })

/** Reads the command line, without the node executable and the script. */
export const readArguments = (argv: ReadonlyArray<string>): Arguments => {
  const end = argv.indexOf("--")
  const own = end < 0 ? argv : argv.slice(0, end)
  const rest = end < 0 ? [] : argv.slice(end + 1)
  let parsed: ReturnType<typeof parseArgs<{ options: typeof options; allowPositionals: true; args: Array<string> }>>
  try {
    parsed = parseArgs({ args: [...own], options, allowPositionals: true })
  } catch (error) {
    return wrong((error as Error).message)
  }
  const { values, positionals } = parsed
  if (values.version) return { command: "version" }
  if (values.help || positionals.length === 0) return { command: "help" }
  const [command, file, ...more] = positionals
  if (command !== "run" && command !== "doctor") return wrong(`there is no command "${command}"`)
  if (file === undefined) return wrong(`${command} needs a FILE`)
  if (more.length > 0) return wrong(`"${more[0]}" is too much: arguments of FILE stand after --`)
  if (command === "doctor") {
    return { command, file, lift: values.lift ?? [], json: values.json ?? null, config: values.config ?? null }
  }
  const concurrency = values.concurrency === undefined ? null : Number(values.concurrency)
  if (concurrency !== null && !(Number.isInteger(concurrency) && concurrency > 0)) {
    return wrong(`--concurrency takes a whole number from 1, not "${values.concurrency}"`)
  }
  const blocking = Number(values.blocking ?? defaultBlocking)
  if (!(blocking >= 0) || values.blocking === "") {
    return wrong(`--blocking takes a number of ms from 0, not "${values.blocking}"`)
  }
  const order = values.order ?? null
  if (order !== null && order !== "input" && order !== "completion") {
    return wrong(`--order is "input" or "completion", not "${order}"`)
  }
  const policy = readPolicy(values)
  if (typeof policy === "string") return wrong(policy)
  if (values.plain && concurrency !== null) return wrong("--plain runs one thing at a time: leave out --concurrency")
  return {
    command: "run",
    file,
    concurrency,
    loop: values.loop ?? null,
    order,
    collect: values.collect ?? false,
    plain: values.plain ?? false,
    json: values.json ?? null,
    blocking: blocking === 0 ? null : blocking,
    lift: values.lift ?? [],
    policy,
    config: values.config ?? null,
    rest
  }
}
