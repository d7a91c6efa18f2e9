/** `npm run bench -- NAME [--json FILE]`: runs a bench, prints its tables and verdicts, and writes them as JSON. */
import { writeFileSync } from "node:fs"
import { availableParallelism, cpus } from "node:os"
import { parseArgs } from "node:util"
import { accounts } from "./accounts.ts"
import { type Bench, formatVerdicts } from "./bench.ts"
import { colour } from "./colour.ts"
import { fibers } from "./fibers.ts"
import { throughput } from "./throughput.ts"
import { toolbox } from "./toolbox.ts"
import { tpool } from "./tpool.ts"

const benches = new Map<string, Bench>(Object.entries({ accounts, throughput, fibers, colour, toolbox, tpool }))

const machine = { node: process.version, cpu: cpus()[0]?.model ?? "unknown", cores: availableParallelism() }

const { values, positionals } = parseArgs({ options: { json: { type: "string" } }, allowPositionals: true })
const name = positionals[0] ?? ""
const bench = benches.get(name)

if (bench === undefined || positionals.length > 1) {
  console.error("Usage: npm run bench -- NAME [--json FILE]\n\nBenches:")
  for (const [each, { about }] of benches) console.error(`  ${each.padEnd(12)}${about}`)
  process.exitCode = 2
} else {
  console.log(`${name}: ${bench.about}\nNode ${machine.node}, ${machine.cores} × ${machine.cpu}\n`)
  const { verdicts, measurements } = await bench.run()
  console.log(`\n${formatVerdicts(verdicts)}`)
  if (values.json !== undefined) {
    writeFileSync(values.json, `${JSON.stringify({ verdicts, bench: name, machine, measurements }, null, 2)}\n`)
  }
}
