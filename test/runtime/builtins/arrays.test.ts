import { describe } from "@effect/vitest"
import { runInNewContext } from "node:vm"
import { agrees, type Script, type Trial } from "./agree.js"

const prototype = Array.prototype as any
const looping = [
  "every",
  "filter",
  "find",
  "findIndex",
  "findLast",
  "findLastIndex",
  "flatMap",
  "forEach",
  "map",
  "some"
]
const reducing = ["reduce", "reduceRight"]

/** For each method: a callback that goes on as long as it can, and notes what it is called with. */
const answers: Record<string, unknown> = {
  every: true,
  some: false,
  find: false,
  findIndex: false,
  findLast: false,
  findLastIndex: false
}

const noting = ({ note, waiting }: Trial, method: string, also: (...args: Array<any>) => void = () => {}) =>
  waiting(function (this: unknown, ...args: Array<any>) {
    note("called", this === undefined ? "with no this" : typeof this, args.length, ...args.slice(0, -1))
    also(...args)
    return method in answers ? answers[method] : args[0]
  })

const each = (title: string, script: (method: string) => Script, methods = [...looping, ...reducing]) =>
  describe(title, () => {
    for (const method of methods) agrees(method, script(method))
  })

each(
  "reads what an array has, in order",
  (method) =>
    function* (trial) {
      const { call, traced } = trial
      return yield* call(prototype[method], traced([1, , "three", undefined, 5]), noting(trial, method))
    }
)

each(
  "takes array-likes, whose length may be anything",
  (method) =>
    function* (trial) {
      const { call, note, traced } = trial
      const length = { valueOf: () => (note("length"), "3.7") }
      return yield* call(prototype[method], traced({ 0: "a", 2: "c", 3: "d", length }), noting(trial, method))
    }
)

each(
  "takes strings",
  (method) =>
    function* (trial) {
      return yield* trial.call(prototype[method], "abc", noting(trial, method))
    }
)

each(
  "sees what is changed meanwhile",
  (method) =>
    function* (trial) {
      const items: Array<number> = [1, 2, 3, 4, 5]
      const change = () => {
        items.push(9)
        items[3] = 40
        items[1] = 20
        delete items[2]
      }
      const result = yield* trial.call(prototype[method], items, noting(trial, method, change))
      return [result, items]
    }
)

each(
  "inherits what is missing",
  (method) =>
    function* (trial) {
      const items = [1, , 3]
      Object.setPrototypeOf(items, Object.create(Array.prototype, { 1: { get: () => (trial.note("inherited"), 2) } }))
      return yield* trial.call(prototype[method], items, noting(trial, method))
    }
)

each(
  "throws what the callback throws, at once",
  (method) =>
    function* (trial) {
      const { call, note, traced } = trial
      const throwing = trial.waiting((...args: Array<any>) => {
        note("called", ...args.slice(0, -1))
        throw new RangeError("no more")
      })
      return yield* call(prototype[method], traced([1, 2, 3]), throwing)
    }
)

each(
  "hands thisArg to the callback",
  (method) =>
    function* (trial) {
      return yield* trial.call(prototype[method], [1], noting(trial, method), "this")
    },
  looping
)

each(
  "stops when it knows",
  (method) =>
    function* (trial) {
      const decide = trial.waiting(
        (value: number) => (trial.note("called", value), method === "every" ? value < 2 : value === 2)
      )
      return yield* trial.call(prototype[method], trial.traced([1, 2, 3, 2]), decide)
    },
  ["every", "some", "find", "findIndex", "findLast", "findLastIndex"]
)

each(
  "refuses null, and what cannot be called",
  (method) =>
    function* (trial) {
      const { call, note } = trial
      const waits = noting(trial, method)
      yield* call(prototype[method], [1], waits)
      const refused: Array<[unknown, unknown]> = [
        [null, waits],
        [undefined, waits],
        [[1], 1],
        [[1], undefined],
        [[1], {}]
      ]
      for (const [self, callback] of refused) {
        try {
          yield* call(prototype[method], self, callback)
        } catch (error) {
          note(String(error))
        }
      }
      return
    }
)

each(
  "takes an initial value, be it undefined",
  (method) =>
    function* (trial) {
      const { call, waiting } = trial
      const add = waiting((sum: unknown, value: unknown, at: number) => `${sum}+${value}@${at}`)
      return [yield* call(prototype[method], [1, , 3], add, undefined), yield* call(prototype[method], [], add, 7)]
    },
  reducing
)

each(
  "has nothing to reduce",
  (method) =>
    function* (trial) {
      const { call, note, waiting } = trial
      const add = waiting((a: number, b: number) => a + b)
      note(yield* call(prototype[method], [1, 2], add))
      return yield* call(prototype[method], [, ,], add)
    },
  reducing
)

const species: Record<string, (trial: Trial) => unknown> = {
  "a subclass": ({ note }) =>
    class Listing extends Array {
      constructor(...args: Array<any>) {
        super(...args)
        note("made", ...args)
      }
    },
  undefined: () => undefined,
  "null constructor": () => null,
  "a number": () => 1,
  "an object without": () => ({}),
  "an object with null": () => ({ [Symbol.species]: null }),
  "no constructor": () => ({ [Symbol.species]: () => [] }),
  "a constructor of plain objects": ({ note, traced }) => ({
    [Symbol.species]: function (...args: Array<unknown>) {
      note("made", ...args)
      return traced({}, "result")
    }
  }),
  "a frozen result": () => ({
    [Symbol.species]: function () {
      return Object.freeze([])
    }
  }),
  "another realm's Array": ({ note }) => {
    const foreign = runInNewContext("Array")
    Object.defineProperty(foreign, Symbol.species, { get: () => note("asked") })
    return foreign
  },
  "a proxy of Array": ({ traced }) => traced(Array, "Array")
}

for (const [title, make] of Object.entries(species)) {
  each(
    `makes its result by species: ${title}`,
    (method) =>
      function* (trial) {
        const items: any = [1, , 3]
        items.constructor = make(trial)
        const waits = noting(trial, method)
        yield* trial.call(prototype[method], [0], waits)
        const result = yield* trial.call(prototype[method], trial.traced(items), waits)
        return [result, Array.isArray(result), Object.getPrototypeOf(result) === Array.prototype]
      },
    ["map", "filter", "flatMap"]
  )
}

describe("flatMap", () => {
  agrees("flattens arrays, and arrays only, by one level", function* ({ call, traced, waiting }) {
    const parts = [[1, [2]], [3, , 5], "ab", { length: 1, 0: "x" }, [], 6]
    return yield* call(
      prototype.flatMap,
      parts,
      waiting((part: any) => (Array.isArray(part) ? traced(part, "part") : part))
    )
  })
})

describe("patched prototypes", () => {
  agrees("neither setters nor patched methods come into it", function* ({ call, note, waiting }) {
    const same = waiting((value: unknown) => value)
    const patches: Array<[object, PropertyKey, PropertyDescriptor]> = [
      [Array.prototype, 0, { set: () => note("set 0"), configurable: true }],
      [Array.prototype, 1, { value: "inherited", configurable: true }],
      [Object.prototype, 2, { set: () => note("set 2"), configurable: true }],
      [Object.prototype, "get", { value: "polluted", configurable: true }]
    ]
    for (const [object, key, descriptor] of patches) Object.defineProperty(object, key, descriptor)
    const results: Array<any> = []
    try {
      const items = Object.defineProperties([], { length: { value: 3 }, ...three })
      const define = (at: number, value: unknown) =>
        Object.defineProperty(results, at, { __proto__: null, value, enumerable: true } as any)
      define(0, yield* call(prototype.map, items, same))
      define(1, yield* call(prototype.filter, items, same))
      define(2, yield* call(prototype.flatMap, items, same))
      define(3, yield* call(Array.from, Array, { length: 3, ...{} }, same))
    } finally {
      for (const [object, key] of patches) Reflect.deleteProperty(object, key)
    }
    return results
  })
})

const three = Object.getOwnPropertyDescriptors({ 0: "a", 1: "b", 2: "c" })
