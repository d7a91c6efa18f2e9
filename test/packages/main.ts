/**
 * The test suites of whole packages, unlifted and lifted with every function grey: what passes without greenlift must pass
 * with it.
 *
 *     npm run packages -- DIR --clone [--from URL]     clones the packages into DIR, and installs what their suites need
 *     npm run packages -- DIR [--only a,b] [--mode plain,fiber,suspending] [--json FILE]
 *
 * Plain: called from code that is not lifted. Fiber: each test in a fiber, the test itself lifted too. Suspending: the same,
 * and each call of a lifted function waits once.
 */
import { fork } from "node:child_process"
import { existsSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { parseArgs } from "node:util"
import { formatTable } from "../bench/table.ts"
import { buildFor, bundlePackage } from "./build.ts"
import { cloneAll, github } from "./clone.ts"
import { type Package, packages } from "./packages.ts"
import { compare, type Outcome, tell } from "./report.ts"
import type { Mode, Results, Setup } from "./setup.ts"

const modes: ReadonlyArray<Mode> = ["plain", "fiber", "suspending"]

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    clone: { type: "boolean", default: false },
    from: { type: "string", default: github },
    only: { type: "string" },
    mode: { type: "string", default: modes.join(",") },
    json: { type: "string" }
  }
})

const runSuite = (setup: Setup, child: string): Promise<Results> =>
  new Promise((done, failed) => {
    const process = fork(child, [], { cwd: setup.directory, stdio: ["ignore", "ignore", "pipe", "ipc"] })
    let stderr = ""
    process.stderr!.on("data", (text) => (stderr += text))
    process.on("message", (results: Results) => done(results))
    process.on("exit", (code) => failed(new Error(`the suite's process ended with ${code}: ${stderr.slice(-2000)}`)))
    process.send(setup)
  })

const run = async (root: string, each: Package, chosen: ReadonlyArray<Mode>): Promise<Array<Outcome>> => {
  const directory = join(root, each.name)
  const { suite } = each
  if (suite.kind !== "vitest") {
    for (const [out, entry] of Object.entries(suite.bundles ?? {})) {
      await bundlePackage(join(directory, entry), join(directory, out))
    }
  }
  const results = async (lifted: boolean, mode: Mode): Promise<Results> => {
    const { child, runtime, globals } = await buildFor(mode === "suspending")
    return runSuite({ package: each, directory, lifted, fiber: mode !== "plain", runtime, globals }, child)
  }
  const unlifted = await results(false, "plain")
  const outcomes: Array<Outcome> = []
  for (const mode of chosen) {
    outcomes.push(compare(each, mode, unlifted, await results(true, mode)))
    console.error(tell(outcomes.at(-1)!))
  }
  return outcomes
}

const main = async (root: string): Promise<boolean> => {
  const only = values.only?.split(",") ?? packages.map(({ name }) => name)
  const outcomes: Array<Outcome> = []
  for (const each of packages) {
    if (!only.includes(each.name)) continue
    if (!existsSync(join(root, each.name)))
      throw new Error(`${each.name} is not in ${root}: clone it first, by --clone`)
    outcomes.push(...(await run(root, each, values.mode.split(",") as Array<Mode>)))
  }
  const unknown = ({ failures }: Outcome): number => failures.filter(({ reason }) => reason === null).length
  console.log(
    formatTable(
      ["package", "mode", "pass unlifted", "pass lifted", "known exceptions", "fail"],
      outcomes.map((each) => [
        each.name,
        each.mode,
        ...[each.unlifted, each.lifted, each.failures.length - unknown(each), unknown(each)].map(String)
      ])
    )
  )
  for (const { name, mode, failures } of outcomes) {
    for (const reason of new Set(failures.map((each) => each.reason))) {
      const those = failures.filter((each) => each.reason === reason)
      if (reason !== null) console.log(`\n${name}, ${mode}: ${those.length} may fail: ${reason}`)
      else for (const { test, problem } of those) console.log(`\n${name}, ${mode}: ${test}\n    ${problem}`)
    }
  }
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(outcomes, null, 2)}\n`)
  return outcomes.every((each) => unknown(each) === 0)
}

const [directory] = positionals
if (directory === undefined || !values.mode.split(",").every((each) => modes.includes(each as Mode))) {
  console.error(
    "usage: npm run packages -- DIR --clone [--from URL]\n" +
      "       npm run packages -- DIR [--only a,b] [--mode plain,fiber,suspending] [--json FILE]"
  )
  process.exitCode = 2
} else if (values.clone) {
  cloneAll(resolve(directory), values.from)
} else {
  process.exitCode = (await main(resolve(directory))) ? 0 : 1
}
