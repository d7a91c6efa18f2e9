import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as fc from "effect/FastCheck"
import { lifted, liftedAsync, modes, unlifted, unliftedAsync } from "../support/lift.js"
import { asyncProgram, program } from "./programs.js"

/** How many programs, in all. Set `GREENLIFT_SEEDS` for a longer search, and `GREENLIFT_SEED` to begin at another place. */
const numRuns = Math.ceil(Number(process.env["GREENLIFT_SEEDS"] ?? 500) / 5)
const seed = Number(process.env["GREENLIFT_SEED"] ?? Date.now() % 2 ** 31)

const agree = (
  source: fc.Arbitrary<string>,
  run: (source: string) => Effect.Effect<unknown>,
  expected: (source: string) => Effect.Effect<unknown>
): Effect.Effect<void> =>
  Effect.promise(() =>
    fc.assert(
      fc.asyncProperty(source, async (source) => {
        assert.deepStrictEqual(await Effect.runPromise(run(source)), await Effect.runPromise(expected(source)))
      }),
      { numRuns, seed, endOnFailure: false }
    )
  )

describe("random programs leave the same trace lifted as unlifted", () => {
  for (const mode of modes) {
    it.live(
      mode,
      () =>
        agree(
          program,
          (source) => lifted(source, mode),
          (source) => Effect.sync(() => unlifted(source))
        ),
      3_600_000
    )
  }

  for (const mode of ["plain", "fiber"] as const) {
    it.live(
      `async, ${mode}`,
      () => agree(asyncProgram, (source) => liftedAsync(source, mode), unliftedAsync),
      3_600_000
    )
  }
})
