/** The account update as a whole: how near it comes to the time that is ideal, and whether it keeps to its bound. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startWorld, type World } from "../programs/accounts/world.ts"
import { greenlift } from "../support/child.ts"
import { atMost, type Bench, digits, exactly } from "./bench.ts"
import { formatTable } from "./table.ts"
import { median } from "./turns.ts"

const accountsInAll = 500
const concurrency = 50
const latency = 250
const idealMs = (accountsInAll / concurrency) * latency
const runs = 3

/** What is read of the summary that `--json` writes. */
interface Summary {
  readonly items: number
  readonly wallMs: number
  readonly sequentialMs: number
  readonly peakInFlight: number
}

interface Measured extends Summary {
  /** The same as the API itself counted. */
  readonly peakAtApi: number
}

const measure = async (world: World, folder: string): Promise<Measured> => {
  await world.reset()
  const json = join(folder, "summary.json")
  const args = ["legacy/accounts/update.ts", "--concurrency", String(concurrency), "--json", json]
  const { code, stderr } = await greenlift(args, world.env)
  const rows = await world.rows()
  if (code !== 0 || rows.some((row, index) => row !== world.rowsAfter[index])) {
    throw new Error(`the run ended with code ${code}, or left accounts as they were:\n${stderr}`)
  }
  const summary: Summary = JSON.parse(readFileSync(json, "utf8"))
  return { ...summary, peakAtApi: (await world.graph.stats()).peakInFlight }
}

/** The value that is farthest from what it should be. */
const farthest = (values: ReadonlyArray<number>, from: number): number =>
  values.reduce((far, value) => (Math.abs(value - from) > Math.abs(far - from) ? value : far))

export const accounts: Bench = {
  about: `legacy/accounts/update.ts, ${accountsInAll} accounts, ${latency} ms each, ${concurrency} at once`,
  run: async () => {
    const folder = mkdtempSync(join(tmpdir(), "greenlift-bench-"))
    const world = await startWorld({ accounts: accountsInAll, latency })
    const measured: Array<Measured> = []
    try {
      for (let run = 0; run < runs; run++) measured.push(await measure(world, folder))
    } finally {
      await world.stop()
      rmSync(folder, { recursive: true })
    }
    console.log(
      formatTable(
        ["run", "wall ms", "ideal ms", "wall / ideal", "peak in flight", "at the API", `calls / ${concurrency} ms`],
        measured.map(({ wallMs, sequentialMs, peakInFlight, peakAtApi }, run) =>
          [
            run + 1,
            Math.round(wallMs),
            idealMs,
            wallMs / idealMs,
            peakInFlight,
            peakAtApi,
            Math.round(sequentialMs / concurrency)
          ].map(digits)
        )
      )
    )
    const peaks = measured.flatMap(({ peakInFlight, peakAtApi }) => [peakInFlight, peakAtApi])
    return {
      verdicts: [
        atMost("wall-vs-ideal", median(measured.map(({ wallMs }) => wallMs)) / idealMs, 1.1),
        exactly("peak-in-flight", farthest(peaks, concurrency), concurrency)
      ],
      measurements: { idealMs, runs: measured }
    }
  }
}
