import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as fc from "effect/FastCheck"
import { lifted, modes, unlifted } from "../support/lift.js"
import { program } from "./programs.js"

/** Set `GREENLIFT_SEEDS` for a longer search. */
const numRuns = Number(process.env["GREENLIFT_SEEDS"] ?? 200)

describe("random programs leave the same trace lifted as unlifted", () => {
  for (const mode of modes) {
    it.live(
      mode,
      () =>
        Effect.promise(() =>
          fc.assert(
            fc.asyncProperty(program, async (source) => {
              const expected = unlifted(source)
              const actual = await Effect.runPromise(lifted(source, mode))
              assert.deepStrictEqual(actual, expected)
            }),
            { numRuns, endOnFailure: false }
          )
        ),
      120_000
    )
  }
})
