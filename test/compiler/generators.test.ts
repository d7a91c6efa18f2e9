import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { lifted, modes, unlifted, waits } from "../support/lift.js"
import { generatorCases, greenCases } from "./generators.cases.js"
import { failing, patternCases } from "./patterns.cases.js"

/** Patterns that fail are left by the language, which closes their iterators at once. */
const { [failing]: _, ...greenPatterns } = patternCases

describe("a lifted program iterates as the unlifted one does", () => {
  for (const [name, source] of Object.entries(generatorCases)) {
    for (const mode of modes) {
      it.effect(`${name} (${mode})`, () =>
        Effect.gen(function* () {
          const expected = unlifted(source)
          assert.strictEqual(expected.thrown, null)
          assert.isTrue(expected.log.length > 0, "the case must observe something")
          assert.deepStrictEqual(yield* lifted(source, mode), expected)
        })
      )
    }
  }
})

describe("iteration holds up nobody in a fiber", () => {
  for (const [name, source] of Object.entries({ ...greenCases, ...greenPatterns })) {
    it.effect(name, () =>
      Effect.gen(function* () {
        waits.blocked = 0
        assert.deepStrictEqual(yield* lifted(source, "fiber"), unlifted(source))
        assert.strictEqual(waits.blocked, 0)
      })
    )
  }
})
