import { describe } from "@effect/vitest"
import { agrees, hole, holed, type Script } from "./agree.js"

const { prototype } = Array
const typedPrototype = Object.getPrototypeOf(Int8Array).prototype

const byNumber = () => (a: number, b: number) => a - b

/** Comparators, made anew for each sort; those that contradict themselves show which elements are compared, and when. */
const comparators: Record<string, () => (a: any, b: any) => any> = {
  "by number": byNumber,
  "by a part": () => (a, b) => (a % 7) - (b % 7),
  "by whether it is greater": () => (a, b) => a > b,
  "at random": () => {
    let state = 7
    return () => {
      state = (state * 16807) % 2147483647
      return state / 2147483647 - 0.5
    }
  },
  "always before": () => () => -1,
  "not a number": () => () => undefined,
  "by text": () => (a, b) => ({ valueOf: () => `${a - b}` })
}

/** Orders that lead to runs, to merges from either side, and to galloping. */
const orders: Record<string, (at: number, length: number) => number> = {
  shuffled: (at, length) => (at * 7919) % length,
  ascending: (at) => at,
  descending: (at, length) => length - at,
  "in waves": (at) => (at % 50) * 10 + (at % 3),
  "two runs": (at, length) => (at < length / 2 ? at * 2 : (at - length / 2) * 3),
  "with long stretches": (at, length) => (Math.floor(at / 40) % 2 === 0 ? at : length + at)
}

const lengths = [2, 3, 5, 9, 31, 64, 300]

const comparing = (sort: (...args: Array<any>) => any, of: (items: Array<number>) => unknown): void => {
  for (const [how, comparator] of Object.entries(comparators)) {
    agrees(`makes the comparisons of the built-in, ${how}`, function* ({ call, waiting }) {
      const results: Array<unknown> = []
      for (const order of Object.values(orders)) {
        for (const length of lengths) {
          const compare = comparator()
          let compared = ""
          const noting = waiting((a: number, b: number) => {
            compared += `${a} ${b}, `
            return compare(a, b)
          })
          const items = of(Array.from({ length }, (_, at) => order(at, length)))
          const sorted = yield* call(sort, items, noting)
          results.push(`${sorted} by ${compared}`)
        }
      }
      return results
    })
  }
}

const failing = (sort: (...args: Array<any>) => any, items: () => object): Script =>
  function* ({ call, note, waiting }) {
    const sorted = items()
    let left = 3
    const compare = waiting((a: number, b: number) => {
      if (--left === 0) throw new RangeError("no more")
      return b - a
    })
    try {
      yield* call(sort, sorted, compare)
    } catch (error) {
      note(String(error))
    }
    return sorted
  }

const badAnswers = (sort: (...args: Array<any>) => any, items: () => object): void => {
  for (const answer of [1n, Symbol("answer"), { valueOf: () => ({}), toString: () => ({}) }]) {
    agrees(`refuses a comparator that answers with a ${typeof answer}`, function* ({ call, waiting }) {
      return yield* call(
        sort,
        items(),
        waiting(() => answer)
      )
    })
  }
}

for (const sort of [prototype.sort, prototype.toSorted]) {
  describe(`Array.prototype.${sort.name}`, () => {
    comparing(sort, (items) => items)
    agrees(
      "fails where the comparator does, and leaves all in place",
      failing(sort, () => [1, 2, 3, 4, 5])
    )
    badAnswers(sort, () => [1, 2])

    agrees("puts undefined last, and holes after it", function* ({ call, traced, waiting }) {
      const items = holed(3, hole, undefined, 1, hole, 2)
      return [yield* call(sort, traced(items), waiting(byNumber())), items]
    })

    agrees("takes array-likes", function* ({ call, traced, waiting }) {
      const items = { 0: 3, 1: 1, 3: 2, length: "4" }
      return [yield* call(sort, traced(items), waiting(byNumber())), items]
    })

    agrees("sees what it inherits", function* ({ call, waiting }) {
      const items = Object.setPrototypeOf(
        holed(3, hole, 1),
        Object.create(Array.prototype, { 1: { value: 2, writable: true } })
      )
      const result = yield* call(sort, items, waiting(byNumber()))
      return [result, Object.keys(items), Object.keys(result)]
    })

    agrees("sorts what there was, whatever the comparator does to it", function* ({ call, waiting }) {
      const items = [5, 4, 3, 2, 1]
      const compare = waiting((a: number, b: number) => {
        items.pop()
        items.push(9, 9)
        return a - b
      })
      return [yield* call(sort, items, compare), items]
    })

    agrees("refuses what it cannot write to, and what is no comparator", function* ({ call, note, waiting }) {
      for (const [self, compare] of [
        [Object.freeze([2, 1]), waiting(byNumber())],
        [null, waiting(byNumber())],
        [[2, 1], {}],
        [[2, 1], undefined],
        [{ length: 2 ** 32 }, null]
      ] as const) {
        try {
          note(String(yield* call(sort, self, compare)))
        } catch (error) {
          note(String(error))
        }
      }
      return
    })
  })
}

for (const sort of [typedPrototype.sort, typedPrototype.toSorted]) {
  describe(`%TypedArray%.prototype.${sort.name}`, () => {
    comparing(sort, (items) => Float64Array.from(items))
    agrees(
      "fails where the comparator does, and leaves all in place",
      failing(sort, () => Int8Array.of(1, 2, 3, 4, 5))
    )
    badAnswers(sort, () => Int8Array.of(2, 1))

    agrees("sorts big integers, which a comparator cannot subtract to a number", function* ({ call, waiting }) {
      const compare = waiting((a: bigint, b: bigint) => (a < b ? -1 : 1))
      return yield* call(sort, BigInt64Array.of(3n, 1n, 2n), compare)
    })

    agrees("makes what it makes by no species", function* ({ call, waiting }) {
      class Bytes extends Uint8Array {}
      return yield* call(sort, Bytes.of(3, 1, 2), waiting(byNumber()))
    })

    agrees("goes on where the buffer is gone or has shrunk", function* ({ call, note, waiting }) {
      for (const lose of [
        (buffer: any) => structuredClone(buffer, { transfer: [buffer] }),
        (buffer: any) => buffer.resize(3)
      ]) {
        const items = new Uint8Array(new (ArrayBuffer as any)(5, { maxByteLength: 8 }))
        items.set([5, 4, 3, 2, 1])
        const compare = waiting((a: number, b: number) => {
          if (items.length === 5) lose(items.buffer)
          return a - b
        })
        note(String(yield* call(sort, items, compare)), items.length)
      }
      return
    })

    agrees("refuses what is no typed array", function* ({ call, note, waiting }) {
      for (const self of [Int8Array.of(2, 1), [2, 1], undefined]) {
        try {
          note(String(yield* call(sort, self, waiting(byNumber()))))
        } catch (error) {
          note(String(error))
        }
      }
      return
    })
  })
}
