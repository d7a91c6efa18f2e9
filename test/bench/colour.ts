/**
 * What being lifted costs code that computes: functions that cannot block, in a program that does, with the packages they
 * use lifted too; and functions that may block wherever they call, and never do. Each beside itself unlifted, turn by turn.
 */
import { start } from "../support/child.ts"
import { atMost, type Bench, digits } from "./bench.ts"
import { formatTable } from "./table.ts"
import { median, turnByTurn } from "./turns.ts"

const rounds = { warming: 0, counted: 5 }

const packages = [
  "cheerio",
  "cheerio-select",
  "css-select",
  "domhandler",
  "domutils",
  "htmlparser2",
  "lodash",
  "parse5"
]

const lifted = (file: string): ReadonlyArray<string> => [
  "dist/cli/main.js",
  "run",
  file,
  ...packages.flatMap((each) => ["--lift", each])
]

const white = "test/bench/colour/white.mjs"
const grey = "test/bench/colour/grey.mjs"

const contenders = [
  { name: "cannot block, plain", args: [white] },
  { name: "cannot block, lifted", args: lifted(white) },
  { name: "may block and never does, plain", args: [grey] },
  { name: "may block and never does, lifted", args: lifted(grey) }
]

interface Said {
  readonly cpuMs: number
  readonly result: unknown
}

const contend = async (args: ReadonlyArray<string>): Promise<Said> => {
  const { code, stdout, stderr } = await start(args, process.env).finished
  if (code !== 0) throw new Error(`${args.join(" ")} ended with code ${code}: ${stderr}`)
  return JSON.parse(stdout)
}

export const colour: Bench = {
  about: "CPU of code that computes, lifted, beside itself unlifted",
  run: async () => {
    const results = await turnByTurn(
      rounds,
      contenders.map(
        ({ args }) =>
          () =>
            contend(args)
      )
    )
    for (const [plain, other] of [results.slice(0, 2), results.slice(2)]) {
      const expected = JSON.stringify(plain![0]!.result)
      if (other!.some(({ result }) => JSON.stringify(result) !== expected)) throw new Error("the results differ")
    }
    const ms = results.map((each) => each.map(({ cpuMs }) => cpuMs))
    console.log(
      formatTable(
        ["", "CPU ms"],
        contenders.map(({ name }, index) => [name, digits(median(ms[index]!))])
      )
    )
    const ratio = (of: number, to: number): number => median(ms[of]!.map((each, round) => each / ms[to]![round]!))
    return {
      verdicts: [atMost("white-vs-plain", ratio(1, 0), 1.1), atMost("grey-vs-plain", ratio(3, 2), 5)],
      measurements: contenders.map(({ name }, index) => ({ name, cpuMs: ms[index] }))
    }
  }
}
