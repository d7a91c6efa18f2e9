import { describe } from "@effect/vitest"
import { agrees, type Script, type Trial } from "./agree.js"

const absent = (holder: any, key: string) => typeof holder[key] !== "function"

const noting = ({ note, waiting }: Trial, also: (...args: Array<any>) => unknown) =>
  waiting(function (this: unknown, ...args: Array<any>) {
    note("called with this", this, "and", ...args)
    return also(...args)
  })

for (const make of [() => new Map([1, 2, 3].map((n) => [n, `${n}`])), () => new Set([1, 2, 3])]) {
  const collection = make()
  describe(`${collection.constructor.name}.prototype.forEach`, () => {
    const { forEach } = Object.getPrototypeOf(collection)
    const add = (target: any, n: number) => (target instanceof Map ? target.set(n, `${n}`) : target.add(n))

    agrees("visits all, in order", function* (trial) {
      return yield* trial.call(
        forEach,
        make(),
        noting(trial, () => {}),
        "self"
      )
    })

    agrees("sees what is added, removed and put back meanwhile", function* (trial) {
      const target: any = make()
      let calls = 0
      const change = noting(trial, () => {
        calls++
        if (calls === 1) {
          target.delete(1)
          target.delete(2)
          add(target, 2)
          add(target, 4)
        }
        if (calls === 4) {
          target.clear()
          add(target, 5)
        }
      })
      yield* trial.call(forEach, target, change)
      return target
    })

    agrees("stops where the callback throws", function* (trial) {
      const throwing = noting(trial, () => {
        throw new RangeError("no more")
      })
      return yield* trial.call(forEach, make(), throwing)
    })

    agrees("refuses other receivers", function* (trial) {
      const waits = noting(trial, () => {})
      for (const self of [make(), {}, null, new WeakMap(), new Proxy(make(), {})]) {
        try {
          yield* trial.call(forEach, self, waits)
        } catch (error) {
          trial.note(String(error))
        }
      }
      return
    })
  })
}

for (const holder of [Object, Map] as Array<any>) {
  describe.skipIf(absent(holder, "groupBy"))(`${holder.name}.groupBy`, () => {
    const keys: Record<string, (value: any) => unknown> = {
      "by parity": (value) => (value % 2 === 0 ? "even" : "odd"),
      "by number": (value) => -value % 3,
      "by object": (value) => ({ toString: () => `key ${value % 2}` }),
      "by symbol": (value) => (value % 2 === 0 ? Symbol.iterator : "__proto__"),
      "by an object that is no key": () => ({ toString: () => ({}), valueOf: () => ({}) })
    }
    for (const [title, key] of Object.entries(keys)) {
      agrees(`groups ${title}`, function* (trial) {
        const items = iterating(trial, [0, 1, 2, 3, 4])
        const groups = yield* trial.call(holder.groupBy, holder, items, noting(trial, key))
        return [groups, Object.getPrototypeOf(groups) === null]
      })
    }

    agrees("closes the iterator where the callback throws", function* (trial) {
      const throwing = noting(trial, (value) => {
        if (value === 1) throw new RangeError("no more")
      })
      return yield* trial.call(holder.groupBy, holder, iterating(trial, [0, 1, 2]), throwing)
    })

    agrees("refuses what cannot be iterated", function* (trial) {
      const waits = noting(trial, () => 1)
      for (const items of [[1], "ab", null, undefined, 1, {}]) {
        try {
          yield* trial.call(holder.groupBy, holder, items, waits)
        } catch (error) {
          trial.note(String(error))
        }
      }
      return
    })
  })
}

/** Iterates a list, noting each step and its end. */
const iterating = ({ note, traced }: Trial, list: Array<unknown>) => ({
  [Symbol.iterator]() {
    let at = 0
    return traced(
      {
        next: () => ({ value: list[at], done: at++ >= list.length }),
        return() {
          note("returned")
          throw new Error("from return")
        }
      },
      "iterator"
    )
  }
})

for (const type of [Map, WeakMap] as Array<any>) {
  const { getOrInsertComputed } = type.prototype
  describe.skipIf(absent(type.prototype, "getOrInsertComputed"))(`${type.name}.prototype.getOrInsertComputed`, () => {
    const key = {}
    const scripts: Record<string, Script> = {
      "computes what is missing, once": function* (trial) {
        const map = new type()
        const compute = noting(trial, () => 1)
        return [
          yield* trial.call(getOrInsertComputed, map, key, compute),
          yield* trial.call(getOrInsertComputed, map, key, compute),
          map.get(key)
        ]
      },
      "sets, though the callback did": function* (trial) {
        const map = new type()
        const compute = noting(trial, () => {
          map.set(key, "by the callback")
          return "returned"
        })
        return [yield* trial.call(getOrInsertComputed, map, key, compute), map.get(key)]
      },
      "sets nothing where the callback throws": function* (trial) {
        const map = new type()
        const compute = noting(trial, () => {
          throw new RangeError("no more")
        })
        try {
          yield* trial.call(getOrInsertComputed, map, key, compute)
        } catch (error) {
          trial.note(String(error))
        }
        return map.has(key)
      },
      "takes any key, or refuses it": function* (trial) {
        const compute = noting(trial, () => 1)
        for (const any of [-0, Symbol("own"), Symbol.for("registered"), key]) {
          try {
            yield* trial.call(getOrInsertComputed, new type(), any, compute)
          } catch (error) {
            trial.note(String(error))
          }
        }
        return
      }
    }
    for (const [title, script] of Object.entries(scripts)) agrees(title, script)
  })
}

const methods = [
  "union",
  "intersection",
  "difference",
  "symmetricDifference",
  "isSubsetOf",
  "isSupersetOf",
  "isDisjointFrom"
]

/** Node 22 walks the set itself here, and so sees it change; ECMA-262 and later versions walk a copy, as the twin does. */
const walksItself = "difference"

describe.skipIf(absent(Set.prototype, "union"))("the methods of Set.prototype that take a set", () => {
  const setLike = (trial: Trial, values: ReadonlyArray<unknown>, changes: object = {}, also = () => {}) => {
    const { note, traced, waiting } = trial
    return Object.assign(
      {
        size: values.length,
        has: waiting((value: unknown) => {
          note("has", value)
          also()
          return values.includes(value)
        }),
        keys: waiting(() => {
          note("keys")
          let at = 0
          const next = waiting(() => {
            also()
            return { value: values[at], done: at++ >= values.length }
          })
          return traced(
            {
              next,
              return() {
                note("returned")
                return {}
              }
            },
            "iterator"
          )
        })
      },
      changes
    )
  }

  for (const name of methods) {
    const method = (Set.prototype as any)[name]
    for (const others of [[], [2], [9], [1, 2, 3], [3, -0, 1, 2, 2], [4, 5, 6, 7]]) {
      agrees(`${name} of 1, 2, 3 and ${others.join(", ") || "nothing"}`, function* (trial) {
        yield* trial.call(method, new Set([1]), setLike(trial, [1, 2]))
        yield* trial.call(method, new Set([1, 2]), setLike(trial, [1]))
        return yield* trial.call(method, new Set([1, 2, 3]), setLike(trial, others))
      })
    }

    agrees(`${name} refuses what is no set`, function* (trial) {
      const changes = [
        {},
        { size: Number.NaN },
        { size: -1 },
        { size: 1n },
        { size: Number.POSITIVE_INFINITY },
        { has: 1 },
        { keys: 1 },
        { keys: trial.waiting(() => 1) },
        { keys: trial.waiting(() => ({})) },
        { keys: trial.waiting(() => ({ next: () => 1 })) }
      ]
      for (const change of changes) {
        const { has, keys } = setLike(trial, [1])
        try {
          trial.note(String(yield* trial.call(method, new Set([1, 2]), { size: 1, has, keys, ...change })))
        } catch (error) {
          trial.note(String(error))
        }
      }
      return yield* trial.call(method, [], setLike(trial, [1]))
    })

    if (name === walksItself) continue
    agrees(`${name} while the set changes`, function* (trial) {
      const results: Array<unknown> = []
      for (const size of [2, 9]) {
        const set = new Set([1, 2, 3, 4])
        const change = () => {
          set.delete(1)
          set.delete(3)
          set.add(5)
        }
        results.push(yield* trial.call(method, set, setLike(trial, [1, 2, 5], { size }, change)), set)
      }
      return results
    })
  }
})
