/** The account update in its three forms and modes: the same output byte for byte, and the same rows. */
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeEach, describe, expect, test, vi } from "vitest"
import { type Finished, greenlift, runTsx } from "../../support/child.js"
import { properly } from "../../upstreams/switches.js"
import { startWorld } from "./world.js"

vi.setConfig({ testTimeout: 60_000 })

const world = await startWorld({ accounts: 24 })
const folder = await mkdtemp(join(tmpdir(), "greenlift-accounts-"))

beforeEach(async () => {
  await world.graph.set({ ...properly, latency: 5 })
  await world.reset()
})

afterAll(async () => {
  await world.stop()
  await rm(folder, { recursive: true })
})

const wrapped = (show: string) => runTsx(["test/programs/accounts/wrapped.ts", show], world.env)

const expectEveryAccountUpdated = async ({ code, stdout, stderr }: Finished): Promise<void> => {
  expect(code, stderr).toBe(0)
  expect(stdout).toBe(world.output)
  expect(await world.rows()).toEqual(world.rowsAfter)
}

const expectEachAskedForOnce = async (): Promise<void> => {
  const { paths } = await world.graph.stats()
  expect(paths).toEqual(Object.fromEntries(world.ids.map((id) => [`/v3.2/${id}`, 1])))
}

const expectOverlap = async (peakInFlight: number): Promise<void> => {
  expect(await world.graph.stats()).toMatchObject({ peakInFlight, aborted: 0 })
}

describe.each(["update.ts", "update-pool.ts"])("legacy/accounts/%s", (name) => {
  const file = `legacy/accounts/${name}`

  test("plain, it asks for one account at a time", async () => {
    await expectEveryAccountUpdated(await greenlift([file, "--plain"], world.env))
    await expectEachAskedForOnce()
    await expectOverlap(1)
  })
})

describe("with no edit", () => {
  const file = "legacy/accounts/update.ts"

  test("lifted without --concurrency, it asks for one account at a time", async () => {
    await expectEveryAccountUpdated(await greenlift([file], world.env))
    await expectEachAskedForOnce()
    await expectOverlap(1)
  })

  test("lifted with --concurrency 8, it asks for eight at a time, and says so", async () => {
    await world.graph.set({ gather: 8 })
    const report = join(folder, "report.json")
    await expectEveryAccountUpdated(await greenlift([file, "--concurrency", "8", "--json", report], world.env))
    await expectEachAskedForOnce()
    await expectOverlap(8)
    expect(JSON.parse(await readFile(report, "utf8"))).toMatchObject({
      items: 24,
      failed: 0,
      concurrency: 8,
      peakInFlight: 8,
      blocked: []
    })
  })
})

describe("with the pool's two lines", () => {
  test("lifted, it asks for as many at a time as its pool holds", async () => {
    await world.graph.set({ gather: 24 })
    await expectEveryAccountUpdated(await greenlift(["legacy/accounts/update-pool.ts"], world.env))
    await expectEachAskedForOnce()
    await expectOverlap(24)
  })
})

describe("wrapped in an Effect program", () => {
  test.each(["plain", "whole"])("%s, it asks for one account at a time", async (show) => {
    await expectEveryAccountUpdated(await wrapped(show))
    await expectEachAskedForOnce()
    await expectOverlap(1)
  })

  test("a layer answers its requests", async () => {
    await expectEveryAccountUpdated(await wrapped("layer"))
    expect(await world.graph.stats()).toMatchObject({ requests: 0 })
  })

  test.each([
    ["timeout", "TimeoutException"],
    ["interrupt", "interrupted"]
  ])("stuck at the API, it ends by %s, and what was stored stays stored", async (show, outcome) => {
    await world.graph.set({ misbehave: "never", after: 5 })
    const { stdout, stderr } = await wrapped(show)
    expect(stderr).toMatch(new RegExp(`stopped: .*${outcome}`))
    expect(stdout).toBe(world.output.split("\n").slice(0, 5).join("\n").concat("\n"))
    expect(await world.rows()).toEqual([...world.rowsAfter.slice(0, 5), ...world.rowsBefore.slice(5)])
    expect(await world.graph.stats()).toMatchObject({ requests: 6, aborted: 1 })
  })
})
