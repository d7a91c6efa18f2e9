import { type EncodedSourceMap, eachMapping, TraceMap } from "@jridgewell/trace-mapping"
import { assert, describe, it } from "vitest"
import { alone, compile } from "../../src/compiler/index.js"
import { asyncCases } from "./async.cases.js"
import { generatorCases } from "./generators.cases.js"
import { cases } from "./semantics.cases.js"

const surroundings = { ...alone, allGrey: true }

const liftWithMap = (file: string, source: string) => {
  const { code, map, messages } = compile(source, {
    file,
    kind: "commonjs",
    helpers: "helpers",
    entry: true,
    surroundings
  })
  assert.notInclude(
    messages.map((each) => each.code),
    "GL1003"
  )
  return { lines: code.split("\n"), map: new TraceMap(map as EncodedSourceMap) }
}

/** What text that was added may stand for: it has no counterpart in the source. */
const added = /^(?:\$g|\(\$g|\(\(|yield|function|static|let |return|await|\{|\(|\*|;|:|,|async |const |var |get )/

const word = /^[\p{ID_Start}$_][\p{ID_Continue}$]*/u

describe("the map of lifted code", () => {
  for (const [name, source] of Object.entries({ ...cases, ...asyncCases, ...generatorCases })) {
    it(`${name}: every name that is mapped is the name in the source, on its line`, () => {
      const written = source.split("\n")
      const { lines, map } = liftWithMap("/case.cjs", source)
      let names = 0
      eachMapping(map, ({ generatedLine, generatedColumn, originalLine, originalColumn }) => {
        const lifted = lines[generatedLine - 1]!.slice(generatedColumn)
        const found = word.exec(lifted)?.[0]
        if (found === undefined || added.test(lifted)) return
        const original = written[originalLine! - 1]!.slice(originalColumn!)
        names++
        // The variable of a loop's head goes to its body, which may be on the next line.
        assert.oneOf(generatedLine - originalLine!, [0, 1])
        assert.strictEqual(word.exec(original)?.[0], found.replace(/\$g$/, ""), `${generatedLine}:${generatedColumn}`)
      })
      assert.isAbove(names, 0)
    })
  }
})
