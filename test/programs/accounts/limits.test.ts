/** The account update, untouched, under limits from the outside: what the API sees of it. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeEach, describe, expect, test, vi } from "vitest"
import { type Finished, greenlift } from "../../support/child.js"
import { type Misbehaviour, properly } from "../../upstreams/switches.js"
import { startWorld } from "./world.js"

vi.setConfig({ testTimeout: 60_000 })

const world = await startWorld({ accounts: 24 })
const folder = await mkdtemp(join(tmpdir(), "greenlift-limits-"))
const report = join(folder, "report.json")

beforeEach(async () => {
  await world.graph.set({ ...properly, latency: 5 })
  await world.reset()
})

afterAll(async () => {
  await world.stop()
  await rm(folder, { recursive: true })
})

const update = (...args: ReadonlyArray<string>): Promise<Finished> =>
  greenlift(["legacy/accounts/update.ts", "--concurrency", "12", "--json", report, ...args], world.env)

const expectEveryAccountUpdated = async ({ code, stdout, stderr }: Finished): Promise<void> => {
  expect(code, stderr).toBe(0)
  expect(stdout).toBe(world.output)
  expect(await world.rows()).toEqual(world.rowsAfter)
}

const summary = async () => JSON.parse(await readFile(report, "utf8"))

describe("--rate", () => {
  test("keeps it below what the API allows", async () => {
    const strict = { limit: 20, limitWindow: 2000 }
    await world.graph.set(strict)
    const heedless = await update()
    expect(heedless.code).toBe(1)
    expect(heedless.stderr).toMatch(/429/)

    await world.reset()
    await world.graph.set(strict)
    await expectEveryAccountUpdated(await update("--rate", "8/s"))
    expect(await world.graph.stats()).toMatchObject({ requests: 24, answers: { 200: 24 } })
  })
})

describe("--per-host", () => {
  test("bounds how many requests the API has at once, however many turns run", async () => {
    await world.graph.set({ gather: 3 })
    await expectEveryAccountUpdated(await update("--per-host", "3"))
    expect(await world.graph.stats()).toMatchObject({ requests: 24, peakInFlight: 3 })
    expect(await summary()).toMatchObject({ peakInFlight: 12 })
  })

  test("holds for a host by name, be it of Postgres", async () => {
    const { host } = new URL(world.graph.url)
    const postgres = new URL(world.env["DATABASE_URL"]!).host
    await world.graph.set({ gather: 2 })
    await expectEveryAccountUpdated(await update("--per-host", `${host}=2`, "--per-host", `${postgres}=1`))
    expect(await world.graph.stats()).toMatchObject({ peakInFlight: 2 })
  })
})

describe("--retry", () => {
  test.each<[Misbehaviour, Record<string, number>]>([
    ["limited", { 200: 24, 429: 3 }],
    ["unavailable", { 200: 24, 503: 3 }],
    ["reset", { 200: 27 }]
  ])("gets every account where the API is %s three times", async (misbehave, answers) => {
    await world.graph.set({ misbehave, times: 3, after: 5 })
    await expectEveryAccountUpdated(await update("--retry", "5"))
    expect(await world.graph.stats()).toMatchObject({ requests: 27, answers })
    expect(await summary()).toMatchObject({ retries: 3, failed: 0 })
  })

  test("gives up after so many times, with the API's own answer", async () => {
    await world.graph.set({ misbehave: "unavailable", only: ["010"] })
    const { code, stderr } = await update("--retry", "2")
    expect(code).toBe(1)
    expect(stderr).toMatch(/the run failed on item 10 .*Server responded.* 503/)
    expect(stderr).toMatch(/graph\.ts:\d+ request: \d+ calls, at most \d+ at once, 2 retries/)
    expect((await world.graph.stats()).answers[503]).toBe(3)
  })
})

describe("a configuration", () => {
  test("says the same as the options, which go before it", async () => {
    const config = join(folder, "limits.json")
    await writeFile(config, JSON.stringify({ perHost: 2, retry: { times: 5, base: 10 }, rate: "500/s" }))
    await world.graph.set({ misbehave: "reset", times: 2, gather: 2 })
    await expectEveryAccountUpdated(await update("--config", config))
    expect(await world.graph.stats()).toMatchObject({ requests: 26, peakInFlight: 2 })

    await world.reset()
    await world.graph.set({ ...properly, gather: 4 })
    await expectEveryAccountUpdated(await update("--config", config, "--per-host", "4"))
    expect(await world.graph.stats()).toMatchObject({ requests: 24, peakInFlight: 4 })
  })
})
