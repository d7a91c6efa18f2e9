/**
 * What a request costs in CPU where nothing has to be waited for: a lifted blocking loop beside two loops written by hand.
 * Each runs in a process of its own, turn by turn, against one server. The machine's other work lengthens the clock's time
 * and hardly the CPU's, so it is the latter that counts.
 */
import { start } from "../support/child.ts"
import { atMost, type Bench, digits } from "./bench.ts"
import { formatTable } from "./table.ts"
import { startPages } from "./throughput/pages.ts"
import { median, turnByTurn } from "./turns.ts"

const pages = 20_000
const atOnce = 64
const rounds = { warming: 1, counted: 5 }

const contenders = [
  {
    name: "lifted loop over sync-request",
    args: ["dist/cli/main.js", "run", "test/bench/throughput/lifted.ts", "--concurrency", String(atOnce)]
  },
  { name: "undici.request with p-map", args: ["test/bench/throughput/request.mjs", String(atOnce)] },
  { name: "undici's dispatch in bare loops", args: ["test/bench/throughput/dispatch.mjs", String(atOnce)] }
] as const

/** What a contender says of itself: the CPU before its loop and in it, and the clock's time in it, in ms. */
interface Said {
  readonly sum: number
  readonly startUpMs: number
  readonly cpuMs: number
  readonly wallMs: number
}

interface Figures {
  readonly cpuUs: number
  readonly startUpMs: number
  readonly wallMs: number
  readonly serverUs: number
  /** The share of the time in which the server was busy. */
  readonly serverBusy: number
}

const figures = ({ startUpMs, cpuMs, wallMs }: Said, serverMs: number): Figures => ({
  cpuUs: (cpuMs * 1000) / pages,
  startUpMs,
  wallMs,
  serverUs: (serverMs * 1000) / pages,
  serverBusy: serverMs / wallMs
})

const middle = (all: ReadonlyArray<Figures>): Figures => ({
  cpuUs: median(all.map(({ cpuUs }) => cpuUs)),
  startUpMs: median(all.map(({ startUpMs }) => startUpMs)),
  wallMs: median(all.map(({ wallMs }) => wallMs)),
  serverUs: median(all.map(({ serverUs }) => serverUs)),
  serverBusy: median(all.map(({ serverBusy }) => serverBusy))
})

export const throughput: Bench = {
  about: `CPU of a request: ${pages} of them, ${atOnce} at once, and a server that answers at once`,
  run: async () => {
    const server = await startPages(pages)
    const contend = async (args: ReadonlyArray<string>): Promise<Figures> => {
      const before = await server.cpuMs()
      const { code, stdout, stderr } = await start(args, { ...process.env, PAGES_URL: server.url }).finished
      const serverMs = (await server.cpuMs()) - before
      const said: Said | null = code === 0 ? JSON.parse(stdout) : null
      if (said?.sum !== server.sum) throw new Error(`${args.join(" ")} ended with code ${code}: ${stdout}${stderr}`)
      return figures(said, serverMs)
    }
    let results: Array<Array<Figures>>
    try {
      const turns = contenders.map((contender) => () => contend(contender.args))
      results = await turnByTurn(rounds, turns)
    } finally {
      server.stop()
    }
    const medians = results.map(middle)
    console.log(
      formatTable(
        ["", "CPU µs / request", "start-up CPU ms", "wall ms", "server's CPU µs / request", "server busy %"],
        medians.map(({ cpuUs, startUpMs, wallMs, serverUs, serverBusy }, index) => [
          contenders[index]!.name,
          ...[cpuUs, startUpMs, wallMs, serverUs, serverBusy * 100].map(digits)
        ])
      )
    )
    const [lifted, request, dispatch] = medians.map(({ cpuUs }) => cpuUs) as [number, number, number]
    return {
      verdicts: [
        atMost("cpu-vs-undici-request", lifted / request, 1),
        atMost("cpu-vs-dispatch", lifted / dispatch, 1.25)
      ],
      measurements: contenders.map(({ name }, index) => ({ name, median: medians[index], rounds: results[index] }))
    }
  }
}
