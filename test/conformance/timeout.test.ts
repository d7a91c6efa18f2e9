/** Conformance 4.5: what eventlet's tests of timeouts assert. */
import { assert, describe, it } from "@effect/vitest"
import { isTimeout, sleep, spawn, Timeout, type TimeoutError, timeout, withTimeout } from "../../src/green.js"
import { type Body, both, caught, go, greenOnly, lifted, on } from "../concurrency/run.js"
import { collectGarbage } from "./garbage.js"

const long = 5000

const slow = lifted(function* (): Body<string> {
  yield* go(sleep, long)
  return "slow"
})

const nothing = lifted(function* (): Body {})

/** What a block that takes too long throws under this timeout. */
const expired = (limit: Timeout) => caught(on(limit).run(slow))

class Custom extends Error {}

describe("4.5 Timeout", () => {
  it("T-01 a new one is not pending", () => {
    assert.isFalse(new Timeout().pending)
    assert.isFalse(new Timeout(long).pending)
  })

  it("T-02 one that is thrown keeps its identity", () => {
    const limit = new Timeout(long)
    try {
      throw limit
    } catch (error) {
      assert.strictEqual(error, limit)
      assert.isFalse(limit.pending)
    }
  })

  both("T-03 it can be printed in any state", function* () {
    for (const limit of [new Timeout(), new Timeout(1), new Timeout(1, false), new Timeout(1, Custom)]) {
      const print = lifted(function* () {
        assert.match(String(limit), /time/)
        limit.cancel()
        assert.match(String(limit), /time/)
      })
      yield* on(limit).run(print)
      assert.match(String(limit), /time/)
    }
  })

  both("T-04 withTimeout and timeout", function* () {
    assert.isTrue(isTimeout(yield* caught(go(withTimeout, 1, slow))))
    assert.strictEqual(yield* go(timeout<string, string>, 1, slow, () => "default"), "default")
    const fast = lifted(function* (a: number, b: number) {
      yield* go(sleep)
      return a + b
    })
    assert.strictEqual(yield* go(withTimeout, long, fast, 1, 2), 3)
  })

  both("T-05 an inner one with a default does not absorb an outer one", function* () {
    const outer = new Timeout(1)
    const inner = lifted(() => go(timeout<string, string>, long, slow, () => "default"))
    assert.strictEqual(yield* caught(on(outer).run(inner)), outer)
  })

  it("T-06 it bears the mark of a timeout", () => {
    assert.isTrue(isTimeout(new Timeout()))
    assert.isTrue(isTimeout({ isTimeout: true }))
    for (const other of [new Error(), null, undefined, "isTimeout"]) assert.isFalse(isTimeout(other))
  })

  both("T-07 leaving the block early cancels", function* () {
    const limit = new Timeout(50)
    const body = lifted(function* () {
      assert.isTrue(limit.pending)
      yield* go(sleep)
    })
    yield* on(limit).run(body)
    assert.isFalse(limit.pending)
    yield* go(sleep, 60)
  })

  for (const [id, throws] of [
    ["T-08", undefined],
    ["T-09", true]
  ] as const) {
    both(`${id} it throws itself`, function* () {
      const limit = new Timeout(1, throws)
      assert.strictEqual(yield* expired(limit), limit)
    })
  }

  both("T-10 it throws the error it was given", function* () {
    const error = new Custom("given")
    assert.strictEqual(yield* expired(new Timeout(1, error)), error)
  })

  both("T-11 it throws a new error of the class it was given", function* () {
    assert.instanceOf(yield* expired(new Timeout(1, Custom)), Custom)
  })

  both("T-12 the class of an error that is being handled can be given", function* () {
    try {
      throw new Custom("handled")
    } catch (error) {
      const limit = new Timeout(1, (error as Custom).constructor as new () => Error)
      assert.instanceOf(yield* expired(limit), Custom)
    }
  })

  both("T-13 cancel inside the block", function* () {
    const limit = new Timeout(2)
    const body = lifted(function* () {
      limit.cancel()
      assert.isFalse(limit.pending)
      yield* go(sleep, 5)
      return "whole"
    })
    assert.strictEqual(yield* on(limit).run(body), "whole")
  })

  both("T-14 a quiet one ends the block early and throws nothing", function* () {
    assert.isUndefined(yield* on(new Timeout(1, false)).run(slow))
  })

  both("T-15 one without a time never fires", function* () {
    const limit = new Timeout(null)
    const body = lifted(function* () {
      assert.isFalse(limit.pending)
      yield* go(sleep, 2)
      return "whole"
    })
    assert.strictEqual(yield* on(limit).run(body), "whole")
  })

  both("T-16 one that did not fire keeps no hold of its error", function* () {
    const error = yield* go(quickUnder, 1000)
    yield* go(sleep, 1)
    yield* go(collectGarbage)
    assert.isUndefined(error.deref())
  })

  both("T-17 nested: a quiet outer one that is shorter leaves both blocks", function* () {
    const outer = new Timeout(1, false)
    const inner = new Timeout(long)
    const body = lifted(() => on(inner).run(slow))
    assert.isUndefined(yield* on(outer).run(body))
    assert.deepStrictEqual([outer.pending, inner.pending], [false, false])
  })

  for (const [which, outerMs, innerMs] of [
    ["outer", 1, long],
    ["inner", long, 1]
  ] as const) {
    greenOnly(`T-17 nested: the ${which} one fires first`, function* () {
      const outer = new Timeout(outerMs)
      const inner = new Timeout(innerMs)
      const seen: Array<unknown> = []
      const innermost = lifted(function* () {
        try {
          yield* go(sleep, long)
        } catch (error) {
          seen.push(error, outer.pending, inner.pending)
          throw error
        }
      })
      const body = lifted(function* () {
        try {
          yield* on(inner).run(innermost)
        } catch (error) {
          seen.push(outer.pending, inner.pending)
          throw error
        }
      })
      const error = yield* caught(on(outer).run(body))
      const outerFirst = which === "outer"
      assert.strictEqual(error, outerFirst ? outer : inner)
      assert.deepStrictEqual(seen, [error, !outerFirst, outerFirst, !outerFirst, false])
      assert.deepStrictEqual([outer.pending, inner.pending], [false, false])
    })
  }

  it("checks what it is to throw", () => {
    assert.throws(() => new Timeout(1, "text" as unknown as TimeoutError), TypeError)
    assert.throws(() => new Timeout("1" as any), TypeError)
  })

  both("a killed task is not revived by a timeout in it", function* () {
    const body = lifted(() => go(timeout<string, string>, long, slow, () => "default"))
    const task = yield* go(spawn, body)
    yield* go(sleep)
    yield* on(task).kill()
    assert.isTrue(task.killed)
  })
})

const quickUnder = lifted(function* (ms: number): Body<WeakRef<Error>> {
  const error = new Custom("unused")
  yield* on(new Timeout(ms, error)).run(nothing)
  return new WeakRef(error)
})
