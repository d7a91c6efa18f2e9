import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { build } from "esbuild"
import { lifted, modes, unlifted } from "../support/lift.js"
import { programs } from "./programs.js"

/** A package and all that it needs, as one expression that is called `lib`. */
const bundle = async (entry: string): Promise<string> => {
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: process.cwd() },
    bundle: true,
    write: false,
    format: "iife",
    globalName: "lib",
    platform: "browser",
    target: "esnext",
    charset: "utf8"
  })
  return outputFiles[0]!.text
}

describe("a package that is lifted with all that it needs computes what it computes unlifted", () => {
  for (const [name, { entry, source }] of Object.entries(programs)) {
    const bundled = bundle(entry)
    for (const mode of modes) {
      it.effect(`${name} (${mode})`, () =>
        Effect.gen(function* () {
          const program = `${yield* Effect.promise(() => bundled)}\n${source}`
          const expected = unlifted(program)
          assert.isNull(expected.thrown)
          assert.isAbove(expected.log.length, 5)
          assert.deepStrictEqual(yield* lifted(program, mode), expected)
        })
      )
    }
  }
})
