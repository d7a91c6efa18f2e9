/** A hundred thousand tasks through a pool of a hundred, with random sleeps, failures, timeouts and kills. */
import { assert, describe, it } from "@effect/vitest"
import { GreenPool, sleep, spawn, type Task, timeout } from "../../src/green.js"
import { collectGarbage } from "../conformance/garbage.js"
import { random } from "../conformance/random.js"
import { type Body, go, green, lifted, on } from "./run.js"

const tasks = 100_000
const size = 100

interface Tally {
  begun: number
  through: number
  failed: number
  timedOut: number
  stopped: number
  running: number
  peak: number
}

const heap = (): number => {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

describe("a soak", () => {
  it.live(
    "loses nothing, does nothing twice, leaves nothing",
    () =>
      green(function* () {
        const next = random(4)
        const pool = new GreenPool(size)
        const tally: Tally = { begun: 0, through: 0, failed: 0, timedOut: 0, stopped: 0, running: 0, peak: 0 }
        const pause = lifted(function* (ms: number): Body<"slept"> {
          yield* go(sleep, ms)
          return "slept"
        })
        const begins = new Uint8Array(tasks)
        const job = lifted(function* (index: number): Body {
          begins[index]!++
          tally.begun++
          tally.running++
          tally.peak = Math.max(tally.peak, tally.running)
          let through = false
          try {
            const drawn = next()
            const nap = lifted(() => go(pause, drawn < 0.5 ? 0 : Math.ceil(drawn * 3)))
            if (drawn < 0.6) yield* go(nap)
            else if ((yield* go(timeout<string, string>, 1, nap, () => "late")) === "late") tally.timedOut++
            through = true
          } finally {
            tally.running--
            if (!through) tally.stopped++
          }
          if (next() < 0.1) {
            tally.failed++
            throw new Error("drawn")
          }
          tally.through++
        })
        const half = heapAtHalf()
        let neverBegan = 0
        const recent: Array<Task<void>> = []
        for (let i = 0; i < tasks; i++) {
          const task = yield* on(pool).spawn(job, i)
          recent[i % size] = task
          if (next() < 0.05) {
            const victim = recent[Math.floor(next() * Math.min(i + 1, size))]!
            const begun = tally.begun
            if (!victim.fiber!.started && !victim.fiber!.interrupted) neverBegan++
            yield* on(victim).kill({ wait: next() < 0.5 })
            assert.isAtLeast(tally.begun, begun)
          }
          if (i % 1000 === 999) yield* on(pool).waitall({ fail: false })
          half(i)
        }
        yield* on(pool).waitall({ fail: false })
        recent.length = 0
        assert.strictEqual(tally.begun + neverBegan, tasks)
        assert.deepStrictEqual(
          [begins.filter((times) => times > 1).length, begins.filter((times) => times === 0).length],
          [0, neverBegan]
        )
        assert.strictEqual(tally.through + tally.failed + tally.stopped, tally.begun)
        assert.isAbove(Math.min(tally.timedOut, tally.stopped, neverBegan, tally.failed), 100)
        assert.strictEqual(tally.peak, size)
        assert.deepStrictEqual([tally.running, pool.running(), pool.waiting(), pool.free()], [0, 0, 0, size])
        half.check()
        const task = yield* go(spawn, pause, 1)
        assert.strictEqual(yield* on(task).wait(), "slept")
      }),
    120_000
  )
})

/** Notes the heap when half are through, and checks at the end that the other half added nothing to it. */
const heapAtHalf = () => {
  let before = 0
  const note = (i: number): void => {
    if (i === tasks / 2) before = heap()
  }
  return Object.assign(note, {
    check: () => assert.isBelow(heap(), before + 4_000_000)
  })
}
