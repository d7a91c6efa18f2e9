/** Conformance 4.7: what eventlet's tests of DAGPool assert. */
import { assert, describe, it } from "@effect/vitest"
import { DAGPool, Event, type GreenIterator, PropagateError, sleep, spawn } from "../../src/green.js"
import { type Body, both, caught, go, greenOnly, lifted, list, on } from "../concurrency/run.js"

type Inputs = GreenIterator<[string, unknown]>

/** Counts the rounds of the event loop, which shows whether something waited. */
function* withCounter(body: (check: <A>(steps: Body<A>) => Body<A>) => Body): Body {
  let count = 0
  const counter = lifted(function* () {
    for (;;) {
      count++
      yield* go(sleep)
    }
  })
  const task = yield* go(spawn, counter)
  yield* go(sleep)
  assert.isAbove(count, 0)
  const withoutWaiting = function* <A>(steps: Body<A>): Body<A> {
    const before = count
    const value = yield* steps
    assert.strictEqual(count, before, "it waited")
    return value
  }
  try {
    yield* body(withoutWaiting)
  } finally {
    yield* on(task).kill()
  }
}

/** Lets everyone else run until nobody has anything to do. */
function* settle(): Body {
  for (let i = 0; i < 10; i++) yield* go(sleep)
}

/** A node that takes its inputs, notes what it does, and waits to be told to end. */
const observed = (notes: Array<string>, ends: Map<string, Event<unknown>> = new Map()) =>
  lifted(function* (key: string, inputs: Inputs): Body<unknown> {
    for (;;) {
      const result = yield* on(inputs).next()
      if (result.done) break
      notes.push(`${key} got ${result.value[0]}`)
    }
    const end = ends.get(key)
    const value = end === undefined ? `value of ${key}` : yield* on(end).wait()
    notes.push(`${key} returns ${value}`)
    return value
  })

const constant = (value: unknown) =>
  lifted(function* (): Body<unknown> {
    yield* go(sleep)
    return value
  })

const failing = lifted(function* (key: string, inputs: Inputs): Body<unknown> {
  yield* list(inputs)
  throw new Error(`${key} is bad`)
})

const taken = (f: () => unknown): void => {
  try {
    f()
  } catch (error) {
    assert.strictEqual((error as { code: string }).code, "GREENLIFT_DAG_COLLISION")
    return
  }
  assert.fail("no collision")
}

describe("4.7 DAGPool", () => {
  both("D-01 the check for waiting finds a wait", function* () {
    yield* withCounter(function* (withoutWaiting) {
      yield* withoutWaiting((function* (): Body {})())
      assert.match((yield* caught(withoutWaiting(go(sleep)))).message, /it waited/)
    })
  })

  greenOnly("D-02 preloaded values are there without waiting", function* () {
    yield* withCounter(function* (withoutWaiting) {
      for (const preload of [{ a: 1, b: 2 }, [["a", 1] as const, ["b", 2] as const]]) {
        const values = yield* withoutWaiting(on(new DAGPool<string, number>(preload)).waitall())
        assert.deepStrictEqual(
          [...values],
          [
            ["a", 1],
            ["b", 2]
          ]
        )
      }
    })
  })

  greenOnly("D-03 waiting for no keys gives nothing, without waiting", function* () {
    yield* withCounter(function* (withoutWaiting) {
      assert.deepStrictEqual(yield* withoutWaiting(list(new DAGPool().waitEach([]))), [])
    })
  })

  greenOnly("D-04 preloaded keys come without waiting, and only those asked for", function* () {
    yield* withCounter(function* (withoutWaiting) {
      const dag = new DAGPool<string, number>({ a: 1, b: 2, c: 3 })
      assert.deepStrictEqual(new Map(yield* withoutWaiting(list(dag.waitEach(["a", "b", "c"])))), new Map(dag.items()))
      assert.deepStrictEqual(
        [...(yield* withoutWaiting(on(dag).wait(["a", "b"])))],
        [
          ["a", 1],
          ["b", 2]
        ]
      )
    })
  })

  both("D-05 what is there comes first, the rest as it is posted", function* () {
    const dag = new DAGPool<string, number>({ a: 1, b: 2 })
    const got: Array<string> = []
    const consumer = lifted(function* () {
      const each = dag.waitEach(["d", "c", "b", "a"])
      for (;;) {
        const result = yield* on(each).next()
        if (result.done) return
        got.push(result.value[0])
      }
    })
    const task = yield* go(spawn, consumer)
    yield* settle()
    assert.deepStrictEqual(got.toSorted(), ["a", "b"])
    dag.post("c", 3)
    yield* settle()
    assert.deepStrictEqual(got.slice(2), ["c"])
    dag.post("d", 4)
    yield* on(task).wait()
    assert.deepStrictEqual(got.slice(2), ["c", "d"])
  })

  both("D-06 wait returns when the last key is posted", function* () {
    const dag = new DAGPool<string, number>({ a: 1 })
    const waiting = lifted(() => on(dag).wait(["a", "b", "c"]))
    const task = yield* go(spawn, waiting)
    dag.post("b", 2)
    yield* settle()
    assert.isFalse(task.dead)
    dag.post("c", 3)
    assert.deepStrictEqual((yield* on(task).wait()).size, 3)
  })

  both("D-07 to D-09 a key that is taken is refused", function* () {
    const dag = new DAGPool<string, unknown>({ preloaded: 1 })
    dag.post("posted", 2)
    yield* on(dag).spawn("spawned", [], constant("first"))
    for (const key of ["preloaded", "posted", "spawned"]) {
      assert.strictEqual((yield* caught(on(dag).spawn(key, [], constant(0)))).code, "GREENLIFT_DAG_COLLISION")
    }
    yield* on(dag).waitall()
    assert.strictEqual((yield* caught(on(dag).spawn("spawned", [], constant(0)))).code, "GREENLIFT_DAG_COLLISION")
    assert.strictEqual(yield* on(dag).get("spawned"), "first")
  })

  both("D-10 it accounts for its nodes as they go", function* () {
    const dag = new DAGPool<string, unknown>()
    const notes: Array<string> = []
    const ends = new Map(["a", "b", "c", "d", "e"].map((key) => [key, new Event<unknown>()]))
    const node = observed(notes, ends)
    yield* on(dag).spawn("a", [], node)
    yield* on(dag).spawn("b", ["a"], node)
    yield* on(dag).spawn("c", ["a"], node)
    yield* on(dag).spawn("d", ["b", "c"], node)
    yield* on(dag).spawn("e", [], node)
    yield* settle()
    assert.deepStrictEqual([dag.running(), dag.waiting()], [5, 3])
    assert.deepStrictEqual(dag.runningKeys(), ["a", "b", "c", "d", "e"])
    assert.deepStrictEqual(
      dag.waitingFor(),
      new Map([
        ["b", new Set(["a"])],
        ["c", new Set(["a"])],
        ["d", new Set(["b", "c"])]
      ])
    )
    assert.deepStrictEqual(dag.waitingFor("d"), new Set(["b", "c"]))
    assert.deepStrictEqual(dag.waitingFor("e"), new Set())
    assert.throws(() => dag.waitingFor("f"), /key f/)
    ends.get("a")!.send(1)
    yield* settle()
    assert.deepStrictEqual(notes, ["a returns 1", "b got a", "c got a"])
    assert.deepStrictEqual([dag.keys(), dag.items(), dag.running(), dag.waiting()], [["a"], [["a", 1]], 4, 1])
    ends.get("c")!.send(3)
    yield* settle()
    assert.deepStrictEqual(notes.slice(3), ["c returns 3", "d got c"])
    assert.deepStrictEqual(dag.waitingFor("d"), new Set(["b"]))
    for (const key of ["b", "d", "e"]) {
      ends.get(key)!.send(key)
      yield* settle()
    }
    assert.deepStrictEqual(notes.slice(5), ["b returns b", "d got b", "d returns d", "e returns e"])
    assert.deepStrictEqual([dag.running(), dag.waiting(), dag.waitingFor().size], [0, 0, 0])
    assert.deepStrictEqual(dag.waitingFor("d"), new Set())
  })

  both("D-11 a diamond from one map runs in order of its edges", function* () {
    const dag = new DAGPool<string, unknown>()
    const notes: Array<string> = []
    const depends = new Map([
      ["e", ["d"]],
      ["d", ["b", "c"]],
      ["b", ["a"]],
      ["c", ["a"]],
      ["a", []]
    ])
    const node = lifted(function* (key: string, inputs: Inputs): Body<unknown> {
      const got = yield* list(inputs)
      notes.push(
        `${key} after ${got
          .map(([input]) => input)
          .toSorted()
          .join("")}`
      )
      if (key === "b") yield* on(dag).post("b", "posted by b")
      yield* go(sleep)
      return `value of ${key}`
    })
    const waiter = lifted(function* () {
      const values = yield* on(dag).waitall()
      notes.push("waitall")
      return values
    })
    yield* on(dag).spawnMany(depends, node)
    const task = yield* go(spawn, waiter)
    const values: Map<string, unknown> = yield* on(task).wait()
    assert.strictEqual(notes[0], "a after ")
    assert.deepStrictEqual(notes.slice(1, 3).toSorted(), ["b after a", "c after a"])
    assert.deepStrictEqual(notes.slice(3), ["d after bc", "e after d", "waitall"])
    assert.deepStrictEqual([values.get("b"), values.get("c")], ["posted by b", "value of c"])
  })

  both("D-12 waitEach without keys gives each value as its node ends", function* () {
    const dag = new DAGPool<string, unknown>()
    const notes: Array<string> = []
    const ends = new Map(["a", "b", "c"].map((key) => [key, new Event<unknown>()]))
    const node = observed([], ends)
    yield* on(dag).spawn("a", [], node)
    yield* on(dag).spawn("b", ["a"], node)
    yield* on(dag).spawn("c", ["b"], node)
    const consumer = lifted(function* () {
      const each = dag.waitEach()
      for (;;) {
        const result = yield* on(each).next()
        if (result.done) return
        notes.push(result.value.join(" "))
      }
    })
    const task = yield* go(spawn, consumer)
    for (const [i, key] of ["a", "b", "c"].entries()) {
      ends.get(key)!.send(i)
      yield* settle()
      assert.strictEqual(notes.length, i + 1)
    }
    yield* on(task).wait()
    assert.deepStrictEqual(notes, ["a 0", "b 1", "c 2"])
  })

  both("D-13 kill forgets a node", function* () {
    const dag = new DAGPool<string, unknown>()
    assert.strictEqual((yield* caught(on(dag).kill("a"))).code, "GREENLIFT_DAG_UNKNOWN_KEY")
    yield* on(dag).spawn("a", [], () => assert.fail("it ran"))
    yield* on(dag).kill("a")
    assert.strictEqual(dag.running(), 0)
    yield* on(dag).spawn("a", [], constant("again"))
    assert.strictEqual(yield* on(dag).get("a"), "again")
    assert.strictEqual((yield* caught(on(dag).kill("a"))).code, "GREENLIFT_DAG_UNKNOWN_KEY")
  })

  it("D-14 and D-15 posting over a value is refused", () => {
    const dag = new DAGPool<string, number>({ a: 1 })
    taken(() => dag.post("a", 2))
    dag.post("b", 2)
    taken(() => dag.post("b", 3))
    assert.deepStrictEqual([dag.get("a"), dag.get("b")], [1, 2])
  })

  both("D-16 only the node itself may post while it runs", function* () {
    const dag = new DAGPool<string, unknown>()
    const end = new Map([["a", new Event<unknown>()]])
    yield* on(dag).spawn("a", [], observed([], end))
    yield* settle()
    taken(() => dag.post("a", "outsider"))
    yield* on(dag).kill("a")
    dag.post("a", "after the kill")
    assert.strictEqual(yield* on(dag).get("a"), "after the kill")
    yield* on(dag).spawn("b", [], constant("own"))
    yield* on(dag).waitall()
    taken(() => dag.post("b", "outsider"))
    assert.strictEqual((yield* caught(on(dag).kill("b"))).code, "GREENLIFT_DAG_UNKNOWN_KEY")
  })

  both("D-17 replacing is seen by every accessor", function* () {
    const dag = new DAGPool<string, number>({ a: 1 })
    dag.post("a", 10, { replace: true })
    assert.deepStrictEqual(yield* list(dag.waitEach()), [["a", 10]])
    assert.deepStrictEqual([dag.items(), dag.poll("a"), yield* on(dag).get("a")], [[["a", 10]], 10, 10])
    assert.strictEqual((yield* on(dag).waitall()).get("a"), 10)
  })

  both("D-18 get waits for the value", function* () {
    const dag = new DAGPool<string, number>()
    const getting = lifted(() => on(dag).get("a"))
    const task = yield* go(spawn, getting)
    yield* settle()
    assert.isFalse(task.dead)
    dag.post("a", 1)
    assert.strictEqual(yield* on(task).wait(), 1)
  })

  both("D-19 waitall throws a node's error with its key", function* () {
    const dag = new DAGPool<string, unknown>()
    yield* on(dag).spawn("a", [], failing)
    const error = yield* caught(on(dag).waitall())
    assert.instanceOf(error, PropagateError)
    assert.strictEqual(error.key, "a")
    assert.strictEqual((error.cause as Error).message, "a is bad")
    assert.match(error.message, /node a failed \(Error: a is bad\)/)
  })

  both("D-20 a failure goes down a chain, wrapped at each step", function* () {
    const dag = new DAGPool<string, unknown>()
    yield* on(dag).spawn("a", [], failing)
    yield* on(dag).spawn("b", ["a"], failing)
    yield* on(dag).spawn("c", ["b"], failing)
    const error = yield* caught(on(dag).get("c"))
    assert.deepStrictEqual([error.key, error.cause.key, error.cause.cause.key], ["c", "b", "a"])
    assert.strictEqual(error.cause.cause.cause.message, "a is bad")
    for (const key of ["a", "b", "c"]) assert.include(error.message, `node ${key} failed`)
  })

  both("D-21 waitEach throws for a failed key", function* () {
    const dag = new DAGPool<string, unknown>({ b: 1 })
    yield* on(dag).spawn("a", [], failing)
    assert.strictEqual((yield* caught(list(dag.waitEach()))).key, "a")
    assert.strictEqual((yield* caught(list(dag.waitEach(["a"])))).key, "a")
  })

  both("D-22 an error that is posted is a value, a PropagateError a failure", function* () {
    const dag = new DAGPool<string, unknown>({ good: 1 })
    const plain = new Error("a value")
    dag.post("plain", plain)
    assert.strictEqual(yield* on(dag).get("plain"), plain)
    const failure = new PropagateError("bad", new Error("posted"))
    dag.post("bad", failure)
    for (const steps of [on(dag).get("bad"), on(dag).items(), on(dag).waitall(), on(dag).wait(["good", "bad"])]) {
      assert.strictEqual(yield* caught(steps), failure)
    }
    assert.deepStrictEqual(yield* list(dag.waitEachSuccess()), [
      ["good", 1],
      ["plain", plain]
    ])
    assert.deepStrictEqual(yield* list(dag.waitEachException()), [["bad", failure]])
    assert.deepStrictEqual(yield* list(dag.waitEachSuccess(["bad"])), [])
  })
})
