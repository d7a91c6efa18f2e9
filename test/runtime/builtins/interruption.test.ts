import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import "../../../src/runtime/builtins/index.js"
import { runTwin } from "../../../src/runtime/host.js"
import { isInterruption } from "../../../src/runtime/interruption.js"
import { nativeOp } from "../../../src/runtime/op.js"
import { type Steps, stamp, twinOf } from "../../../src/runtime/twin.js"

/** Runs a twin until it waits for good, interrupts it, and gives what it noted, at last how it ended. */
const interrupted = (script: (log: Array<string>, forever: () => Steps<void>) => Steps<unknown>) =>
  Effect.gen(function* () {
    const log: Array<string> = []
    let waiting = false
    function* forever(): Steps<void> {
      yield nativeOp<void>(
        "forever",
        () => {
          waiting = true
          return () => log.push("abandoned")
        },
        () => {}
      )
    }
    const fiber = yield* Effect.fork(runTwin(() => script(log, forever), { name: "test" }))
    while (!waiting) yield* Effect.promise(() => new Promise((resume) => setImmediate(resume)))
    const exit = yield* Fiber.interrupt(fiber)
    return [...log, Exit.isInterrupted(exit) ? "interrupted" : "not interrupted"]
  })

const soon = () =>
  nativeOp<void>(
    "soon",
    (resume) => void queueMicrotask(resume),
    () => {}
  )

/** Counts for ever; its `return` waits before it is through. */
const counting = (log: Array<string>, closing: () => Steps<unknown>) => {
  let at = 0
  const iterator = {
    __proto__: (globalThis as any).Iterator?.prototype,
    [Symbol.iterator]: () => iterator,
    next: () => ({ value: at++, done: false }),
    return: stamp(
      () => ({}),
      function* () {
        log.push("closing")
        yield* closing()
        log.push("closed")
        return {}
      }
    )
  }
  return iterator
}

const waitingAt = (at: number, forever: () => Steps<void>, log: Array<string>) =>
  stamp(
    (value: unknown) => value,
    function* (value: number) {
      log.push(`called with ${value}`)
      try {
        if (value === at) yield* forever()
      } finally {
        log.push("over")
      }
      return value
    }
  )

const iterating: Record<string, (items: any, callback: any) => Steps<unknown>> = {
  *"Array.from"(items, callback) {
    return yield* Reflect.apply(twinOf(Array.from)!, Array, [items, callback])
  },
  *"Map.groupBy"(items, callback) {
    return yield* Reflect.apply(twinOf((Map as any).groupBy)!, Map, [items, callback])
  },
  *"Iterator.prototype.forEach"(items, callback) {
    return yield* Reflect.apply(twinOf(items.forEach)!, items, [callback])
  },
  *"Iterator.prototype.map"(items, callback) {
    const helper: any = yield* Reflect.apply(twinOf(items.map)!, items, [callback])
    for (;;) yield* Reflect.apply(twinOf(helper.next)!, helper, [])
  }
}

const present = (title: string): boolean =>
  title === "Array.from" || (title === "Map.groupBy" ? "groupBy" in Map : "Iterator" in globalThis)

for (const [title, run] of Object.entries(iterating)) {
  describe.skipIf(!present(title))(`${title}, interrupted`, () => {
    it.effect("closes the iterator, and waits for that", () =>
      Effect.gen(function* () {
        const log = yield* interrupted((log, forever) =>
          run(
            counting(log, function* () {
              yield soon()
            }),
            waitingAt(1, forever, log)
          )
        )
        expect(log).toEqual([
          "called with 0",
          "over",
          "called with 1",
          "abandoned",
          "over",
          "closing",
          "closed",
          "interrupted"
        ])
      })
    )

    it.effect("is interrupted, though closing the iterator fails", () =>
      Effect.gen(function* () {
        const log = yield* interrupted((log, forever) =>
          run(
            counting(log, function* () {
              yield soon()
              throw new Error("from return")
            }),
            waitingAt(0, forever, log)
          )
        )
        expect(log).toEqual(["called with 0", "abandoned", "over", "closing", "interrupted"])
      })
    )

    it.effect("is interrupted while it closes the iterator because of an error", () =>
      Effect.gen(function* () {
        const throwing = stamp(
          () => {},
          function* () {
            yield soon()
            throw new RangeError("no more")
          }
        )
        const log = yield* interrupted(function* (log, forever) {
          try {
            yield* run(counting(log, forever), throwing)
          } catch (error) {
            if (isInterruption(error)) throw error
            log.push("the program goes on")
          }
        })
        expect(log).toEqual(["closing", "abandoned", "interrupted"])
      })
    )
  })
}

describe("Array.prototype.sort, interrupted", () => {
  it.effect("leaves the array as it was", () =>
    Effect.gen(function* () {
      const items = [3, 1, 2]
      const log = yield* interrupted(function* (_log, forever) {
        const compare = stamp((a: number, b: number) => a - b, forever)
        return yield* Reflect.apply(twinOf(items.sort)!, items, [compare])
      })
      expect(log).toEqual(["abandoned", "interrupted"])
      expect(items).toEqual([3, 1, 2])
    })
  )
})
