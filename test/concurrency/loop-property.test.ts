import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as fc from "effect/FastCheck"
import { prepare, runAtOnce, runPlainly, Schedule } from "../support/loops.js"
import { loopProgram } from "./loop-programs.js"

/** Set `GREENLIFT_SEEDS` for a longer search. */
const numRuns = Number(process.env["GREENLIFT_SEEDS"] ?? 200)

const schedules = [1, 2, 3]

describe("random loops", () => {
  it.live(
    "leave behind what the sequential loop leaves, wherever they are said to be able to run at once",
    () =>
      Effect.promise(async () => {
        let accepted = 0
        let concurrent = 0
        await fc.assert(
          fc.asyncProperty(loopProgram, async (source) => {
            const prepared = prepare(source)
            if (prepared.loop === undefined) return
            accepted++
            const expected = runPlainly(source)
            let peak = 0
            for (const seed of schedules) {
              const schedule = new Schedule(seed)
              const actual = await Effect.runPromise(runAtOnce(prepared, schedule, { concurrency: 1 + seed }))
              assert.deepStrictEqual(actual, expected)
              assert.isAtMost(schedule.peak, 1 + seed)
              peak = Math.max(peak, schedule.peak)
            }
            if (peak > 1) concurrent++
          }),
          { numRuns, endOnFailure: false }
        )
        if (numRuns < 100) return
        assert.isAbove(accepted, numRuns / 10)
        assert.isAbove(concurrent, accepted / 20)
      }),
    1_800_000
  )
})
