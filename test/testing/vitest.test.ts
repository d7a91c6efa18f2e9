import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { assert, describe, it } from "vitest"
import { start } from "../support/child.js"

const vitest = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs")

const run = (name: string) =>
  start([vitest, "run", "--config", "test/testing/fixtures/config.ts", `fixtures/${name}`], {
    ...process.env,
    NO_COLOR: "1"
  }).finished

describe("tests", () => {
  it("say who still waits when their time is up", async () => {
    const { code, stderr } = await run("hangs")
    assert.strictEqual(code, 1)
    assert.match(stderr, /"hangs" was stopped with 1 fiber\nmain #\d+ waits for an event.*, for \d+ ms/)
  })

  it("of this project fail where they leave anything behind", async () => {
    const { stderr, stdout } = await run("leaks")
    assert.match(stderr, /leaves a timer\n.*left alive/)
    assert.match(stderr, /leaves a listener\n.*listeners left/)
    assert.match(stderr, /leaves a run\n.*runs left/)
    assert.match(stdout, /3 failed \| 1 passed/)
  })
})
