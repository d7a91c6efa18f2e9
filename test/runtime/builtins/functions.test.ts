import { describe } from "@effect/vitest"
import { agrees, hole, holed, type Trial } from "./agree.js"

const { apply, bind, call } = Function.prototype

const noting = ({ note, waiting }: Trial) =>
  waiting(function target(this: unknown, first?: unknown, ...args: Array<unknown>) {
    note("called with this", this, "and", first, ...args)
    return args.length
  })

const ways: Record<string, (trial: Trial, target: unknown, list: unknown) => ReturnType<Trial["call"]>> = {
  "Function.prototype.apply": (trial, target, list) => trial.call(apply, target, "self", list),
  "Reflect.apply": (trial, target, list) => trial.call(Reflect.apply, Reflect, target, "self", list)
}

for (const [title, way] of Object.entries(ways)) {
  describe(title, () => {
    agrees("takes whatever is like a list, and refuses the rest", function* (trial) {
      const lists = [
        holed(1, hole, 3),
        trial.traced({ length: "2", 0: "a" }, "list"),
        new Uint8Array(2),
        { length: -1 },
        {},
        null,
        undefined,
        1,
        "text"
      ]
      for (const list of lists) {
        try {
          trial.note(yield* way(trial, noting(trial), list))
        } catch (error) {
          trial.note(String(error))
        }
      }
      return
    })

    agrees("refuses what is no function", function* (trial) {
      yield* way(trial, noting(trial), [])
      for (const target of [1, undefined, {}]) {
        try {
          yield* way(trial, target, [])
        } catch (error) {
          trial.note(error instanceof TypeError)
        }
      }
      return
    })

    agrees("throws what the function throws", function* (trial) {
      const throwing = trial.waiting(() => {
        throw new RangeError("no more")
      })
      return yield* way(trial, throwing, [])
    })
  })
}

describe("Function.prototype.call", () => {
  agrees("hands this and the arguments on, however many", function* (trial) {
    const target = noting(trial)
    return [
      yield* trial.call(call, target),
      yield* trial.call(call, target, null),
      yield* trial.call(call, target, "self", 1, 2, 3)
    ]
  })

  agrees("calls call", function* (trial) {
    return yield* trial.call(call, call, noting(trial), "self", 1)
  })
})

describe("Function.prototype.bind", () => {
  agrees("binds this and the arguments", function* (trial) {
    const target = noting(trial)
    const bound = yield* trial.call(bind, target, "self", 1)
    const twice = yield* trial.call(bind, bound, "other", 2)
    const results = [bound.name, bound.length, twice.name, twice.length, "prototype" in bound]
    for (const f of [bound, twice, yield* trial.call(bind, target), yield* trial.call(bind, target, null)]) {
      results.push(yield* trial.call(f, "ignored", 3, 4), yield* trial.call(f, undefined))
    }
    return results
  })

  agrees("binds constructors, which construct", function* (trial) {
    const Target = trial.waiting(function (this: any, a: number, b: number) {
      this.sum = a + b
    })
    const Bound = yield* trial.call(bind, Target, {}, 1)
    const made = new Bound(2)
    yield* trial.call(Bound, null, 5)
    return [made.sum, made instanceof Target, made instanceof Bound]
  })

  agrees("throws what the function throws", function* (trial) {
    const throwing = trial.waiting(() => {
      throw new RangeError("no more")
    })
    return yield* trial.call(yield* trial.call(bind, throwing, null), null)
  })

  agrees("reads the name and length of what it binds", function* (trial) {
    yield* trial.call(yield* trial.call(bind, noting(trial), null), null)
    const traced = trial.traced(noting(trial), "target")
    const bound = yield* trial.call(bind, traced, "self", 1)
    return [bound.name, bound.length, yield* trial.call(bound, null, 2)]
  })
})
