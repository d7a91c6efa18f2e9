/** Suites that are programs of their own, loaded as CommonJS. */
import { readFileSync } from "node:fs"
import Module, { createRequire } from "node:module"
import { dirname, join, sep } from "node:path"
import { inspect } from "node:util"
import { liftAllGrey } from "./lifting.ts"
import type { ScriptSuite } from "./packages.ts"
import { Gathered, isToLift, type Results, type Setup } from "./setup.ts"

type Runtime = typeof import("./runtime.ts")

const require = createRequire(import.meta.url)

/** Has the files of the clone lifted as they are loaded, the program that `entry` is with its top level. */
const liftAsLoaded = (setup: Setup, suite: ScriptSuite, runtime: Runtime, entry: string): void => {
  const helpers = "greenlift-packages"
  const internals = Module as any
  const load = internals._load
  internals._load = function (request: string, ...rest: Array<unknown>) {
    return request === helpers ? runtime : load.call(this, request, ...rest)
  }
  const lifted = new Map<string, string>()
  const lift = (source: string, file: string): string => {
    if (!isToLift(setup, file)) return source
    const code = lifted.get(source) ?? liftAllGrey(source, file, "commonjs", helpers, file === entry).code
    lifted.set(source, code)
    return code
  }
  for (const each of suite.beforehand ?? []) {
    const file = join(setup.directory, each)
    lift(readFileSync(file, "utf8"), file)
  }
  const compileSource = internals.prototype._compile
  internals.prototype._compile = function (source: string, file: string, format?: string) {
    return compileSource.call(this, lift(source, file), file, format)
  }
}

/** Loads the program that the suite is. */
const load = async (setup: Setup, suite: ScriptSuite, isMain: boolean): Promise<void> => {
  const entry = join(setup.directory, suite.file)
  process.chdir(dirname(entry))
  process.argv = [process.argv[0]!, entry]
  process.exit = (() => {}) as never
  if (!setup.lifted) return void require(entry)
  const runtime: Runtime = await import(setup.runtime)
  liftAsLoaded(setup, suite, runtime, entry)
  if (isMain && setup.fiber) await runtime.inMain(entry, () => require(entry))
  else require(entry)
}

const total = /^Total: (\d+) tests run in \d+ms; (?:(\d+) failures|all passed)\.$/

/** acorn's suite, whose top level runs its tests: it prints what fails, by title, and at the end how many tests ran. */
export const runScript = async (setup: Setup, suite: ScriptSuite): Promise<Results> => {
  const lines: Array<string> = []
  console.log = (...values) => void lines.push(values.map((each) => String(each)).join(" "))
  console.group = () => {}
  await load(setup, suite, true)
  const gathered = new Gathered()
  const end = lines.findIndex((line) => / parser: \d+ tests run in /.test(line))
  for (const line of lines.slice(0, end)) gathered.add(line.split("\n")[0]!, line)
  const [, ran, failed] = lines.map((line) => total.exec(line)).find((found) => found !== null) ?? []
  if (ran === undefined) throw new Error(`the suite did not end: ${lines.at(-1)}`)
  for (let n = Number(failed ?? 0); n < Number(ran); n++) gathered.add("passed", null)
  return gathered.results
}

/** lodash's suite, which is QUnit's. The stable lodash that it compares with is never lifted. */
export const runQUnit = async (setup: Setup, suite: ScriptSuite): Promise<Results> => {
  const needed = createRequire(`${setup.directory}${sep}`)
  const QUnit = needed("qunit-extras")
  const gathered = new Gathered()
  const problems: Array<string> = []
  QUnit.log(({ result, message, actual, expected }: any) => {
    if (!result) problems.push(`${message ?? ""} ${inspect(actual)} is not ${inspect(expected)}`)
  })
  QUnit.testDone(({ module, name, failed }: any) =>
    gathered.add(`${module}: ${name}`, failed === 0 ? null : problems.splice(0).join("\n"))
  )
  const done = new Promise<void>((resolve) => QUnit.done(() => resolve()))
  const globals = globalThis as any
  globals.QUnit = QUnit
  globals.lodashStable = needed("lodash").noConflict()
  if (setup.fiber) {
    const { inFiber, inFibers }: Runtime = await import(setup.runtime)
    await inFiber(() => {})()
    QUnit.test = inFibers(QUnit.test)
  }
  await load(setup, suite, false)
  await done
  return gathered.results
}
