import { runInNewContext } from "node:vm"
import { describe, expect, it } from "@effect/vitest"
import { settled } from "../../../src/runtime/builtins/settled.js"
import { plain } from "../../../src/runtime/plain.js"
import { stamp, twinOf } from "../../../src/runtime/twin.js"
import { agrees, hole, holed, maker, type Trial } from "./agree.js"
import { each, noting, reducing, searching } from "./looping.js"

const prototype = Array.prototype as any
const making = ["filter", "flatMap", "map"]
const looping = [...searching, ...making, "forEach"]

each(
  "reads what an array has, in order",
  [...looping, ...reducing],
  (method) =>
    function* (trial) {
      const items = trial.traced(holed(1, hole, "three", undefined, 5))
      return yield* trial.call(prototype[method], items, noting(trial, method), "self")
    }
)

each(
  "takes array-likes, whatever their length is",
  [...looping, ...reducing],
  (method) =>
    function* (trial) {
      const length = {
        valueOf() {
          trial.note("length")
          return "3.7"
        }
      }
      const items = trial.traced({ 0: "a", 2: "c", 3: "d", length })
      return yield* trial.call(prototype[method], items, noting(trial, method))
    }
)

each(
  "takes strings",
  [...looping, ...reducing],
  (method) =>
    function* (trial) {
      return yield* trial.call(prototype[method], "abc", noting(trial, method))
    }
)

each(
  "sees what is changed meanwhile",
  [...looping, ...reducing],
  (method) =>
    function* (trial) {
      const items: Array<number> = [1, 2, 3, 4, 5]
      const change = () => {
        items.push(9)
        items[3] = 40
        items[1] = 20
        delete items[2]
      }
      return [yield* trial.call(prototype[method], items, noting(trial, method, change)), items]
    }
)

each(
  "inherits what is missing",
  [...looping, ...reducing],
  (method) =>
    function* (trial) {
      const items = holed(1, hole, 3)
      const inherited = {
        get() {
          trial.note("inherited")
          return 2
        }
      }
      Object.setPrototypeOf(items, Object.create(Array.prototype, { 1: inherited }))
      return yield* trial.call(prototype[method], items, noting(trial, method))
    }
)

each(
  "throws what the callback throws, at once",
  [...looping, ...reducing],
  (method) =>
    function* (trial) {
      const throwing = trial.waiting((...args: Array<any>) => {
        trial.note("called", ...args)
        throw new RangeError("no more")
      })
      return yield* trial.call(prototype[method], trial.traced([1, 2, 3]), throwing)
    }
)

each(
  "refuses null, and what cannot be called",
  [...looping, ...reducing],
  (method) =>
    function* (trial) {
      const waits = noting(trial, method)
      yield* trial.call(prototype[method], [1, 2], waits)
      const refused = [[null, waits], [undefined, waits], [[1], 1], [[1]], [[1], {}]] as const
      for (const [self, ...args] of refused) {
        try {
          yield* trial.call(prototype[method], self, ...args)
        } catch (error) {
          trial.note(String(error))
        }
      }
      return
    }
)

each(
  "stops when it knows",
  searching,
  (method) =>
    function* (trial) {
      const decide = trial.waiting((value: number) => {
        trial.note("called", value)
        return method === "every" ? value < 2 : value === 2
      })
      return yield* trial.call(prototype[method], trial.traced([1, 2, 3, 2]), decide)
    }
)

each(
  "takes an initial value, be it undefined",
  reducing,
  (method) =>
    function* ({ call, waiting }) {
      const add = waiting((sum: unknown, value: unknown, at: number) => `${sum}+${value}@${at}`)
      return [
        yield* call(prototype[method], holed(1, hole, 3), add, undefined),
        yield* call(prototype[method], [], add, 7)
      ]
    }
)

each(
  "has nothing to reduce",
  reducing,
  (method) =>
    function* ({ call, note, waiting }) {
      const add = waiting((a: number, b: number) => a + b)
      note(yield* call(prototype[method], [1, 2], add))
      return yield* call(prototype[method], holed(hole, hole), add)
    }
)

const constructors: Record<string, (trial: Trial) => unknown> = {
  "a subclass": ({ note }) =>
    class Listing extends Array {
      constructor(...args: Array<any>) {
        super(...args)
        note("made", ...args)
      }
    },
  "no constructor": () => undefined,
  null: () => null,
  "a number": () => 1,
  "an object": () => ({}),
  "no species": () => ({ [Symbol.species]: null }),
  "a species that is no constructor": () => ({ [Symbol.species]: () => [] }),
  "a species that makes plain objects": ({ note, traced }) => ({
    [Symbol.species]: maker((...args) => {
      note("made", ...args)
      return traced({}, "result")
    })
  }),
  "a species that makes frozen arrays": () => ({ [Symbol.species]: maker(() => Object.freeze([])) }),
  "the Array of another realm": ({ note }) =>
    Object.defineProperty(runInNewContext("Array"), Symbol.species, { get: () => note("asked") }),
  "a proxy of Array": ({ traced }) => traced(Array, "Array")
}

for (const [title, make] of Object.entries(constructors)) {
  each(
    `makes its result by species: ${title}`,
    making,
    (method) =>
      function* (trial) {
        const items: any = holed(1, hole, 3)
        items.constructor = make(trial)
        const waits = noting(trial, method)
        yield* trial.call(prototype[method], [0], waits)
        const result = yield* trial.call(prototype[method], trial.traced(items), waits)
        return [result, Array.isArray(result), Object.getPrototypeOf(result) === Array.prototype]
      }
  )
}

describe("flatMap", () => {
  agrees("flattens arrays, and arrays only, by one level", function* ({ call, traced, waiting }) {
    const parts = [[1, [2]], holed(3, hole, 5), "ab", { length: 1, 0: "x" }, [], 6]
    const part = waiting((item: any) => (Array.isArray(item) ? traced(item, "part") : item))
    return yield* call(prototype.flatMap, parts, part)
  })
})

describe("Array.from", () => {
  const sources: Record<string, (trial: Trial) => unknown> = {
    "an array": ({ traced }) => traced(holed(1, hole, 3)),
    "a string": () => "a😀b",
    "a map": () => new Map([[1, 2]]),
    "an array-like": ({ traced }) => traced({ 0: "a", 2: "c", length: "3" }),
    "an iterable": (trial) => trial.traced(counting(trial, 3), "iterable"),
    "an iterable that is not": () => ({ [Symbol.iterator]: 1 }),
    "an iterable with no iterator": () => ({ [Symbol.iterator]: () => 1 }),
    "an iterator with no next": () => ({ [Symbol.iterator]: () => ({}) }),
    "a next that returns no object": () => ({ [Symbol.iterator]: () => ({ next: () => 1 }) }),
    null: () => null,
    "a number": () => 1
  }
  for (const [title, make] of Object.entries(sources)) {
    agrees(`takes ${title}`, function* (trial) {
      const map = noting(trial, "map")
      yield* trial.call(Array.from, Array, [0], map)
      return yield* trial.call(Array.from, Array, make(trial), map, "self")
    })
  }

  for (const what of ["the callback throws", "the result refuses"]) {
    agrees(`closes the iterator when ${what}`, function* (trial) {
      const map = trial.waiting((value: number) => {
        if (what === "the callback throws" && value === 1) throw new RangeError("no more")
        return value
      })
      class Refusing {
        constructor() {
          Object.preventExtensions(this)
        }
      }
      const made = what === "the result refuses" ? Refusing : Array
      return yield* trial.call(Array.from, made, trial.traced(counting(trial, 3), "iterable"), map)
    })
  }

  for (const [title, made] of Object.entries({ Object, "a function": () => {}, undefined, Array })) {
    for (const items of [["a"], { length: 1, 0: "a" }]) {
      agrees(
        `makes its result by ${title} of ${Array.isArray(items) ? "an iterable" : "an array-like"}`,
        function* (trial) {
          return yield* trial.call(Array.from, made, items, noting(trial, "map"))
        }
      )
    }
  }
})

/** Iterates from 0, with a `return`. */
const counting = ({ note, traced }: Trial, length: number) => ({
  [Symbol.iterator]() {
    let at = 0
    const iterator = {
      next: () => traced({ value: at, done: at++ >= length }, "step"),
      return() {
        note("returned")
        return {}
      }
    }
    return traced(iterator, "iterator")
  }
})

it("neither a setter nor a patched method of a prototype comes into it", () => {
  let touched = 0
  const touch = () => {
    touched++
  }
  const generatorPrototype = Object.getPrototypeOf(function* () {}).prototype
  const places: Array<[object, PropertyKey, PropertyDescriptor]> = [
    [Array.prototype, Symbol.iterator, { get: touch }],
    [Array.prototype, "push", { get: touch }],
    [Array.prototype, 0, { set: touch }],
    [Object.prototype, 2, { set: touch }],
    [Function.prototype, "call", { get: touch }],
    [Function.prototype, "apply", { get: touch }],
    [generatorPrototype, "next", { get: touch }],
    [Object.getPrototypeOf(generatorPrototype), Symbol.iterator, { get: touch }]
  ]
  const before = places.map(([object, key]) => Object.getOwnPropertyDescriptor(object, key))
  const items = ["a", "b", "c"]
  const same = stamp((value: unknown) => value, settled)
  const descending = stamp(
    (a: string, b: string) => (a < b ? 1 : -1),
    (a: string, b: string) => settled(a < b ? 1 : -1)
  )
  const results: Record<string, unknown> = {}
  for (let k = 0; k < places.length; k++) {
    Object.defineProperty(places[k]![0], places[k]![1], { ...places[k]![2], configurable: true })
  }
  try {
    results.map = plain(twinOf(prototype.map)!, items, [same])
    results.filter = plain(twinOf(prototype.filter)!, items, [same])
    results.flatMap = plain(twinOf(prototype.flatMap)!, items, [same])
    results.toSorted = plain(twinOf(prototype.toSorted)!, items, [descending])
    results.from = plain(twinOf(Array.from)!, Array, [{ length: 3, 0: 1, 1: 2, 2: 3 }, same])
  } finally {
    for (let k = 0; k < places.length; k++) {
      if (before[k] === undefined) Reflect.deleteProperty(places[k]![0], places[k]![1])
      else Object.defineProperty(places[k]![0], places[k]![1], before[k]!)
    }
  }
  expect(results).toEqual({ map: items, filter: items, flatMap: items, toSorted: ["c", "b", "a"], from: [1, 2, 3] })
  expect(touched).toBe(0)
})
