import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { alone, analyze, compile, parse } from "../../src/compiler/index.js"
import { type LoopSettings, setLoop } from "../../src/concurrency/loop.js"
import { runTwin } from "../../src/runtime/host.js"
import { Schedule, topTaken, waitingBy } from "../support/loops.js"

const file = "/loop.cjs"

/** The exports of a program whose first blocking loop runs as told. `wait(x)` gives x after a wait of the schedule. */
const run = (source: string, schedule: Schedule, how: Partial<LoopSettings> | undefined) => {
  const surroundings = { ...alone, allGrey: true }
  const parsed = parse(file, source, "commonjs")
  if ("text" in parsed) throw new Error(parsed.text)
  const loop = analyze(parsed, { surroundings }).loops.find(({ obstacles }) => obstacles.length === 0)!
  assert.deepStrictEqual(loop.obstacles, [])
  const { code } = compile(source, {
    file,
    kind: "commonjs",
    helpers: "helpers",
    entry: true,
    surroundings,
    concurrentLines: [loop.line]
  })
  const module = { exports: {} as any }
  const { helpers, top } = topTaken()
  const wait = waitingBy(schedule)
  const log: Array<unknown> = []
  const note = Object.assign((line: unknown) => void log.push(line), { log })
  new Function("require", "module", "wait", "note", code)(() => helpers, module, wait, note)
  const place = `${file}:${loop.line}`
  setLoop(place, how && { concurrency: 4, order: "input", collect: false, ...how })
  return runTwin(top, { name: "loop" }).pipe(Effect.map(() => module.exports))
}

const programs = {
  "output, sums and collections come in loop order": `
    const out = [], m = new Map(), o = {}; let n = 0, text = ""
    for (const x of [5, 3, 8, 1, 9, 2, 7, 4]) {
      if (wait(x) === 8) continue
      n++; text += wait(x) + ","; out.push(wait(x * 2), x); m.set(x, wait(x)); o["k" + (x % 3)] = wait(x)
    }
    module.exports = [n, text, out, [...m], o]`,
  "nested loops and closures belong to their turn": `
    const out = []
    for (const x of [1, 2, 3, 4, 5]) { let s = 0; for (const y of [1, 2]) { const f = () => wait(x * y); s += f() } out.push(s) }
    module.exports = out`,
  "sums of a concurrent loop in a concurrent loop": `
    let all = 0; const out = []
    for (const x of [3, 1, 2]) {
      let own = 0
      // @green concurrency 2
      for (const y of [3, 1, 2]) { own += wait(x * y); all += wait(1) }
      out.push(own)
    }
    module.exports = [all, out]`,
  "a failure that the program catches": `
    const out = []
    try { for (const x of [1, 2, 3, 4, 5, 6]) { wait(x); if (x === 3) throw new Error("three"); out.push(wait(x)) } } catch (e) { out.push(e.message) }
    module.exports = out`,
  "this and arguments of the function around": `
    class A { constructor() { this.k = 3 } run(xs) { const out = []; for (const x of xs) { out.push(wait(this.k * x)) } return out } }
    module.exports = new A().run([1, 2, 3, 4, 5, 6])`,
  "counting loops, keys, and several variables in the head": `
    const out = []; for (let i = 0, n = 6; i < n; i++) { const f = () => i * 10; out.push([wait(i), f(), n]) }
    module.exports = out`,
  "keys of an object": `
    const out = [], o = { a: 3, b: 1, c: 2 }; for (const key in o) { out.push(key + wait(o[key])) } module.exports = out`,
  "forEach, with its index, its array and its this": `
    const out = []; [4, , 2, 7].forEach(function (x, i, all) { if (wait(x) === 2) return; out.push([wait(x), i, all.length, this.k]) }, { k: 1 })
    module.exports = out`,
  "map, in order, holes kept": `
    const r = [4, , 2, 7].map((x, i) => wait(x * i)); module.exports = [r, r.length, 1 in r]`,
  "failures caught in the turn": `
    const out = []
    for (const x of [1, 2, 3, 4]) { try { if (wait(x) % 2) throw new Error("odd " + x); out.push(x) } catch (e) { out.push(e.message) } finally { out.push("f" + wait(x)) } }
    module.exports = out`
}

describe("a concurrent loop", () => {
  for (const [name, source] of Object.entries(programs)) {
    it.live(`computes what the sequential one computes: ${name}, under 200 schedules`, () =>
      Effect.gen(function* () {
        const expected = new Function("module", "wait", `${source}; return module.exports`)({}, (x: unknown) => x)
        for (let seed = 0; seed < 200; seed++) {
          const schedule = new Schedule(seed)
          const actual = yield* run(source, schedule, {})
          assert.deepStrictEqual(actual, expected, `seed ${seed}`)
          assert.strictEqual(schedule.running, 0)
        }
      })
    )
  }

  it.live("runs as many turns at once as it may, and no more", () =>
    Effect.gen(function* () {
      for (const concurrency of [1, 3, 7, 100]) {
        const schedule = new Schedule(concurrency)
        yield* run("for (const x of Array(20).keys()) { wait(x); wait(x) }", schedule, { concurrency })
        assert.strictEqual(schedule.peak, Math.min(concurrency, 20))
      }
    })
  )

  it.live("takes no more from a lazy source than it can run", () =>
    Effect.gen(function* () {
      const schedule = new Schedule(1)
      let running = 0
      let ahead = 0
      Object.assign(globalThis, { taken: () => (ahead = Math.max(ahead, ++running)), ended: () => void running-- })
      yield* run(
        `const source = { *[Symbol.iterator]() { for (let i = 0; i < 30; i++) { taken(); yield i } } }
         for (const x of source) { wait(x); ended() }`,
        schedule,
        { concurrency: 5 }
      )
      assert.strictEqual(ahead, 5)
    })
  )
})

describe("a comment above a loop", () => {
  it.live("makes it concurrent, without any setting", () =>
    Effect.gen(function* () {
      for (const source of [
        "// @green concurrency 3\nfor (const x of Array(10).keys()) wait(x)",
        "const xs = [...Array(10).keys()]\n/* @green concurrency 3 */\nxs.forEach((x) => { wait(x) })",
        "// @green concurrency 3\nnamed: for (let i = 0; i < 10; i++) { wait(i); continue named }"
      ]) {
        const schedule = new Schedule(1)
        yield* run(source, schedule, undefined)
        assert.strictEqual(schedule.peak, 3, source)
      }
    })
  )

  it("is answered with a message where it is misspelt", () => {
    for (const comment of ["@green concurency 3", "@green concurrency zero", "@green concurrency 0"]) {
      const source = `// ${comment}\nfor (const x of [1]) wait(x)`
      const { messages } = compile(source, { file, kind: "commonjs", helpers: "helpers" })
      assert.deepStrictEqual(
        messages.map(({ code, line }) => [code, line]),
        [["GL3002", 1]]
      )
    }
  })

  it("is answered with a message where the loop cannot be", () => {
    const { code, messages } = compile("let n = 0\n// @green concurrency 3\nwhile (n < 3) n = step(n)", {
      file,
      kind: "commonjs",
      helpers: "helpers"
    })
    assert.notInclude(code, "loop(")
    assert.deepStrictEqual(
      messages.map(({ code, line }) => [code, line]),
      [["GL3001", 3]]
    )
  })
})

describe("a concurrent loop that ends early", () => {
  const failing = `
    module.exports = note.log
    const source = { i: 0, [Symbol.iterator]() { return this }, next() { return { done: false, value: this.i++ } }, return() { note("closed"); return {} } }
    try { for (const x of source) { try { wait(x); if (x === 5) throw new Error("boom " + x); wait(x) } finally { note("finally " + x) } } }
    catch (e) { note(e.message) }`

  it.live("stops at the first failure: interrupts what runs, waits for it, closes its source, and throws", () =>
    Effect.gen(function* () {
      const schedule = new Schedule(3)
      const log: Array<string> = yield* run(failing, schedule, { concurrency: 3 })
      assert.deepStrictEqual(log.slice(-2), ["closed", "boom 5"])
      const finals = log.filter((line) => line.startsWith("finally"))
      assert.strictEqual(new Set(finals).size, finals.length)
      assert.include(finals, "finally 5")
      assert.strictEqual(schedule.running, 0)
    })
  )

  it.live("goes on after failures when they are collected, and tells of each", () =>
    Effect.gen(function* () {
      const failures: Array<string> = []
      const out = yield* run(
        `const out = []; for (const x of [1, 2, 3, 4, 5]) { if (wait(x) % 2) throw new Error("odd " + x); out.push(x) } module.exports = out`,
        new Schedule(4),
        {
          collect: true,
          observer: { failed: (index, item, error) => failures.push(`${index} ${item} ${(error as Error).message}`) }
        }
      )
      assert.deepStrictEqual(out, [2, 4])
      assert.deepStrictEqual(failures.sort(), ["0 1 odd 1", "2 3 odd 3", "4 5 odd 5"])
    })
  )

  it.live("interrupts every turn when it is interrupted, and ends after them", () =>
    Effect.gen(function* () {
      const schedule = new Schedule(5)
      const log: Array<string> = []
      const never = Object.assign(schedule, { wait: () => () => void log.push("let go") })
      const fiber = yield* Effect.fork(run("for (const x of [1, 2, 3, 4, 5, 6]) wait(x)", never, { concurrency: 4 }))
      yield* Effect.yieldNow()
      yield* Effect.promise(() => new Promise((resume) => setImmediate(resume)))
      const exit = yield* Fiber.interrupt(fiber)
      assert.isTrue(Exit.isInterrupted(exit))
      assert.strictEqual(log.length, 4)
    })
  )

  it.live("in completion order, output and sums come as turns happen to make them", () =>
    Effect.gen(function* () {
      const source = `const out = []; for (const x of [1, 2, 3, 4, 5, 6]) { out.push(wait(x)) } module.exports = out`
      const orders = new Set<string>()
      for (let seed = 0; seed < 20; seed++) {
        const out: Array<number> = yield* run(source, new Schedule(seed), { order: "completion", concurrency: 6 })
        assert.deepStrictEqual([...out].sort(), [1, 2, 3, 4, 5, 6])
        orders.add(out.join())
      }
      assert.isAbove(orders.size, 1)
    })
  )
})
