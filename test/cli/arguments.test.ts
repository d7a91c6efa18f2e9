import { assert, describe, it } from "vitest"
import { readArguments } from "../../src/cli/arguments.js"
import { Histogram } from "../../src/cli/histogram.js"

const wrong = (...argv: ReadonlyArray<string>): string => {
  const args = readArguments(argv)
  return args.command === "wrong" ? args.why : assert.fail(`${argv.join(" ")} was taken as ${args.command}`)
}

describe("the command line", () => {
  it("takes a file, options in any place, and the file's own arguments after --", () => {
    assert.deepStrictEqual(
      readArguments([
        "run",
        "--collect",
        "a.ts",
        "--concurrency",
        "5",
        "--lift",
        "x",
        "--lift=y",
        "--",
        "--plain",
        "z"
      ]),
      {
        command: "run",
        file: "a.ts",
        concurrency: 5,
        loop: null,
        order: "input",
        collect: true,
        plain: false,
        json: null,
        blocking: 100,
        lift: ["x", "y"],
        rest: ["--plain", "z"]
      }
    )
  })

  it("says what is wrong", () => {
    assert.match(wrong("run"), /needs a FILE/)
    assert.match(wrong("walk", "a.ts"), /no command "walk"/)
    assert.match(wrong("run", "a.ts", "b.ts"), /"b.ts" is too much/)
    assert.match(wrong("run", "a.ts", "--concurrency", "0"), /whole number from 1/)
    assert.match(wrong("run", "a.ts", "--concurrency", "many"), /whole number from 1, not "many"/)
    assert.match(wrong("run", "a.ts", "--order", "any"), /--order/)
    assert.match(wrong("run", "a.ts", "--loop", "x"), /--loop goes with --concurrency/)
    assert.match(wrong("run", "a.ts", "--plain", "--concurrency", "2"), /--plain/)
    assert.match(wrong("run", "a.ts", "--blocking", "soon"), /ms from 0, not "soon"/)
    assert.match(wrong("run", "a.ts", "--nonsense"), /nonsense/)
  })

  it("helps when asked, or when there is nothing to do", () => {
    assert.strictEqual(readArguments([]).command, "help")
    assert.strictEqual(readArguments(["run", "a.ts", "--help"]).command, "help")
    assert.strictEqual(readArguments(["--version"]).command, "version")
  })
})

describe("the histogram", () => {
  it("gives quantiles within 1 %", () => {
    const histogram = new Histogram()
    for (let ms = 1; ms <= 1000; ms++) histogram.add(ms)
    for (const q of [0.01, 0.5, 0.9, 0.99, 1]) assert.closeTo(histogram.quantile(q), q * 1000, q * 10 + 0.5)
    assert.strictEqual(new Histogram().quantile(0.5), 0)
  })
})
