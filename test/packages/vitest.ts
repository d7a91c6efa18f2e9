/** Suites that Vitest runs: with this project's Vitest, and a plugin that lifts what it loads. */

import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { startVitest, type TestModule, type Vite } from "vitest/node"
import { liftAllGrey } from "./lifting.ts"
import type { VitestSuite } from "./packages.ts"
import { Gathered, isToLift, type Results, type Setup } from "./setup.ts"

const vitestFile = fileURLToPath(import.meta.resolve("vitest"))

/** What `import … from "vitest"` gives tests that run in fibers. */
const wrappedVitest = (runtime: string): string => `
  import * as vitest from ${JSON.stringify(vitestFile)}
  import { inFibers } from ${JSON.stringify(runtime)}
  export * from ${JSON.stringify(vitestFile)}
  export const it = inFibers(vitest.it), test = it
  export const beforeEach = inFibers(vitest.beforeEach), afterEach = inFibers(vitest.afterEach)`

const lifting = (setup: Setup, suite: VitestSuite, lifted: { count: number }): Vite.Plugin => ({
  name: "greenlift",
  enforce: "post",
  transform: (source: string, id: string) => {
    const file = id.split("?")[0]!
    if (!isToLift(setup, file, suite.lift)) return null
    lifted.count++
    return liftAllGrey(source, file.replace(/ts(x?)$/, "js$1"), "module", setup.runtime).code
  }
})

const inFibersId = "virtual:vitest-in-fibers"

const inFibers = (setup: Setup): Vite.Plugin => ({
  name: "greenlift fibers",
  enforce: "pre",
  resolveId: (id: string) => (id === inFibersId ? id : null),
  load: (id: string) => (id === inFibersId ? wrappedVitest(setup.runtime) : null)
})

export const runVitest = async (setup: Setup, suite: VitestSuite): Promise<Results> => {
  const gathered = new Gathered()
  const lifted = { count: 0 }
  const { directory } = setup
  const end = (modules: ReadonlyArray<TestModule>): void => {
    for (const module of modules) {
      const file = module.moduleId.slice(directory.length + 1)
      for (const error of module.errors()) gathered.add(`${file} > loads`, error.message)
      for (const test of module.children.allTests()) {
        const { state, errors } = test.result()
        if (state !== "skipped") gathered.add(`${file} > ${test.fullName}`, errors?.[0]?.message ?? null)
      }
    }
  }
  const vitest = await startVitest(
    "test",
    [],
    {
      config: false,
      root: directory,
      include: [...suite.include],
      exclude: [...(suite.exclude ?? [])],
      globals: suite.globals ?? false,
      watch: false,
      testTimeout: 60_000,
      setupFiles: [...(setup.fiber ? [setup.globals] : []), ...(suite.setup ?? [])],
      reporters: [{ onTestRunEnd: end }],
      server: { deps: { inline: (suite.lift ?? []).map((name) => new RegExp(`/node_modules/${name}/`)) } }
    },
    {
      define: { ...suite.define },
      resolve: {
        alias: [
          ...Object.entries(suite.alias ?? {}).map(([name, file]) => ({
            find: new RegExp(`^${name}$`),
            replacement: join(directory, file)
          })),
          ...(setup.fiber ? [{ find: /^vitest$/, replacement: inFibersId }] : [])
        ]
      },
      plugins: [...(setup.lifted ? [lifting(setup, suite, lifted)] : []), ...(setup.fiber ? [inFibers(setup)] : [])]
    }
  )
  await vitest.close()
  process.exitCode = 0
  if (setup.lifted && lifted.count === 0) throw new Error("nothing was lifted")
  return gathered.results
}
