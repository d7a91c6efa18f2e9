import { assert, describe, it } from "vitest"
import { type RunArguments, readArguments } from "../../src/cli/arguments.js"
import { Histogram } from "../../src/cli/histogram.js"
import { settle } from "../../src/cli/settle.js"
import type { Config } from "../../src/config.js"

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
        order: null,
        collect: true,
        plain: false,
        json: null,
        blocking: 100,
        lift: ["x", "y"],
        policy: {},
        config: null,
        rest: ["--plain", "z"]
      }
    )
  })

  it("takes limits, for all hosts and for each", () => {
    const args = readArguments([
      ...["run", "a.ts", "--rate", "100/s", "--rate", "30/m", "--retry", "5", "--config", "c.json"],
      ...["--per-host", "8", "--per-host", "10/s", "--per-host", "localhost:5432=4"]
    ])
    assert.deepStrictEqual(args.command === "run" && [args.policy, args.config], [
      { rate: ["100/s", "30/m"], perHost: { "*": [8, "10/s"], "localhost:5432": [4] }, retry: 5 },
      "c.json"
    ])
  })

  it("goes before the configuration", () => {
    const args = readArguments(["run", "a.ts", "--retry", "2", "--lift", "x", "--order", "input"]) as RunArguments
    const config: Config = {
      ...{ concurrency: 5, loop: "main", order: "completion", collect: true, lift: ["y"] },
      ...{ rate: "10/s", retry: { times: 9, base: 1 } }
    }
    const { collect, concurrency, lift, loop, order, policy } = settle(args, config)
    assert.deepStrictEqual([collect, concurrency, lift, loop, order], [true, 5, ["x", "y"], "main", "input"])
    assert.deepStrictEqual(policy, { rate: "10/s", perHost: undefined, retry: { times: 2, base: 1 } })
    assert.deepStrictEqual(settle(readArguments(["run", "a.ts"]) as RunArguments, {}).order, "input")
  })

  it("says what is wrong", () => {
    assert.match(wrong("run"), /needs a FILE/)
    assert.match(wrong("walk", "a.ts"), /no command "walk"/)
    assert.match(wrong("run", "a.ts", "b.ts"), /"b.ts" is too much/)
    assert.match(wrong("run", "a.ts", "--concurrency", "0"), /whole number from 1/)
    assert.match(wrong("run", "a.ts", "--concurrency", "many"), /whole number from 1, not "many"/)
    assert.match(wrong("run", "a.ts", "--order", "any"), /--order/)
    assert.match(wrong("run", "a.ts", "--rate", "100"), /rate is "100": write it as 100\/s/)
    assert.match(wrong("run", "a.ts", "--per-host", "0"), /the limit for each host is 0: give a whole number of 1/)
    assert.match(wrong("run", "a.ts", "--per-host", "a.b=fast"), /rate is "fast"/)
    assert.match(wrong("run", "a.ts", "--retry", "often"), /--retry takes a whole number, not "often"/)
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
