/**
 * test262, unlifted and lifted: what passes without greenlift must pass with it.
 *
 *     npm run test262 -- DIR [--dirs a,b] [--mode plain|fiber|suspending] [--all-grey] [--json FILE] [--jobs N]
 *
 * DIR is a checkout of https://github.com/tc39/test262. `--dirs` names directories or files in it.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { availableParallelism, tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { parseArgs } from "node:util"
import { bundleHelpers } from "./bundle.js"
import { defaultDirectories, Known, testsIn } from "./files.js"
import type { Variant } from "./metadata.js"
import { runAll } from "./pool.js"
import { exceptionsFor, type Mode, print, reportOf } from "./report.js"
import { formOf, type Job, type Run } from "./worker.js"

const usage =
  "usage: npm run test262 -- DIR [--dirs a,b] [--mode plain|fiber|suspending] [--all-grey] [--json FILE] [--jobs N]"

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    dirs: { type: "string", multiple: true, default: [] },
    mode: { type: "string", default: "plain" },
    "all-grey": { type: "boolean", default: false },
    json: { type: "string" },
    jobs: { type: "string", default: String(availableParallelism()) }
  }
})

const isMode = (text: string): text is Mode => ["plain", "fiber", "suspending"].includes(text)

const runTests = async (root: string, mode: Mode): Promise<boolean> => {
  const allGrey = values["all-grey"]
  const directories = values.dirs.flatMap((each) => each.split(","))
  const files = testsIn(root, directories.length === 0 ? defaultDirectories : directories)
  const lifted = mode === "plain" ? "plain" : "fiber"
  const base = { script: new Known(root, "script"), wrapped: new Known(root, "wrapped") }
  const knownOf = (variant: Variant): Known => base[formOf("unlifted", lifted, variant) as keyof typeof base]
  const jobs = files.map((file): Job => {
    const known = (["sloppy", "strict", "module"] as const).flatMap((variant): Array<Run> => {
      const verdict = knownOf(variant).verdicts[file]?.[variant]
      return verdict === undefined ? [] : [{ file, variant, half: "unlifted", verdict }]
    })
    return { file, known }
  })

  const results = new Map<string, Array<Required<Run>>>(files.map((file) => [file, []]))
  const directory = mkdtempSync(join(tmpdir(), "test262-"))
  const helpers = join(directory, "helpers.js")
  writeFileSync(helpers, await bundleHelpers(mode === "suspending"))
  let done = 0
  const began = performance.now()
  try {
    await runAll(
      jobs,
      Number(values.jobs),
      { root, helpers, lifted, allGrey },
      {
        ran: (run) => {
          results.get(run.file)!.push(run as Required<Run>)
          if (run.half === "unlifted") knownOf(run.variant).add(run.file, run.variant, run.verdict!)
        },
        through: () => {
          if (++done % 1000 !== 0) return
          process.stderr.write(`${done} of ${files.length}, ${Math.round((performance.now() - began) / 1000)} s\n`)
        }
      }
    )
  } finally {
    rmSync(directory, { recursive: true })
    for (const known of Object.values(base)) known.save()
  }
  const report = reportOf(results, exceptionsFor(mode, allGrey))
  const expected = print(report, (line) => console.log(line))
  const seconds = (performance.now() - began) / 1000
  console.log(`\n${mode}${allGrey ? ", all grey" : ""}: ${files.length} files in ${seconds.toFixed(0)} s`)
  if (values.json !== undefined) {
    const summary = { mode, allGrey, node: process.version, seconds, ...report }
    writeFileSync(values.json, `${JSON.stringify(summary, null, 2)}\n`)
  }
  return expected
}

const [root] = positionals
if (root === undefined || !isMode(values.mode)) {
  console.error(usage)
  process.exitCode = 2
} else {
  process.exitCode = (await runTests(resolve(root), values.mode)) ? 0 : 1
}
