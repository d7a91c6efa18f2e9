/**
 * `npm start`: brings up a Postgres with the accounts and the Graph-like API, runs the untouched `legacy/accounts/update.ts`
 * fifty accounts at a time, and checks in the database that every account was updated exactly once.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"
import { startWorld } from "./world.js"

const root = fileURLToPath(new URL("../../..", import.meta.url))
const accounts = 500
const concurrency = 50
const latency = Number(process.env.LATENCY_MS ?? 250)

let interrupt = (_signal: NodeJS.Signals): void => process.exit(130)
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => interrupt(signal))

console.log(`Bringing up Postgres with ${accounts} accounts, and an API that takes ${latency} ms to answer …`)
const world = await startWorld({ accounts, latency })

const args = ["run", "legacy/accounts/update.ts", "--concurrency", String(concurrency)]
console.log(`Its loop updates one account after another. Nobody edits it:\n\n$ greenlift ${args.join(" ")}\n`)

/** In a process group of its own: a Ctrl-C on the terminal reaches it once, passed on from here. */
const child = spawn(process.execPath, ["dist/cli/main.js", ...args], {
  cwd: root,
  env: world.env,
  stdio: "inherit",
  detached: true
})
interrupt = (signal) => child.kill(signal)
const [code] = (await once(child, "close")) as [number | null]

const rows = await world.rows()
const updatedOnce = rows.filter((row, index) => row === world.rowsAfter[index]).length
const untouched = rows.filter((row, index) => row === world.rowsBefore[index]).length
const { requests, peakInFlight } = await world.graph.stats()
await world.stop()

console.log(
  `\nIn the database, ${updatedOnce} of ${accounts} accounts are updated exactly once and ${untouched} are as before. ` +
    `The API saw ${requests} requests, at most ${peakInFlight} at once.`
)
process.exitCode = code === 0 && updatedOnce !== accounts ? 1 : (code ?? 1)
