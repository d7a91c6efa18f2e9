import { spawn } from "node:child_process"
import { once } from "node:events"
import { connect } from "node:net"
import { fileURLToPath } from "node:url"
import { afterAll, beforeEach, expect, test } from "vitest"
import { graphPage } from "./graph-data.js"
import { startUpstream } from "./start.js"
import { properly, type Stats } from "./switches.js"

const graph = await startUpstream()

const page = (id: string, query = "") => `${graph.url}/v3.2/${id}?fields=name,fan_count${query}`

const reachesStats = async (isReached: (stats: Stats) => boolean): Promise<void> => {
  while (!isReached(await graph.stats()));
}

beforeEach(async () => {
  await graph.set(properly)
  await graph.countAnew()
})

afterAll(() => graph.stop())

test("a page is made from its id, and holds the fields asked for", async () => {
  const { name, fan_count } = graphPage("1001")
  for (const _ of [1, 2]) {
    const response = await fetch(page("1001"))
    expect(response.headers.get("content-type")).toContain("application/json")
    expect(await response.json()).toEqual({ id: "1001", name, fan_count })
  }
  expect(graphPage("1002")).not.toEqual({ ...graphPage("1001"), id: "1002" })
})

test("what is no page is an error as the Graph API words it", async () => {
  const response = await fetch(`${graph.url}/v3.2/me/friends`)
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ error: { type: "GraphMethodException" } })
})

test("requests are counted, in all, by path and by status, and /stats is not", async () => {
  await fetch(page("1"))
  await fetch(page("1"))
  await fetch(page("2", "&misbehave=error"))
  const expected = {
    requests: 3,
    inFlight: 0,
    peakInFlight: 1,
    aborted: 0,
    answers: { 200: 2, 500: 1 },
    paths: { "/v3.2/1": 2, "/v3.2/2": 1 }
  }
  expect(await graph.stats()).toEqual(expected)
  expect(await (await fetch(`${graph.url}/stats`)).json()).toEqual(expected)
})

test("with a latency, what is in flight overlaps", async () => {
  await graph.set({ latency: 20 })
  await Promise.all(["1", "2", "3"].map((id) => fetch(page(id))))
  expect(await graph.stats()).toMatchObject({ requests: 3, peakInFlight: 3, inFlight: 0 })
})

test("gathers as many requests as asked before it answers any", async () => {
  await graph.set({ gather: 3 })
  const first = [fetch(page("1")), fetch(page("2"))]
  await reachesStats((stats) => stats.inFlight === 2)
  expect((await graph.stats()).answers).toEqual({})
  await Promise.all([...first, fetch(page("3"))])
  expect(await graph.stats()).toMatchObject({ inFlight: 0, peakInFlight: 3, answers: { 200: 3 } })
})

test("lets what has gathered go when told to, and gathers only after as many requests as told", async () => {
  await graph.set({ gather: 1000, after: 1 })
  await fetch(page("1"))
  const held = fetch(page("2"))
  await reachesStats((stats) => stats.inFlight === 1)
  await graph.set({ gather: 1 })
  expect((await held).status).toBe(200)
})

test("refuses connections, and takes them again on the same port", async () => {
  await graph.set({ refuse: true })
  const [refused] = await once(connect(Number(new URL(graph.url).port), "127.0.0.1"), "error")
  expect(refused.code).toBe("ECONNREFUSED")
  await graph.set({ refuse: false })
  expect((await fetch(page("1"))).status).toBe(200)
})

test("takes a request and never answers; the client's going away is counted", async () => {
  await graph.set({ misbehave: "never" })
  const leaving = new AbortController()
  const answer = fetch(page("1"), { signal: leaving.signal })
  await reachesStats((stats) => stats.inFlight === 1)
  leaving.abort()
  await expect(answer).rejects.toThrow("aborted")
  await reachesStats((stats) => stats.inFlight === 0)
  expect(await graph.stats()).toMatchObject({ aborted: 1, answers: {} })
})

test("answers 500", async () => {
  await graph.set({ misbehave: "error" })
  const response = await fetch(page("1"))
  expect(response.status).toBe(500)
  expect(await response.json()).toHaveProperty("error.message")
})

test("answers rubbish: a web page, or JSON that stops in the middle", async () => {
  for (const misbehave of ["html", "truncated"] as const) {
    await graph.set({ misbehave })
    const response = await fetch(page("1"))
    expect(response.status).toBe(200)
    await expect(response.json()).rejects.toThrow(SyntaxError)
  }
})

test("resets the connection in the middle of the body", async () => {
  await graph.set({ misbehave: "reset" })
  await expect(fetch(page("1")).then((response) => response.text())).rejects.toThrow(TypeError)
})

test("answers 429 with the seconds to wait", async () => {
  await graph.set({ misbehave: "limited" })
  const response = await fetch(page("1"))
  expect(response.status).toBe(429)
  expect(response.headers.get("retry-after")).toBe("1")
})

test("a rate limit lets so many through in a window and answers 429 to the rest", async () => {
  await graph.set({ limit: 2, limitWindow: 60_000 })
  const responses = await Promise.all(["1", "2", "3", "4"].map((id) => fetch(page(id))))
  const statuses = responses.map((response) => response.status).sort()
  expect(statuses).toEqual([200, 200, 429, 429])
  const turnedAway = responses.find((response) => response.status === 429)!
  expect(Number(turnedAway.headers.get("retry-after"))).toBeGreaterThan(0)
})

test("misbehaves only for the ids, only after and only as often as told", async () => {
  const statuses = async (...ids: Array<string>) => {
    const seen: Array<number> = []
    for (const id of ids) seen.push((await fetch(page(id))).status)
    return seen
  }
  await graph.set({ misbehave: "error", only: ["/2"] })
  expect(await statuses("1", "2", "12", "2")).toEqual([200, 500, 200, 500])
  await graph.set({ misbehave: "error", only: [], after: 2, times: 1 })
  expect(await statuses("1", "2", "3", "4")).toEqual([200, 200, 500, 200])
})

test("a request may ask for trouble of its own", async () => {
  const [limited, fine] = await Promise.all([fetch(page("1", "&misbehave=limited")), fetch(page("1", "&latency=1"))])
  expect([limited.status, fine.status]).toEqual([429, 200])
})

test("by itself it prints its address, and ends when its standard input closes", async () => {
  const child = spawn("npx", ["tsx", fileURLToPath(new URL("graph.ts", import.meta.url)), "--latency", "0"], {
    stdio: ["pipe", "pipe", "inherit"]
  })
  const [line] = (await once(child.stdout, "data")) as [Buffer]
  const { url } = JSON.parse(line.toString())
  expect((await fetch(`${url}/v3.2/1`)).status).toBe(200)
  const ended = once(child, "exit")
  child.stdin.end()
  await ended
  await expect(fetch(`${url}/v3.2/1`)).rejects.toThrow()
})
