import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as prelude from "../../src/loader/prelude.js"
import { runTwin } from "../../src/runtime/host.js"
import { nativeOp } from "../../src/runtime/op.js"
import { stamp, type Twin } from "../../src/runtime/twin.js"
import { lift } from "../support/lift.js"

/** Runs a snippet lifted, interrupts it when it waits for good in `forever()`, and gives what it logged. */
const interrupted = (source: string): Effect.Effect<ReadonlyArray<string>> =>
  Effect.gen(function* () {
    const log: Array<string> = []
    let waiting = false
    const forever = stamp(
      () => {},
      function* () {
        const start = () => {
          waiting = true
          return () => void log.push("abandoned")
        }
        yield nativeOp<void>("forever", start, () => {})
      }
    )
    const wait = stamp(
      (x: unknown) => x,
      function* (x: unknown) {
        yield nativeOp<void>(
          "tick",
          (resume) => void queueMicrotask(resume),
          () => {}
        )
        return x
      }
    )
    let body: Twin | undefined
    const helpers = { ...prelude, moduleTop: (_file: string, twin: Twin) => void (body = twin) }
    const write = (...values: Array<unknown>) => void log.push(values.join(" "))
    new Function("log", "wait", "forever", "require", lift(source))(write, wait, forever, () => helpers)
    const fiber = yield* Effect.fork(runTwin(() => body!.call(undefined), { name: "snippet" }))
    while (!waiting) yield* Effect.promise(() => new Promise((resume) => setImmediate(resume)))
    const exit = yield* Fiber.interrupt(fiber)
    return [...log, Exit.isInterrupted(exit) ? "interrupted" : "not interrupted"]
  })

const cases: Readonly<Record<string, { readonly source: string; readonly log: ReadonlyArray<string> }>> = {
  "in a generator's body, where it runs every finally and no catch": {
    source: `
      function* inner() { try { yield 1; forever() } catch (e) { log("caught") } finally { log("inner", wait(1)) } }
      function* outer() { try { yield* inner() } catch (e) { log("caught") } finally { log("outer", wait(2)) } }
      const it = outer(); try { for (const x of it) log("got", x) } catch (e) { log("caught") } finally { log("loop", wait(3), it.next().done) }`,
    log: ["got 1", "abandoned", "inner 1", "outer 2", "loop 3 true", "interrupted"]
  },
  "in a loop's body, where it closes the iterator": {
    source: `
      function* g() { try { yield 1 } catch (e) { log("caught") } finally { log("closed", wait(1)) } }
      const own = { [Symbol.iterator]() { return { next() { return { done: false, value: wait(2) } }, return() { log("returned", wait(3)); return {} } } } }
      try { for (const x of own) for (const y of g()) forever() } catch (e) { log("caught") } finally { log("end") }`,
    log: ["abandoned", "closed 1", "returned 3", "end", "interrupted"]
  },
  "while an iterator is closed": {
    source: `
      function* g() { try { yield 1 } finally { try { forever() } finally { log("finally", wait(1)) } } }
      const f = () => { for (const x of g()) return x }; try { log(f()) } catch (e) { log("caught") } finally { log("end") }`,
    log: ["abandoned", "finally 1", "end", "interrupted"]
  },
  "while an iterator is closed after an error, which it outweighs": {
    source: `
      function* g() { try { yield 1 } finally { try { forever() } finally { log("finally", wait(1)) } } }
      try { for (const x of g()) throw new Error("body") } catch (e) { log("caught") } finally { log("end") }`,
    log: ["abandoned", "finally 1", "end", "interrupted"]
  },
  "in what is spread, destructured and collected": {
    source: `
      function* g() { try { yield 1; forever() } catch (e) { log("caught") } finally { log("closed", wait(1)) } }
      try { const [a, b] = [[...g()]] } catch (e) { log("caught") } finally { const own = () => { const [a, b] = g() }; log("end") }`,
    log: ["abandoned", "closed 1", "end", "interrupted"]
  },
  "in an async generator's body, where it runs every finally and no catch": {
    source: `
      async function* inner() { try { yield 1; forever() } catch (e) { log("caught") } finally { await null; log("inner", wait(1)) } }
      async function* map(xs) { try { for await (const x of xs) yield x } catch (e) { log("caught") } finally { log("map", wait(2), await wait(3)) } }
      const main = async () => { const it = map(inner()); try { for await (const x of it) log("got", x) } catch (e) { log("caught") } finally { log("loop", wait(4), (await it.next()).done) } }; main()`,
    log: ["got 1", "abandoned", "inner 1", "map 2 3", "loop 4 true", "interrupted"]
  },
  "in what an async generator delegates to": {
    source: `
      async function* inner() { try { yield 1; await null; forever() } catch (e) { log("caught") } finally { log("inner", wait(1)) } } async function* outer() { try { yield* inner() } catch (e) { log("caught") } finally { log("outer", wait(2)) } }
      const own = () => ({ [Symbol.asyncIterator]() { return this }, next() { forever() } }); async function* over() { try { yield* own() } finally { log("over", wait(3)) } }
      const main = async (it) => { try { for await (const x of it) log("got", x) } catch (e) { log("caught") } finally { log("loop", wait(4)) } }; const both = async () => { try { await main(outer()) } finally { log("end") } }; both()`,
    log: ["got 1", "abandoned", "inner 1", "outer 2", "loop 4", "end", "interrupted"]
  },
  "in a call of the iterator that an async generator delegates to": {
    source: `
      const own = { [Symbol.asyncIterator]() { return this }, next() { try { forever() } finally { log("next", wait(1)) } } }; async function* over() { try { yield* own } catch (e) { log("caught") } finally { log("over", wait(2)) } }
      const main = async () => { try { for await (const x of over()) log("got", x) } catch (e) { log("caught") } finally { log("loop", wait(3)) } }; main()`,
    log: ["abandoned", "next 1", "over 2", "loop 3", "interrupted"]
  },
  "at an await in an async generator, of what never comes": {
    source: `
      const never = new Promise(() => {}); async function* g() { try { yield 1; await null; later(() => forever()); await never } catch (e) { log("caught") } finally { log("closed", wait(1), await wait(2)) } } async function* outer() { try { yield* g() } finally { log("outer") } }
      const later = (f) => { const g = async () => { await null; try { f() } finally { log("beside") } }; g() }
      const main = async () => { try { for await (const x of outer()) log("got", x) } catch (e) { log("caught") } finally { log("loop", wait(3)) } }; main()`,
    log: ["got 1", "abandoned", "beside", "closed 1 2", "outer", "loop 3", "interrupted"]
  },
  "at a yield in an async generator, of what never comes": {
    source: `
      const never = new Promise(() => {}); async function* g() { try { yield 1; yield never } catch (e) { log("caught") } finally { log("closed", wait(1)); yield 2; log("never") } }
      const beside = async () => { await null; for (let i = 0; i < 30; i++) await null; try { forever() } finally { log("beside") } }
      const main = async () => { try { for await (const x of g()) log("got", x) } catch (e) { log("caught") } finally { log("loop", wait(3)) } }; main(); beside()`,
    log: ["got 1", "abandoned", "beside", "closed 1", "loop 3", "interrupted"]
  },
  "in the body of a loop over an async generator, which it closes and waits for": {
    source: `
      async function* g() { try { yield 1 } catch (e) { log("caught") } finally { await null; log("closing", wait(1)); await null; log("closed", wait(2)) } }
      const main = async () => { try { for await (const x of g()) forever() } catch (e) { log("caught") } finally { log("end", wait(3)) } }; main()`,
    log: ["abandoned", "closing 1", "closed 2", "end 3", "interrupted"]
  },
  "while an async generator is closed": {
    source: `
      async function* g() { try { yield 1 } finally { try { forever() } finally { log("finally", wait(1)) } } }
      const main = async () => { try { for await (const x of g()) break } catch (e) { log("caught") } finally { log("end", wait(2)) } }; main()`,
    log: ["abandoned", "finally 1", "end 2", "interrupted"]
  },
  "in a request that is not awaited": {
    source: `
      async function* g() { try { await null; forever() } catch (e) { log("caught") } finally { log("closed", wait(1)) } }
      const main = async () => { const it = g(); const p = it.next(); log("asked"); try { await new Promise(() => {}) } finally { log("end", wait(2)) } }; main()`,
    log: ["asked", "abandoned", "end 2", "closed 1", "interrupted"]
  }
}

describe("an interruption", () => {
  for (const [name, { source, log }] of Object.entries(cases)) {
    it.live(name, () => Effect.map(interrupted(source), (actual) => assert.deepStrictEqual(actual, log)))
  }
})
