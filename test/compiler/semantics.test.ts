import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { lifted, liftedAsync, modes, unlifted, unliftedAsync, waits } from "../support/lift.js"
import { accessorCases } from "./accessors.cases.js"
import { asyncCases } from "./async.cases.js"
import { asyncGeneratorCases, greenAsyncGeneratorCases } from "./async-generators.cases.js"
import { classCases } from "./classes.cases.js"
import { formCases } from "./forms.cases.js"
import { patternCases } from "./patterns.cases.js"
import { placeCases } from "./places.cases.js"
import { cases } from "./semantics.cases.js"
import { textCases } from "./texts.cases.js"

describe("a lifted program computes what the unlifted one computes", () => {
  for (const [name, source] of Object.entries({
    ...cases,
    ...formCases,
    ...classCases,
    ...accessorCases,
    ...patternCases,
    ...placeCases,
    ...textCases
  })) {
    for (const mode of modes) {
      it.effect(`${name} (${mode})`, () =>
        Effect.gen(function* () {
          const expected = unlifted(source)
          assert.isTrue(expected.log.length > 0 || expected.thrown !== null, "the case must observe something")
          assert.deepStrictEqual(yield* lifted(source, mode), expected)
        })
      )
    }
  }
})

describe("a lifted async program does what the unlifted one does, in the same microtasks", () => {
  for (const [name, source] of Object.entries({ ...asyncCases, ...asyncGeneratorCases })) {
    for (const mode of ["plain", "fiber"] as const) {
      it.effect(`${name} (${mode})`, () =>
        Effect.gen(function* () {
          const expected = yield* unliftedAsync(source)
          assert.isTrue(expected.log.length > 0, "the case must observe something")
          assert.deepStrictEqual(yield* liftedAsync(source, mode), expected)
        })
      )
    }
  }
})

describe("async generators hold up nobody in a fiber", () => {
  for (const [name, source] of Object.entries(greenAsyncGeneratorCases)) {
    for (const mode of ["plain", "fiber"] as const) {
      it.effect(`${name} (${mode})`, () =>
        Effect.gen(function* () {
          const expected = yield* unliftedAsync(source)
          waits.blocked = 0
          assert.deepStrictEqual(yield* liftedAsync(source, mode), expected)
          assert.strictEqual(waits.blocked === 0, mode === "fiber")
        })
      )
    }
  }
})
