import { describe } from "@effect/vitest"
import { agrees, type Script, type Trial } from "./agree.js"

const prototype: any = (globalThis as any).Iterator?.prototype ?? {}
const lazy = ["map", "filter", "flatMap"]
const limiting = ["take", "drop"]
const eager = ["forEach", "some", "every", "find", "reduce"]

/** Counts from 0; its `next` waits, unless it is told not to. */
const counting = (trial: Trial, length: number, changes: object = {}, waits = true): any => {
  let at = 0
  const next = () => {
    trial.note("next")
    return { value: at, done: at++ >= length }
  }
  const iterator = {
    __proto__: prototype,
    next: waits ? trial.waiting(next) : next,
    return: trial.waiting(() => {
      trial.note("returned")
      return {}
    }),
    ...changes
  }
  return iterator
}

const noting = ({ note, waiting }: Trial, answer: (...args: Array<any>) => unknown) =>
  waiting(function (this: unknown, ...args: Array<any>) {
    note("called with this", this, "and", ...args)
    return answer(...args)
  })

const callbacks: Record<string, (value: any, at: any) => unknown> = {
  map: (value) => value * 10,
  filter: (value) => value % 2,
  flatMap: (value) => [value, [value]],
  forEach: () => {},
  some: (value) => value === 2,
  every: (value) => value < 2,
  find: (value) => value === 2,
  reduce: (sum, value) => `${sum}+${value}`
}

const list = function* (trial: Trial, helper: any) {
  const values: Array<unknown> = []
  for (;;) {
    const step = yield* trial.call(helper.next, helper)
    if (step.done) return values
    values.push(step.value)
  }
}

const each = (title: string, methods: ReadonlyArray<string>, script: (method: string) => Script) => {
  describe.skipIf(prototype.map === undefined)(title, () => {
    for (const method of methods) agrees(method, script(method))
  })
}

const argument = (trial: Trial, method: string): unknown =>
  limiting.includes(method) ? 2 : noting(trial, callbacks[method]!)

each(
  "goes through the iterator",
  [...eager, "toArray"],
  (method) =>
    function* (trial) {
      const args = method === "toArray" ? [] : [argument(trial, method)]
      return yield* trial.call(prototype[method], counting(trial, 4), ...args)
    }
)

each(
  "goes through a generator",
  eager,
  (method) =>
    function* (trial) {
      const values = (function* () {
        try {
          yield* [0, 1, 2, 3]
        } finally {
          trial.note("over")
        }
      })()
      return yield* trial.call(prototype[method], values, argument(trial, method))
    }
)

each(
  "gives one value after the other",
  [...lazy, ...limiting],
  (method) =>
    function* (trial) {
      const helper = yield* trial.call(prototype[method], counting(trial, 4), argument(trial, method))
      trial.note("made", String(helper))
      const values = yield* list(trial, helper)
      return [values, yield* trial.call(helper.next, helper), yield* trial.call(helper.return, helper)]
    }
)

each(
  "is the same for code that is not lifted",
  [...lazy, ...limiting],
  (method) =>
    function* (trial) {
      const helper = yield* trial.call(prototype[method], counting(trial, 6), argument(trial, method))
      const first = helper.next()
      const second = yield* trial.call(helper.next, helper)
      const third = [...helper]
      return [first, second, third, helper.next(), yield* trial.call(helper.next, helper)]
    }
)

each(
  "is closed before it begins, midway and at its end",
  [...lazy, ...limiting],
  (method) =>
    function* (trial) {
      const results: Array<unknown> = []
      for (const steps of [0, 1, 2, 9]) {
        for (const plainly of [false, true]) {
          const helper = yield* trial.call(prototype[method], counting(trial, 4), argument(trial, method))
          for (let k = 0; k < steps; k++) yield* trial.call(helper.next, helper)
          results.push(plainly ? helper.return() : yield* trial.call(helper.return, helper))
          results.push(yield* trial.call(helper.next, helper), helper.next(), helper.return())
        }
      }
      return results
    }
)

each(
  "closes the iterator where the callback throws",
  [...lazy, ...eager],
  (method) =>
    function* (trial) {
      for (const change of [
        {},
        { return: undefined },
        {
          return: trial.waiting(() => {
            throw new Error("from return")
          })
        }
      ]) {
        const throwing = noting(trial, () => {
          throw new RangeError("no more")
        })
        try {
          const result = yield* trial.call(prototype[method], counting(trial, 4, change), throwing)
          if (lazy.includes(method)) yield* list(trial, result)
        } catch (error) {
          trial.note(String(error))
        }
      }
      return
    }
)

each(
  "closes the iterator when it knows, and refuses a bad close",
  ["some", "every", "find", "take"],
  (method) =>
    function* (trial) {
      const closings = [{}, { return: null }, { return: 1 }, { return: trial.waiting(() => 1) }]
      for (const change of closings) {
        try {
          const result = yield* trial.call(prototype[method], counting(trial, 9, change), argument(trial, method))
          trial.note(method === "take" ? String(yield* list(trial, result)) : result)
        } catch (error) {
          trial.note(String(error))
        }
      }
      return
    }
)

each(
  "does not close what fails by itself",
  [...lazy, ...limiting, ...eager, "toArray"],
  (method) =>
    function* (trial) {
      const steps = [
        () => {
          throw new RangeError("from next")
        },
        () => 1,
        () => ({
          get done() {
            throw new RangeError("from done")
          }
        }),
        () => ({
          get value() {
            throw new RangeError("from value")
          }
        })
      ]
      for (const step of steps) {
        try {
          const iterator = counting(trial, 4, { next: trial.waiting(step) })
          const result = yield* trial.call(prototype[method], iterator, argument(trial, method))
          if (!eager.includes(method) && method !== "toArray") yield* list(trial, result)
        } catch (error) {
          trial.note(String(error))
        }
      }
      return
    }
)

each(
  "refuses what it cannot work with",
  [...lazy, ...limiting, ...eager],
  (method) =>
    function* (trial) {
      const good = argument(trial, method)
      const cases: Array<[unknown, unknown]> = [
        [counting(trial, 1), good],
        [1, good],
        [null, good],
        [counting(trial, 1), {}],
        [counting(trial, 1), undefined],
        [counting(trial, 1), -1],
        [counting(trial, 1), Symbol("s")],
        [counting(trial, 1), 1n],
        [counting(trial, 1, { return: undefined }), -1]
      ]
      for (const [self, given] of cases) {
        try {
          const result = yield* trial.call(prototype[method], self, given)
          if (!eager.includes(method)) trial.note(String(yield* list(trial, result)))
        } catch (error) {
          trial.note(String(error))
        }
      }
      return
    }
)

each(
  "takes a limit of any kind",
  limiting,
  (method) =>
    function* (trial) {
      const results: Array<unknown> = []
      const object = {
        valueOf() {
          trial.note("limit")
          return "2"
        }
      }
      for (const limit of ["1", 1.9, -0.5, 0, Number.POSITIVE_INFINITY, null, object, true]) {
        const helper = yield* trial.call(prototype[method], counting(trial, 4), limit)
        results.push(yield* list(trial, helper))
      }
      return results
    }
)

describe.skipIf(prototype.map === undefined)("iterator helpers", () => {
  agrees("wait one through the other", function* (trial) {
    const numbers = counting(trial, 9, {}, false)
    const doubled = yield* trial.call(
      prototype.map,
      numbers,
      noting(trial, (value) => value * 2)
    )
    const some = yield* trial.call(prototype.filter, doubled, (value: number) => value % 4 === 0)
    const later = yield* trial.call(prototype.drop, some, 1)
    const few = yield* trial.call(prototype.take, later, 2)
    return yield* trial.call(prototype.toArray, few)
  })

  agrees("flatten what waits, and close it from within", function* (trial) {
    const inner = () => ({ [Symbol.iterator]: trial.waiting(() => counting(trial, 2)) })
    const helper = yield* trial.call(prototype.flatMap, counting(trial, 3), trial.waiting(inner))
    const first = yield* trial.call(helper.next, helper)
    return [first, yield* trial.call(helper.return, helper), yield* trial.call(helper.next, helper)]
  })

  for (const mapped of [
    1,
    "text",
    null,
    {},
    { [Symbol.iterator]: 1 },
    { [Symbol.iterator]: () => 1 },
    new String("ab")
  ]) {
    agrees(`flatten, or refuse, ${JSON.stringify(mapped)}`, function* (trial) {
      const helper = yield* trial.call(
        prototype.flatMap,
        counting(trial, 2),
        noting(trial, () => mapped)
      )
      return yield* trial.call(prototype.toArray, helper)
    })
  }

  agrees("do not run within themselves", function* (trial) {
    const helpers: Array<any> = []
    const again = trial.waiting((value: unknown) => {
      try {
        helpers[0].next()
      } catch (error) {
        trial.note(String(error))
      }
      return value
    })
    helpers[0] = yield* trial.call(prototype.map, counting(trial, 2), again)
    return yield* trial.call(helpers[0].next, helpers[0])
  })

  agrees("are known by their own next only", function* (trial) {
    const helper = yield* trial.call(
      prototype.map,
      counting(trial, 1),
      noting(trial, (value) => value)
    )
    yield* trial.call(helper.next, helper)
    for (const method of [helper.next, helper.return]) {
      try {
        yield* trial.call(method, {})
      } catch (error) {
        trial.note(String(error))
      }
    }
    return
  })
})

each(
  "starts without an initial value, or has nothing to start with",
  ["reduce"],
  () =>
    function* (trial) {
      const add = noting(trial, callbacks.reduce!)
      trial.note(yield* trial.call(prototype.reduce, counting(trial, 3), add, undefined))
      trial.note(yield* trial.call(prototype.reduce, counting(trial, 1), add))
      return yield* trial.call(prototype.reduce, counting(trial, 0), add)
    }
)
