import { assert, describe, it } from "vitest"
import { alone, analyze, parse } from "../../src/compiler/index.js"
import { loopCases } from "./loops.cases.js"

const outermostLoop = (source: string) => {
  const parsed = parse("/loops.cjs", source, "commonjs")
  if ("text" in parsed) throw new Error(parsed.text)
  const surroundings = {
    ...alone,
    whole: true,
    greyMethods: new Set(["save"]),
    imports: new Map([
      ["./blocking fetch", "grey" as const],
      ["./blocking save", "grey" as const]
    ])
  }
  return analyze(parsed, { surroundings }).loops.filter((loop) => loop.blocking)
}

describe("which loops can run their turns at once", () => {
  for (const [name, { source, obstacle }] of Object.entries(loopCases)) {
    it(`${name}: ${obstacle === null ? "independent" : "not"}`, () => {
      const loops = outermostLoop(source)
      assert.isAbove(loops.length, 0, "the loop must be found to block")
      const obstacles = loops.flatMap((loop) => loop.obstacles)
      if (obstacle === null) assert.deepStrictEqual(obstacles, [])
      else {
        assert.match(obstacles.map(({ text }) => text).join("\n"), obstacle)
        assert.isTrue(obstacles.every(({ line }) => line === 1))
      }
    })
  }
})
