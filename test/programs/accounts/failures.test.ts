/** What goes wrong around the account update: each time a clear error at the user's own line, and nothing stored is lost. */
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeEach, describe, expect, test, vi } from "vitest"
import { greenlift, startGreenlift } from "../../support/child.js"
import { startProxy } from "../../support/proxy.js"
import { graphPage } from "../../upstreams/graph-data.js"
import { properly } from "../../upstreams/switches.js"
import { startWorld } from "./world.js"

const world = await startWorld({ accounts: 24 })
const folder = await mkdtemp(join(tmpdir(), "greenlift-failures-"))

beforeEach(async () => {
  await world.graph.set(properly)
  await world.reset()
})

afterAll(async () => {
  await world.stop()
  await rm(folder, { recursive: true })
})

vi.setConfig({ testTimeout: 60_000 })

const update = "legacy/accounts/update.ts"

/** The place, `file:line`, of the only line of a file that holds this text. */
const placeOf = async (file: string, text: string): Promise<string> => {
  const lines = (await readFile(new URL(`../../../${file}`, import.meta.url), "utf8")).split("\n")
  const found = lines.flatMap((line, index) => (line.includes(text) ? [index + 1] : []))
  if (found.length !== 1) throw new Error(`${file} has ${found.length} lines with ${text}`)
  return `${file}:${found[0]}`
}

const requesting = await placeOf("legacy/accounts/graph.ts", 'request("GET"')
const reading = await placeOf("legacy/accounts/graph.ts", "getBody(")
const querying = await placeOf("legacy/accounts/facebook-account.ts", 'db.query<Row>("SELECT')
const saving = await placeOf("legacy/accounts/facebook-account.ts", "rowCount } = db.query(")

/** The program's output for its first accounts. */
const outputOfFirst = (accounts: number): string =>
  world.output
    .split("\n")
    .slice(0, accounts)
    .map((line) => `${line}\n`)
    .join("")

const rowsWithFirstUpdated = (accounts: number): ReadonlyArray<string> => [
  ...world.rowsAfter.slice(0, accounts),
  ...world.rowsBefore.slice(accounts)
]

describe.each([
  { name: "refuses", switches: { refuse: true }, message: "ECONNREFUSED", place: requesting, updated: 0 },
  {
    name: "never answers",
    switches: { misbehave: "never", after: 5 },
    message: "timed out",
    place: requesting,
    updated: 5
  },
  {
    name: "answers 500",
    switches: { misbehave: "error", after: 5 },
    message: "status code 500",
    place: reading,
    updated: 5
  },
  {
    name: "answers 429",
    switches: { misbehave: "limited", after: 5 },
    message: "status code 429",
    place: reading,
    updated: 5
  },
  {
    name: "answers a web page",
    switches: { misbehave: "html", after: 5 },
    message: "Unexpected token '<'",
    place: reading,
    updated: 5
  },
  {
    name: "answers half of its JSON",
    switches: { misbehave: "truncated", after: 5 },
    message: "JSON at position",
    place: reading,
    updated: 5
  },
  {
    name: "resets the connection",
    switches: { misbehave: "reset", after: 5 },
    message: "aborted",
    place: requesting,
    updated: 5
  }
] as const)("an upstream that $name", ({ switches, message, place, updated }) => {
  const env = { ...world.env, GRAPH_TIMEOUT_MS: message === "timed out" ? "2000" : "30000" }

  test("one at a time: what came before is stored and printed", async () => {
    await world.graph.set(switches)
    const { code, stdout, stderr } = await greenlift([update], env)
    expect(stderr).toContain(message)
    expect(stderr).toContain(place)
    expect(code).toBe(1)
    expect(stdout).toBe(outputOfFirst(updated))
    expect(await world.rows()).toEqual(rowsWithFirstUpdated(updated))
  })

  test("eight at a time: rows are whole, and what is printed is stored", async () => {
    await world.graph.set(switches)
    const args = [update, "--concurrency", "8"]
    const { code, stdout, stderr } = await greenlift(args, env)
    expect(stderr).toContain(message)
    expect(stderr).toContain(place)
    expect(code).toBe(1)
    const printed = stdout.split("\n").length - 1
    expect(stdout).toBe(outputOfFirst(printed))
    const rows = await world.rows()
    expect(rows.slice(0, printed)).toEqual(world.rowsAfter.slice(0, printed))
    for (const [index, row] of rows.entries()) expect([world.rowsBefore[index], world.rowsAfter[index]]).toContain(row)
  })
})

test("with --collect the run goes on, and all failures are listed at the end", async () => {
  const failing = [3, 10, 23]
  const isFailing = (index: number) => failing.includes(index)
  await world.graph.set({ misbehave: "error", only: failing.map((index) => world.ids[index]!) })
  const report = join(folder, "collect.json")
  const args = [update, "--concurrency", "8", "--collect", "--json", report]
  const { code, stdout, stderr } = await greenlift(args, world.env)
  expect(code).toBe(1)
  const updated = world.ids.filter((_, index) => !isFailing(index)).map(graphPage)
  expect(stdout.split("\n")).toEqual([
    ...updated.map((page) => `${page.id} ${page.name}: ${page.fan_count} fans`),
    `21 accounts updated, ${updated.reduce((sum, page) => sum + page.fan_count, 0)} fans`,
    ""
  ])
  expect(stderr).toContain(reading)
  for (const index of failing) expect(stderr).toContain(`/v3.2/${world.ids[index]}`)
  expect(JSON.parse(await readFile(report, "utf8"))).toMatchObject({ items: 24, failed: 3 })
  expect(await world.rows()).toEqual(
    world.rowsAfter.map((row, index) => (isFailing(index) ? world.rowsBefore[index] : row))
  )
})

describe("a database", () => {
  const throughProxy = async () => {
    const url = new URL(world.env.DATABASE_URL!)
    const proxy = await startProxy(url.hostname, Number(url.port || 5432))
    url.host = `127.0.0.1:${proxy.port}`
    return { proxy, env: { ...world.env, DATABASE_URL: url.href } }
  }

  test("that is down: the error is at the query", async () => {
    const { proxy, env } = await throughProxy()
    await proxy.cut()
    const { code, stdout, stderr } = await greenlift([update, "--concurrency", "8"], env)
    expect(stderr).toContain("ECONNREFUSED")
    expect(stderr).toContain(querying)
    expect(code).toBe(1)
    expect(stdout).toBe("")
  })

  test("that goes away in mid-run: the error is at the save, and what was stored stays", async () => {
    const { proxy, env } = await throughProxy()
    await world.graph.set({ gather: 1000, after: 5 })
    const run = startGreenlift([update, "--concurrency", "8"], env)
    await expect.poll(world.rows, { timeout: 30_000 }).toEqual(rowsWithFirstUpdated(5))
    await expect.poll(world.graph.stats, { timeout: 30_000 }).toMatchObject({ inFlight: 8 })
    await proxy.cut()
    await world.graph.set({ gather: 1 })
    const { code, stderr } = await run.finished
    expect(stderr).toContain(saving)
    expect(code).toBe(1)
    expect(await world.rows()).toEqual(rowsWithFirstUpdated(5))
  })
})

describe("Ctrl-C in mid-run", () => {
  test.each([
    { args: [], inFlight: 1 },
    { args: ["--concurrency", "8"], inFlight: 8 }
  ])("$inFlight in flight: exit 130, every finally runs, what was stored stays", async ({ args, inFlight }) => {
    await world.graph.set({ misbehave: "never", after: 5 })
    const run = startGreenlift(["test/programs/accounts/careful.ts", ...args], world.env)
    await expect.poll(world.rows, { timeout: 30_000 }).toEqual(rowsWithFirstUpdated(5))
    await expect.poll(world.graph.stats, { timeout: 30_000 }).toMatchObject({ inFlight })
    run.signal("SIGINT")
    const { code, stderr } = await run.finished
    expect(code).toBe(130)
    const begun = world.ids.slice(0, 5 + inFlight)
    expect(stderr.match(/^done with \d+$/gm)?.sort()).toEqual(begun.map((id) => `done with ${id}`))
    expect(await world.rows()).toEqual(rowsWithFirstUpdated(5))
  })
})

describe("a bug deep in update()", () => {
  const program = "test/programs/accounts/buggy/update.ts"
  const meetsBug = world.ids.map((id) => graphPage(id).category === "Music")
  const categories = async () => (await world.rows()).map((row) => row.split(" | ")[2])

  const expectTheBug = async (stderr: string): Promise<void> => {
    expect(stderr).toContain("TypeError: Cannot read properties of undefined (reading 'join')")
    expect(stderr).toContain(await placeOf("test/programs/accounts/buggy/account.ts", ".join("))
  }

  test("stops the run with the legacy stack", async () => {
    const { code, stderr } = await greenlift([program], world.env)
    await expectTheBug(stderr)
    expect(stderr).toContain(await placeOf("test/programs/accounts/buggy/account.ts", "this.store("))
    expect(stderr).toContain(await placeOf(program, "account.update()"))
    expect(code).toBe(1)
    const stored = meetsBug.indexOf(true)
    expect(stored).toBeGreaterThan(0)
    const rows = await categories()
    expect(rows.slice(0, stored).every((category) => category?.startsWith("floor "))).toBe(true)
    expect(new Set(rows.slice(stored))).toEqual(new Set(["Unknown"]))
  })

  test("with --collect, keeps none of the others from being stored", async () => {
    const { code, stdout, stderr } = await greenlift([program, "--concurrency", "8", "--collect"], world.env)
    await expectTheBug(stderr)
    expect(code).toBe(1)
    expect(stdout).toBe(`${meetsBug.filter((meets) => !meets).length} accounts updated\n`)
    expect((await categories()).map((category) => category === "Unknown")).toEqual(meetsBug)
  })
})
