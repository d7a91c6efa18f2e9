import { describe } from "@effect/vitest"
import { agrees, type Trial } from "./agree.js"

const noting = ({ note, waiting }: Trial, answer: (...args: Array<any>) => unknown = (_, value) => value) =>
  waiting(function (this: unknown, ...args: Array<any>) {
    note("called with", JSON.stringify(this), "and", ...args.slice(0, 2), JSON.stringify(args[2]))
    return answer.apply(this, args)
  })

describe("JSON.parse with a reviver", () => {
  const text = '{"b":[1,-0,1e2,"x\\u0041",[],{}],"a":{"c":null,"d":true},"1":0,"__proto__":{"e":1},"a":{"c":false}}'

  const revivers: Record<string, (this: any, key: string, value: any) => unknown> = {
    "leaves all as it is": (_, value) => value,
    "drops what it likes": (key, value) => (key === "1" || key === "c" ? undefined : value),
    "drops elements": (key, value) => (key === "" || !/^[02]$/.test(key) ? value : undefined),
    "changes what is still to come": function (this, key, value) {
      if (key === "1") this.b = [7, { new: 8 }, "x"]
      if (key === "0") this.length = 2
      return value
    },
    "changes a value to another with the same text": function (this, key, value) {
      if (key === "0" && Array.isArray(this)) this[2] = 200
      return value
    },
    "adds keys": function (this, key, value) {
      if (key === "1") this.added = 1
      return value
    },
    "puts a proxy in the way": function (this, key, value) {
      if (key === "1") this.b = new Proxy([1, 2], { defineProperty: () => false, deleteProperty: () => false })
      return key === "0" ? undefined : value
    },
    throws: (key, value) => {
      if (key === "c") throw new RangeError("no more")
      return value
    }
  }
  for (const [title, reviver] of Object.entries(revivers)) {
    agrees(title, function* (trial) {
      return yield* trial.call(JSON.parse, JSON, text, noting(trial, reviver))
    })
  }

  agrees("takes primitives, and whatever has a text", function* (trial) {
    const results: Array<unknown> = []
    for (const source of ["1", '"text"', "null", 12, true, { toString: () => "[1]" }]) {
      results.push(yield* trial.call(JSON.parse, JSON, source, noting(trial)))
    }
    return results
  })

  agrees("refuses what is no JSON", function* (trial) {
    yield* trial.call(JSON.parse, JSON, "1", noting(trial))
    for (const source of ["{", "", undefined, Symbol("s")]) {
      try {
        yield* trial.call(JSON.parse, JSON, source, noting(trial))
      } catch (error) {
        trial.note(String(error))
      }
    }
    return
  })

  agrees("comes to where the text is nested deep", function* ({ call, waiting }) {
    const depth = 1000
    let calls = 0
    const reviver = waiting((_: string, value: unknown) => {
      calls++
      return value
    })
    yield* call(JSON.parse, JSON, "[".repeat(depth) + "]".repeat(depth), reviver)
    return calls
  })
})

describe("JSON.stringify with a replacer", () => {
  const values: Record<string, (trial: Trial) => unknown> = {
    "plain values": () => ({
      b: [1, "two", null, undefined, () => {}, Symbol("s")],
      a: { c: true },
      f() {},
      u: undefined
    }),
    "odd numbers": () => [Number.NaN, Number.POSITIVE_INFINITY, -0, 1e21, 1e-7],
    strings: () => ['"quoted"\n', "\ud800", "\u2028", "é"],
    boxes: () => [Object(1), Object("text"), Object(false), Object(Symbol("s")), new Date(0)],
    "boxes that answer otherwise": () => [
      Object.assign(Object(1), { valueOf: () => 2 }),
      Object.assign(Object("text"), { toString: () => "other" })
    ],
    toJSON: ({ note }) => ({
      inner: {
        toJSON(key: string) {
          note("toJSON", key)
          return { replaced: [key] }
        }
      },
      list: [{ toJSON: (key: unknown) => typeof key }]
    }),
    "traced objects": ({ traced }) => traced({ b: 1, a: traced([1, traced({ c: 2 }, "c")], "a") }),
    "own keys only": () =>
      Object.create({ inherited: 1 }, { own: { value: 1, enumerable: true }, hidden: { value: 2 } }),
    "index keys first": () => ({ b: 1, 2: 2, a: 3, 1: 4 }),
    empty: () => [{}, [], [[]], [{}]],
    holes: () => Object.assign([], { length: 2, extra: 1 }),
    "a string": () => "text",
    undefined: () => undefined,
    "a circle": () => {
      const list: Array<unknown> = [1]
      list.push({ inner: { list } })
      return { list }
    },
    "a long circle": () => {
      class Node {
        next: unknown
      }
      const nodes = Array.from({ length: 6 }, () => new Node())
      nodes.forEach((node, at) => {
        node.next = nodes[(at + 1) % 6]
      })
      return { start: nodes[0] }
    },
    itself: () => {
      const self: any = {}
      self.self = self
      return self
    },
    "a big integer": () => ({ n: 1n }),
    "the same twice": () => {
      const shared = { a: 1 }
      return [shared, shared]
    }
  }
  for (const [title, make] of Object.entries(values)) {
    for (const space of [undefined, 2, "--", 99, "a very long indentation", Object(1), Object("x"), 0.5, null]) {
      if (space !== undefined && space !== 2 && title !== "plain values" && title !== "empty") continue
      agrees(`writes ${title}, space ${String(space)}`, function* (trial) {
        const replacer = trial.waiting(function (this: unknown, key: unknown, value: unknown) {
          trial.note("called with", typeof this, typeof key, key, value)
          return value
        })
        yield* trial.call(JSON.stringify, JSON, 1, replacer)
        return yield* trial.call(JSON.stringify, JSON, make(trial), replacer, space)
      })
    }
  }

  const replacers: Record<string, (this: any, key: string, value: any) => unknown> = {
    "drops keys": (key, value) => (key === "a" ? undefined : value),
    "replaces values": (_, value) =>
      typeof value === "number" ? `${value}` : Array.isArray(value) && value[0] < 2 ? "few" : value,
    "adds what is then written": function (this, key, value) {
      if (key === "a") this.late = 1
      if (key === "0") this.push(9)
      return value
    },
    "gives raw text, where that exists": (key, value) =>
      key === "a" ? ((JSON as any).rawJSON?.("1.0") ?? value) : value,
    "gives a big integer": (key, value) => (key === "a" ? 1n : value),
    throws: (key, value) => {
      if (key === "a") throw new RangeError("no more")
      return value
    }
  }
  for (const [title, replacer] of Object.entries(replacers)) {
    agrees(title, function* (trial) {
      return yield* trial.call(JSON.stringify, JSON, { b: [1, 2], a: 1, c: { a: 2 } }, noting(trial, replacer))
    })
  }

  agrees("refuses a toJSON of big integers that is no function, and calls one that is", function* (trial) {
    const replacer = noting(trial)
    const results: Array<unknown> = []
    for (const toJSON of [1, (key: string) => `big ${key}`]) {
      Object.defineProperty(BigInt.prototype, "toJSON", { value: toJSON, configurable: true })
      try {
        results.push(yield* trial.call(JSON.stringify, JSON, { n: 1n }, replacer))
      } catch (error) {
        results.push(String(error))
      } finally {
        Reflect.deleteProperty(BigInt.prototype, "toJSON")
      }
    }
    return results
  })
})

describe("JSON.stringify of a value whose toJSON waits", () => {
  const withToJSON = ({ note, waiting }: Trial) => ({
    hidden: 1,
    toJSON: waiting(function (this: { hidden: number }, key: unknown) {
      note("toJSON", key)
      return { shown: this.hidden, inner: { b: 1, a: [2], 1: 3 } }
    })
  })

  const lists: Array<unknown> = [["inner", "a", "a", 1], ["inner", Object("b"), Object(1), {}, true], [], null, {}]
  for (const list of lists) {
    agrees(`writes the keys of ${JSON.stringify(list)}`, function* (trial) {
      return yield* trial.call(JSON.stringify, JSON, withToJSON(trial), list, 1)
    })
  }
})
