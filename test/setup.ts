/** What holds for every test: it leaves no run and no listener behind, and says who waits when its time is up. */
import { setTimeout } from "node:timers/promises"
import { afterEach, assert, beforeEach } from "vitest"
import { runs } from "../src/runtime/runs.js"
import { dumpOnTimeout } from "../src/testing/index.js"

const listeners = (): Record<string, number> =>
  Object.fromEntries(process.eventNames().map((name) => [String(name), process.listenerCount(name)]))

const watched = new Set(["Timeout", "TCPSocketWrap", "TCPServerWrap", "ProcessWrap"])

/** What keeps the process alive, by kind. */
const alive = (): Record<string, number> => {
  const kinds: Record<string, number> = {}
  for (const kind of process.getActiveResourcesInfo()) {
    if (watched.has(kind)) kinds[kind] = (kinds[kind] ?? 0) + 1
  }
  return kinds
}

const strict = /^test\/(?:concurrency|conformance|testing|trace)\//

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** The fewest timers there ever were between two tests: vitest has some of its own now and then. */
let fewest = Number.POSITIVE_INFINITY

const note = (kinds: Record<string, number>): Record<string, number> => {
  fewest = Math.min(fewest, kinds["Timeout"] ?? 0)
  return { ...kinds, Timeout: fewest }
}

const now = () => ({ runs: new Set(runs), listeners: listeners(), alive: note(alive()) })

let before = now()

beforeEach((context) => {
  dumpOnTimeout(context)
  before = now()
})

afterEach(async ({ task }) => {
  if (task.result?.state === "fail") return
  await turn()
  const left = [...runs].filter((run) => !before.runs.has(run))
  const more = () => Object.entries(alive()).filter(([kind, count]) => count > (before.alive[kind] ?? 0))
  // Vitest has timers of its own, which are short.
  const patient = left.length === 0 && strict.test(task.file.name)
  for (let i = 0; i < 50 && patient && more().length > 0; i++) await setTimeout(20)
  const leftAlive = more()
  // Counted once, and not against the tests after this one.
  if (leftAlive.length > 0) fewest = alive()["Timeout"] ?? 0
  assert.deepStrictEqual(
    left.map((run) => run.root?.name),
    [],
    "runs left"
  )
  assert.deepStrictEqual(listeners(), before.listeners, "listeners left")
  if (strict.test(task.file.name)) assert.deepStrictEqual(leftAlive, [], "left alive")
})
