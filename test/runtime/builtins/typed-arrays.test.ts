import { describe } from "@effect/vitest"
import { agrees, maker, type Trial } from "./agree.js"
import { each, noting, reducing, searching } from "./looping.js"

const intrinsic = Object.getPrototypeOf(Int8Array)
const { prototype } = intrinsic
const making = ["filter", "map"]
const looping = [...searching, ...making, "forEach"]
const types: Array<any> = [
  Uint8ClampedArray,
  Int16Array,
  Float32Array,
  BigInt64Array,
  ...["Float16Array"].flatMap((name) => (globalThis as any)[name] ?? [])
]

const resizable = (): Uint8Array => {
  const items = new Uint8Array(new (ArrayBuffer as any)(5, { maxByteLength: 8 }))
  items.set([1, 2, 3, 4, 5])
  return items
}

each(
  "does as the built-in, for each type",
  [...looping, ...reducing],
  (method) =>
    function* (trial) {
      const results: Array<unknown> = []
      for (const type of types) {
        const items = type === BigInt64Array ? type.of(1n, 2n, 3n) : type.of(1, 2, 3)
        results.push(yield* trial.call(prototype[method], items, noting(trial, method), "self"))
      }
      return results
    }
)

const losses: Record<string, (items: any) => void> = {
  "is detached": ({ buffer }) => structuredClone(buffer, { transfer: [buffer] }),
  shrinks: ({ buffer }) => buffer.resize(2),
  grows: ({ buffer }) => buffer.resize(8)
}
for (const [title, lose] of Object.entries(losses)) {
  each(
    `goes on while its buffer ${title}`,
    [...looping, ...reducing],
    (method) =>
      function* (trial) {
        const items = resizable()
        const once = () => {
          if (items.length === 5) lose(items)
        }
        return [yield* trial.call(prototype[method], items, noting(trial, method, once)), items]
      }
  )
}

each(
  "refuses what is no typed array, or has no buffer",
  [...looping, ...reducing],
  (method) =>
    function* (trial) {
      const waits = noting(trial, method)
      const detached = Int8Array.of(1)
      structuredClone(detached.buffer, { transfer: [detached.buffer] })
      for (const self of [Int8Array.of(1, 2), Int8Array.of(), [1], null, detached, new Proxy(Int8Array.of(1), {})]) {
        try {
          trial.note(String(yield* trial.call(prototype[method], self, waits)))
        } catch (error) {
          trial.note(String(error))
        }
      }
      return
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
      return yield* trial.call(prototype[method], Int8Array.of(1, 2), throwing)
    }
)

each(
  "takes an initial value",
  reducing,
  (method) =>
    function* ({ call, waiting }) {
      const add = waiting((sum: unknown, value: unknown) => `${sum}+${value}`)
      return [
        yield* call(prototype[method], Int8Array.of(1, 2), add, undefined),
        yield* call(prototype[method], Int8Array.of(), add, 7)
      ]
    }
)

const constructors: Record<string, (trial: Trial) => unknown> = {
  "no constructor": () => undefined,
  "a number": () => 1,
  "another type": () => Float64Array,
  "big integers": () => BigInt64Array,
  "no species": () => ({ [Symbol.species]: null }),
  "a species that is no constructor": () => ({ [Symbol.species]: () => Int8Array.of() }),
  "a species that makes arrays": () => ({ [Symbol.species]: Array }),
  "a species that makes longer ones": () => ({ [Symbol.species]: maker(() => Int8Array.of(7, 7, 7, 7, 7)) }),
  "a species that makes shorter ones": () => ({ [Symbol.species]: maker(() => Int8Array.of(7)) }),
  "a species that makes detached ones": () => ({
    [Symbol.species]: maker(() => {
      const items = Int8Array.of(7, 7, 7)
      structuredClone(items.buffer, { transfer: [items.buffer] })
      return items
    })
  }),
  "a species that notes": ({ traced }) => ({ [Symbol.species]: traced(Int16Array, "species") })
}

for (const [title, make] of Object.entries(constructors)) {
  each(
    `makes its result by species: ${title}`,
    making,
    (method) =>
      function* (trial) {
        const items: any = Int8Array.of(1, 0, 3)
        Object.defineProperty(items, "constructor", {
          get() {
            trial.note("constructor")
            return make(trial)
          }
        })
        const waits = noting(trial, method)
        yield* trial.call(prototype[method], Int8Array.of(1), waits)
        return yield* trial.call(prototype[method], items, waits)
      }
  )
}

describe("from", () => {
  const sources: Record<string, (trial: Trial) => unknown> = {
    "an array": ({ traced }) => traced([1, "2", 3.5], "array"),
    "a typed array": () => Float64Array.of(1.5, 300),
    "an array-like": ({ traced }) => traced({ 0: 4, 2: "5", length: 3 }, "array-like"),
    "an iterable": ({ note }) => ({
      *[Symbol.iterator]() {
        try {
          yield 1
          yield 2
        } finally {
          note("over")
        }
      }
    }),
    "an iterable that is not": () => ({ [Symbol.iterator]: 1 }),
    nothing: () => [],
    null: () => null
  }
  for (const [title, make] of Object.entries(sources)) {
    agrees(`takes ${title}`, function* (trial) {
      const map = noting(trial, "map")
      yield* trial.call(intrinsic.from, Int8Array, [0], map)
      return yield* trial.call(intrinsic.from, Uint8Array, make(trial), map, "self")
    })
  }

  const makers: Record<string, unknown> = {
    Array,
    undefined,
    "%TypedArray%": intrinsic,
    "a maker of longer ones": maker(() => Int8Array.of(7, 7, 7)),
    "a maker of shorter ones": maker(() => Int8Array.of(7)),
    "a function": () => Int8Array.of(7, 7)
  }
  for (const [title, made] of Object.entries(makers)) {
    agrees(`makes its result by ${title}`, function* (trial) {
      const map = noting(trial, "map")
      yield* trial.call(intrinsic.from, Int8Array, [0], map)
      return yield* trial.call(intrinsic.from, made, [1, 2], map)
    })
  }

  agrees("throws what the callback throws, and what is no number", function* ({ call, note, waiting }) {
    const callbacks = [
      waiting(() => {
        throw new RangeError("no more")
      }),
      waiting(() => 1n)
    ]
    for (const callback of callbacks) {
      try {
        yield* call(intrinsic.from, Int8Array, [1, 2], callback)
      } catch (error) {
        note(String(error))
      }
    }
    return
  })
})
