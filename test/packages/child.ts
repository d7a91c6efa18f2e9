/** The process that runs one suite: it is handed the setup, and sends the results. */
import { runQUnit, runScript } from "./scripts.ts"
import type { Results, Setup } from "./setup.ts"
import { runVitest } from "./vitest.ts"

const run = (setup: Setup): Promise<Results> => {
  switch (setup.package.suite.kind) {
    case "script":
      return runScript(setup, setup.package.suite)
    case "qunit":
      return runQUnit(setup, setup.package.suite)
    case "vitest":
      return runVitest(setup, setup.package.suite)
  }
}

const { exit } = process

process.once("message", async (setup: Setup) => {
  const results = await run(setup)
  process.send!(results, () => exit(0))
})
