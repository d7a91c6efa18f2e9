/**
 * test262, unlifted and lifted: what passes without greenlift must pass with it.
 *
 *     npm run test262 -- DIR [--dirs a,b] [--mode plain|fiber|suspending] [--all-grey] [--json FILE] [--processes N]
 *
 * DIR is a checkout of https://github.com/tc39/test262. `--dirs` names directories or files in it.
 */
import { writeFileSync } from "node:fs"
import { availableParallelism } from "node:os"
import { resolve } from "node:path"
import { parseArgs } from "node:util"
import { defaultDirectories, testsIn } from "./files.js"
import { exceptionsFor, type Mode, print, reportOf } from "./report.js"
import { runTests } from "./run.js"

const usage =
  "usage: npm run test262 -- DIR [--dirs a,b] [--mode plain|fiber|suspending] [--all-grey] [--json FILE] [--processes N]"

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    dirs: { type: "string", multiple: true, default: [] },
    mode: { type: "string", default: "plain" },
    "all-grey": { type: "boolean", default: false },
    json: { type: "string" },
    processes: { type: "string", default: String(availableParallelism()) }
  }
})

const isMode = (text: string): text is Mode => ["plain", "fiber", "suspending"].includes(text)

/** Returns whether all came out as the list of exceptions says. */
const main = async (root: string, mode: Mode): Promise<boolean> => {
  const allGrey = values["all-grey"]
  const named = values.dirs.flatMap((each) => each.split(","))
  const files = testsIn(root, named.length === 0 ? defaultDirectories : named)
  const exceptions = exceptionsFor(mode, allGrey)
  const began = performance.now()
  const results = await runTests({
    root,
    files,
    mode,
    allGrey,
    processes: Number(values.processes),
    expected: new Set(exceptions.keys()),
    log: (text) => console.error(text)
  })
  const seconds = Math.round((performance.now() - began) / 1000)
  const report = reportOf(results, exceptions)
  const asListed = print(report, (line) => console.log(line))
  console.log(`\n${mode}, ${allGrey ? "all grey" : "colour as shipped"}: ${files.length} files in ${seconds} s`)
  if (values.json !== undefined) {
    const summary = { mode, allGrey, node: process.version, seconds, ...report }
    writeFileSync(values.json, `${JSON.stringify(summary, null, 2)}\n`)
  }
  return asListed
}

const [root] = positionals
if (root === undefined || !isMode(values.mode)) {
  console.error(usage)
  process.exitCode = 2
} else {
  process.exitCode = (await main(resolve(root), values.mode)) ? 0 : 1
}
