import { createRequire } from "node:module"
import vm from "node:vm"
import { assert, beforeAll, describe, it } from "vitest"
import { alone, compile } from "../../src/compiler/index.js"
import { bundleHelpers } from "../test262/bundle.js"
import { probes } from "./probes.cases.js"

type Mode = "plain" | "fiber" | "suspending"

const modes: ReadonlyArray<Mode> = ["plain", "fiber", "suspending"]

const tools = `
  const wait = (x) => x, print_ = print
  const probe = (f) => {
    let text
    try { text = String(f()) } catch (error) {
      text = typeof error === "object" && error !== null ? error.name + ": " + error.message : "thrown " + String(error)
    }
    print_(text)
  };`

const require = createRequire(import.meta.url)

const lift = (source: string): string => {
  const { code, messages } = compile(source, {
    file: "/probe.cjs",
    kind: "commonjs",
    helpers: "helpers",
    entry: true,
    surroundings: { ...alone, allGrey: true }
  })
  assert.notInclude(messages.map(({ code }) => code).join(), "GL1", "it must have been lifted")
  return code
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

/** What a probe prints, run in a realm of its own by Node, or lifted. */
const printed = async (source: string, mode: Mode | null, helpers: Record<Mode, vm.Script>): Promise<Array<string>> => {
  const context = vm.createContext(vm.constants?.DONT_CONTEXTIFY ?? {})
  const lines: Array<string> = []
  const print = vm.runInContext(
    "(write) => (text) => { write(String(text)) }",
    context
  )((text: string) => lines.push(text))
  const whole = `${tools}${source}`
  const body = (code: string): any => vm.runInContext(`(function (print, require) {${code}\n})`, context)
  try {
    if (mode === null) {
      body(whole)(print)
    } else {
      const tools = helpers[mode].runInContext(context)(require, performance)
      const run = () => body(lift(whole))(print, () => tools)
      if (mode === "plain") run()
      else
        tools.runMain(
          "/probe.cjs",
          run,
          (outcome: any) => outcome._tag === "Failure" && lines.push(`failed: ${outcome.error}`)
        )()
    }
  } catch (error) {
    lines.push(`failed: ${error}`)
  }
  for (let n = 0; n < 5; n++) await turn()
  return lines
}

describe("what a probe finds is what it finds unlifted", () => {
  const helpers = {} as Record<Mode, vm.Script>

  beforeAll(async () => {
    helpers.plain = helpers.fiber = new vm.Script(await bundleHelpers(false))
    helpers.suspending = new vm.Script(await bundleHelpers(true))
  })

  for (const [name, source] of Object.entries(probes)) {
    for (const mode of modes) {
      it(`${name} (${mode})`, async () => {
        const expected = await printed(source, null, helpers)
        assert.isAbove(expected.length, 3)
        assert.notInclude(expected.join("\n"), "failed:")
        assert.deepStrictEqual(await printed(source, mode, helpers), expected)
      })
    }
  }
})
