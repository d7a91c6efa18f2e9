import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Loop } from "../../src/compiler/index.js"
import { prepare, runAtOnce, runPlainly, Schedule } from "../support/loops.js"
import { loopTable, type Verdict } from "./loop-table.cases.js"

const verdictOf = (loops: ReadonlyArray<Loop>): Verdict => {
  const loop = loops.find(({ obstacles }) => obstacles.length === 0) ?? loops.at(-1)!
  if (loop.obstacles.length > 0) return loop.obstacles[0]!.code
  const kinds = [...loop.treatments.values()].map(({ kind }) => kind)
  return kinds.includes("waits") ? "waits" : kinds.length > 0 ? "carried" : "independent"
}

const schedules = Number(process.env["GREENLIFT_SEEDS"] ?? 200)

describe("the table of loops", () => {
  for (const [name, { source, verdict }] of Object.entries(loopTable)) {
    it.live(`${name}: ${verdict}`, () =>
      Effect.gen(function* () {
        const prepared = prepare(source)
        const said = prepared.loops.flatMap(({ obstacles }) => obstacles.map(({ text }) => text)).join("; ")
        assert.strictEqual(verdictOf(prepared.loops), verdict, said)
        if (verdict.startsWith("GL")) return
        const expected = runPlainly(source)
        let peak = 0
        for (let seed = 0; seed < schedules; seed++) {
          const schedule = new Schedule(seed)
          const concurrency = 1 + (seed % 6)
          assert.deepStrictEqual(yield* runAtOnce(prepared, schedule, { concurrency }), expected, `seed ${seed}`)
          assert.isAtMost(schedule.peak, concurrency)
          assert.strictEqual(schedule.running, 0)
          peak = Math.max(peak, schedule.peak)
        }
        assert.isAbove(peak, 1, "turns must have run at once")
      })
    )
  }
})
