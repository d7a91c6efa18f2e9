import { describe } from "@effect/vitest"
import { agrees, type Trial } from "./agree.js"

const { replace, replaceAll } = String.prototype
const inRegExp: (...args: Array<any>) => any = RegExp.prototype[Symbol.replace]

const noting = ({ note, waiting }: Trial, answer: (...args: Array<any>) => unknown = (matched) => `<${matched}>`) =>
  waiting(function (this: unknown, ...args: Array<any>) {
    note("called with this", this, "and", ...args)
    return answer(...args)
  })

const text = "a1b22c333 d4444 😀é"

const patterns: Record<string, () => RegExp | string> = {
  "a string": () => "2",
  "an absent string": () => "zz",
  "the empty string": () => "",
  "one match": () => /\d+/,
  "all matches": () => /\d+/g,
  captures: () => /([a-z])(\d)?(\d)?/g,
  "named captures": () => /(?<letter>[a-z])(?<digit>\d)/g,
  "empty matches": () => /(?:)/g,
  "empty matches by code point": () => /(?:)/gu,
  "empty matches by code point, in sets": () => new RegExp("(?:)", `g${"v"}`),
  "sticky matches": () => /[a-z]\d+/gy,
  "one sticky match from a place on": () => Object.assign(/\d/y, { lastIndex: 1 }),
  "no match": () => /z/g,
  "a look behind": () => /(?<=\d)(?=\d)/g,
  "ignoring case": () => /É/giu
}

for (const [title, pattern] of Object.entries(patterns)) {
  for (const method of [replace, replaceAll]) {
    const refuses = method === replaceAll && pattern() instanceof RegExp && !(pattern() as RegExp).global
    if (refuses) continue
    agrees(`${method.name}: ${title}`, function* (trial) {
      yield* trial.call(replace, "x", "x", noting(trial))
      const searched = pattern()
      const replaced = yield* trial.call(method, text, searched, noting(trial))
      return [replaced, (searched as RegExp).lastIndex]
    })
  }
}

for (const method of [replace, replaceAll]) {
  describe(`String.prototype.${method.name}`, () => {
    agrees("turns everything to text, in order", function* (trial) {
      const textual = (name: string, value: string) => ({
        toString() {
          trial.note(name, "to text")
          return value
        }
      })
      const answer = noting(trial, () => textual("answer", "$&"))
      return yield* trial.call(method, textual("receiver", "aba"), textual("pattern", "a"), answer)
    })

    agrees("asks the pattern for Symbol.replace, and hands it all", function* (trial) {
      const callback = noting(trial)
      const pattern = trial.traced({
        [Symbol.replace]: trial.waiting((...args: Array<unknown>) => [args[0], args[1] === callback, args.length])
      })
      return yield* trial.call(method, "text", pattern, callback)
    })

    agrees("refuses null, patterns that are wrong and answers that are no text", function* (trial) {
      const answers = noting(trial)
      for (const [self, pattern, callback] of [
        ["a", "a", answers],
        [null, "a", answers],
        [undefined, "a", answers],
        ["a", { [Symbol.replace]: 1 }, answers],
        ["a", /a/, answers],
        ["a", { [Symbol.match]: true, flags: null, toString: () => "a" }, answers],
        ["a", { [Symbol.match]: true, flags: "", toString: () => "a" }, answers],
        ["a", Symbol("pattern"), answers],
        ["a", "a", noting(trial, () => Symbol("answer"))],
        [1211, 1, answers],
        ["null", null, answers]
      ] as const) {
        try {
          trial.note(yield* trial.call(method, self, pattern, callback))
        } catch (error) {
          trial.note(String(error))
        }
      }
      return
    })

    agrees("leaves off where the callback throws", function* (trial) {
      const throwing = noting(trial, () => {
        throw new RangeError("no more")
      })
      const pattern = /a/g
      try {
        yield* trial.call(method, "aaa", pattern, throwing)
      } catch (error) {
        trial.note(String(error), pattern.lastIndex)
      }
      return
    })
  })
}

describe("RegExp.prototype[Symbol.replace]", () => {
  agrees("takes a pattern with an exec that waits", function* (trial) {
    const pattern = /(\d)(x)?/g
    pattern.exec = trial.waiting(function (this: RegExp, string: string) {
      trial.note("exec at", this.lastIndex)
      return RegExp.prototype.exec.call(this, string)
    })
    return yield* trial.call(inRegExp, pattern, "1 2x 3", noting(trial))
  })

  const results: Record<string, (trial: Trial) => Array<unknown>> = {
    "reads the results between the calls": ({ note }) =>
      [1, 3].map((at) => ({
        length: 2,
        0: "bd"[at >> 1],
        1: at,
        groups: { name: "it" },
        get index() {
          note("index", at)
          return `${at}`
        }
      })),
    "takes results out of order": () => [
      { index: 4, length: 1, 0: "e" },
      { index: 1, length: 1, 0: "b" },
      { index: 99, length: 1, 0: "f" }
    ],
    "takes results that are too long, or before the text": () => [{ index: -5, length: 1, 0: "abcdefghij" }],
    "goes on from an empty one": () => [{ index: 2, length: 1, 0: "" }],
    "refuses what is no result": () => [1]
  }
  for (const [title, make] of Object.entries(results)) {
    for (const flags of ["", "g", "gu"]) {
      agrees(`${title}, with flags "${flags}"`, function* (trial) {
        yield* trial.call(inRegExp, /a/, "a", noting(trial))
        const list = make(trial)
        const pattern = trial.traced(
          {
            flags,
            global: flags.includes("g"),
            unicode: flags.includes("u"),
            lastIndex: 0,
            exec: trial.waiting(() => list.shift() ?? null)
          },
          "pattern"
        )
        return yield* trial.call(inRegExp, pattern, "ab😀def", noting(trial))
      })
    }
  }

  agrees("takes a pattern whose exec is no function, or that is a proxy of one", function* (trial) {
    yield* trial.call(inRegExp, /a/, "a", noting(trial))
    for (const self of [Object.assign(/b/g, { exec: 1 }), { exec: 1, flags: "" }, trial.traced(/b/), 1]) {
      try {
        trial.note(yield* trial.call(inRegExp, self, "abab", noting(trial)))
      } catch (error) {
        trial.note(String(error))
      }
    }
    return
  })

  agrees("takes a subclass that counts", function* (trial) {
    class Counting extends RegExp {
      override exec(string: string) {
        trial.note("exec")
        return super.exec(string)
      }
    }
    return yield* trial.call(replace, "a1b2", new Counting("\\d", "g"), noting(trial))
  })
})
