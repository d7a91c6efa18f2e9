/**
 * Loops whose turns keep no order: what a turn does after it has waited for its time it does alone, so that what is left
 * behind is what the sequential loop leaves for the items in some order.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { loop, setLoop } from "../../src/concurrency/loop.js"
import { inOrder } from "../../src/concurrency/turn.js"
import { joinall, sleep, spawn, type Task } from "../../src/green.js"
import { prepare, runAtOnce, runPlainly, Schedule } from "../support/loops.js"
import { type Body, caught, go, green, lifted, on } from "./run.js"

/** Each has the items of its first loop as `XS`. */
const programs: Readonly<Record<string, string>> = {
  "what was seen": `const seen = new Set()
    for (const x of XS) { const v = load(x) % 4; if (seen.has(v)) continue; seen.add(v); console.log(load(v), x) }
    module.exports = [...seen]`,
  "a last value, and what is made of it": `const rows = {}; let last = 0
    const store = (v) => { rows[v % 3] = (rows[v % 3] ?? last) + v; last = v }
    for (const x of XS) { const v = load(x); store(v) }
    module.exports = [rows, last]`,
  "a budget, looked at before and after a wait": `let left = 9; const took = []
    for (const x of XS) { const v = load(x); if (left < v) continue; const got = load(v); left -= got; took.push(got) }
    module.exports = [left, took]`,
  "an account that is read, waited for and written": `const account = { sum: 0 }
    for (const x of XS) { const v = load(x); const before = account.sum; account.sum = before * 2 + load(v) }
    module.exports = account`
}

const permutations = (items: ReadonlyArray<number>): ReadonlyArray<ReadonlyArray<number>> =>
  items.length === 0
    ? [[]]
    : items.flatMap((item, i) => permutations(items.toSpliced(i, 1)).map((rest) => [item, ...rest]))

const items = [5, 3, 8, 1, 4]

describe("a loop whose turns keep no order", () => {
  for (const [name, program] of Object.entries(programs)) {
    it.live(`leaves what some order of its items leaves: ${name}`, () =>
      Effect.gen(function* () {
        const programFor = (xs: ReadonlyArray<number>) => program.replace("XS", JSON.stringify(xs))
        const possible = new Set(permutations(items).map((xs) => JSON.stringify(runPlainly(programFor(xs)))))
        const prepared = prepare(programFor(items))
        assert.isTrue([...prepared.loop!.treatments.values()].some(({ kind }) => kind === "waits"))
        const seen = new Set<string>()
        for (let seed = 0; seed < 100; seed++) {
          const concurrency = 1 + (seed % 5)
          const schedule = new Schedule(seed)
          const left = JSON.stringify(yield* runAtOnce(prepared, schedule, { concurrency, order: "completion" }))
          assert.isTrue(possible.has(left), `seed ${seed} left ${left}`)
          assert.strictEqual(schedule.running, 0)
          seen.add(left)
        }
        assert.isAbove(seen.size, 1, "the order must not always be that of the input")
      })
    )
  }
})

describe("the tasks of a turn", () => {
  it.live("are stopped where a turn before theirs has failed", () =>
    green(function* () {
      const place = "/tasks-of-a-turn.js:failing"
      setLoop(place, { concurrency: 3, order: "input", collect: false })
      const done: Array<number> = []
      const tasks: Array<Task<any>> = []
      const note = lifted(function* (x: number): Body {
        yield* inOrder()
        done.push(x)
      })
      const turn = function* (x: number): Body {
        tasks.push(yield* go(spawn, note, x))
        yield* go(sleep, 5 - x)
        if (x === 2) throw new Error("two")
      }
      assert.strictEqual((yield* caught(loop(place, [1, 2, 3], turn, undefined))).message, "two")
      yield* go(joinall, tasks)
      assert.deepStrictEqual(
        [done, tasks.map((task) => task.killed)],
        [
          [1, 2],
          [false, false, true]
        ]
      )
    })
  )

  for (const order of ["input", "completion"] as const) {
    it.live(`all go on when its time has come, ${order === "input" ? "in order" : "in any order"}`, () =>
      green(function* () {
        const place = `/tasks-of-a-turn.js:${order}`
        setLoop(place, { concurrency: 3, order, collect: false })
        const done: Array<string> = []
        const note = lifted(function* (x: number, name: string): Body {
          yield* go(sleep, x)
          yield* inOrder()
          done.push(`${x}${name}`)
        })
        const turn = function* (x: number): Body {
          const tasks = []
          for (const name of ["a", "b", "c"]) tasks.push(yield* go(spawn, note, x, name))
          for (const task of tasks) yield* on(task).wait()
        }
        yield* loop(place, [3, 1, 2], turn, undefined)
        assert.deepStrictEqual(done.toSorted(), ["1a", "1b", "1c", "2a", "2b", "2c", "3a", "3b", "3c"])
        if (order === "input") assert.deepStrictEqual(done.map((each) => each[0]).join(""), "333111222")
      })
    )
  }
})
