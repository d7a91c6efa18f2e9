/** Conformance 4.9: what eventlet's tests of its thread pool assert. */
import { queryObjects } from "node:v8"
import { assert, describe, it } from "@effect/vitest"
import { isTimeout, sleep, spawn, Timeout, timeout, tpool } from "../../src/green.js"
import { exported } from "../../src/runtime/exports.js"
import { type Body, caught, go, green, lifted, list, on } from "../concurrency/run.js"
import { timeOut } from "./offload/time-out.js"
import * as work from "./offload/work.js"
import { random } from "./random.js"

exported(new URL("./offload/time-out.ts", import.meta.url).href, () => ({ timeOut }))
exported(new URL("./offload/work.ts", import.meta.url).href, () => ({ ...work }))

/** A proxy for the length of a body. */
function* withProxy<A>(target: any, options: object, body: (proxy: any) => Body<A>): Body<A> {
  const proxy = yield* go(tpool.proxy as any, target, options)
  try {
    return yield* body(proxy)
  } finally {
    tpool.close(proxy)
  }
}

describe("4.9 tpool", () => {
  it.live("TP-01 and TP-11 items of a proxied pair are read through it", () =>
    green(() =>
      withProxy(work.pair, {}, function* (pair) {
        const { get } = tpool
        assert.deepStrictEqual(
          [yield* go(get, pair, 0), yield* go(get, pair, 1), yield* go(get, pair, "length")],
          [1, 2, 2]
        )
      })
    )
  )

  it.live("TP-02 text, length and methods of a proxied string are the original's", () =>
    green(() =>
      withProxy(work.text, {}, function* (text) {
        assert.strictEqual(yield* on(text).toString(), work.text())
        assert.strictEqual(String(text), work.text())
        assert.strictEqual(yield* go(tpool.get, text, "length"), work.text().length)
        assert.deepStrictEqual(yield* on(text).split(" "), work.text().split(" "))
      })
    )
  )

  it.live("TP-03 a wrong index and a wrong type raise the original's errors", () =>
    green(() =>
      withProxy(work.pair, {}, function* (pair) {
        assert.instanceOf(yield* caught(on(pair).with(9, 0)), RangeError)
        assert.instanceOf(yield* caught(on(pair).map("nonsense")), TypeError)
      })
    )
  )

  it.live("TP-04 items, size, text and keys of a proxied map are the original's", () =>
    green(() =>
      withProxy(work.dictionary, {}, function* (map) {
        assert.deepStrictEqual([yield* on(map).get("b"), yield* on(map).has("c")], [2, false])
        assert.strictEqual(yield* go(tpool.get, map, "size"), 2)
        assert.deepStrictEqual(yield* list(yield* on(map).keys()), ["a", "b"])
        assert.strictEqual(yield* on(map).toString(), String(work.dictionary()))
      })
    )
  )

  it.live("TP-05 a whole module can be proxied; its members have names, and it tells which there are", () =>
    green(() =>
      withProxy({ module: new URL("./offload/work.ts", import.meta.url), name: "*" }, {}, function* (module) {
        assert.strictEqual(yield* on(module).greet("Ann"), "hello Ann")
        assert.strictEqual(module.greet.name, "greet")
        assert.includeMembers(yield* go(tpool.keys, module), ["greet", "Counter"])
        assert.deepStrictEqual(
          [yield* go(tpool.has, module, "greet"), yield* go(tpool.has, module, "nothing")],
          [true, false]
        )
        const builtIn = yield* go(tpool.proxy as any, { module: "node:path", name: "*" })
        assert.strictEqual(yield* on(builtIn).basename("/a/b"), "b")
        tpool.close(builtIn)
      })
    )
  )

  it.live("TP-10 two proxies are independent, and a dropped result harms neither", () =>
    green(() =>
      withProxy(work.Counter, { args: [1], autowrap: [work.Counter] }, (one) =>
        withProxy(work.Counter, { args: [10] }, function* (two) {
          const result = yield* on(one).copy()
          tpool.close(result)
          assert.strictEqual((yield* caught(on(result).add(1))).code, "GREENLIFT_OFFLOAD_ENDED")
          assert.deepStrictEqual([yield* on(one).add(1), yield* on(two).add(1)], [2, 11])
        })
      )
    )
  )

  it.live("TP-12 what is written is seen when it is read again", () =>
    green(() =>
      withProxy(work.Counter, {}, function* (counter) {
        yield* go(tpool.set, counter, "count", 5)
        assert.strictEqual(yield* go(tpool.get, counter, "count"), 5)
        counter.count = 6
        assert.strictEqual(yield* on(counter).add(1), 7)
      })
    )
  )

  it.live("TP-13 iterating gives every element once, in order", () =>
    green(() =>
      withProxy(work.pair, {}, function* (pair) {
        assert.deepStrictEqual(yield* list(pair), [1, 2])
        assert.deepStrictEqual(yield* list(pair), [1, 2])
      })
    )
  )

  it.live("TP-14 and TP-26 others run while a generator in a thread blocks", () =>
    green(() =>
      withProxy({ module: new URL("./offload/work.ts", import.meta.url), name: "*" }, {}, function* (module) {
        const ticks = new Int32Array(new SharedArrayBuffer(4))
        const ticking = lifted(function* () {
          for (;;) {
            yield* go(sleep, 1)
            Atomics.add(ticks, 0, 1)
            Atomics.notify(ticks, 0)
          }
        })
        const ticker = yield* go(spawn, ticking)
        assert.deepStrictEqual(
          yield* list(yield* on(module).slowly(20, ticks)),
          Array.from({ length: 20 }, (_, i) => i)
        )
        yield* on(ticker).kill()
        assert.isAbove(ticks[0]!, 10)
      })
    )
  )

  it.live("TP-15 a missing member and an error of the function keep their types", () =>
    green(() =>
      withProxy(work.Counter, {}, function* (counter) {
        for (const steps of [on(counter).nonsense(), on(counter).missing()]) {
          const error = yield* caught(steps)
          assert.instanceOf(error, TypeError)
          assert.match(error.message, /is not a function/)
        }
        const error = yield* caught(go(tpool.execute, work.refuse, 3))
        assert.instanceOf(error, work.TooBig)
        assert.instanceOf(error, RangeError)
        assert.deepStrictEqual(
          [error.name, error.message, error.limit, error.unit],
          ["TooBig", "over 3", 3, { name: "kg" }]
        )
        assert.instanceOf(error.cause, TypeError)
        assert.strictEqual(error.cause.message, "not a number")
        assert.match(String(error.stack), /at refuse \(.*work\.ts/)
        assert.notMatch(String(error.stack), /tpool\/worker/)
        const many = yield* caught(go(tpool.execute, work.fail, "many"))
        assert.instanceOf(many, AggregateError)
        assert.deepStrictEqual([many.message, many.errors[1]], ["several", "second"])
        assert.instanceOf(many.errors[0], SyntaxError)
        assert.deepStrictEqual(yield* caught(go(tpool.execute, work.fail, "value")), { plain: "object" })
      })
    )
  )

  it.live("TP-16 arguments pass through, by place and by name", () =>
    green(function* () {
      assert.strictEqual(yield* go(tpool.execute, work.greet, "Ann"), "hello Ann")
      assert.strictEqual(yield* go(tpool.execute, work.greet, "Ann", { mark: "!", greeting: "bye" }), "bye Ann!")
      assert.strictEqual(yield* go(tpool.execute, work.later, 1), "later")
      const bytes = yield* go(tpool.execute, work.bytes)
      assert.isTrue(Buffer.isBuffer(bytes))
      assert.strictEqual(bytes.toString(), "bytes")
    })
  )

  it.live("TP-17 reads from several tasks at once are all right", () =>
    green(() =>
      withProxy(work.pair, {}, function* (pair) {
        const read = lifted((key: number) => go(tpool.get, pair, key))
        const tasks = []
        for (const key of [0, 1, 0]) tasks.push(yield* go(spawn, read, key))
        const values = []
        for (const task of tasks) values.push(yield* on(task).wait())
        assert.deepStrictEqual(values, [1, 2, 1])
      })
    )
  )

  it.live("TP-18 a timeout fires while a thread blocks, and the thread is stopped", () =>
    green(function* () {
      const shared = new Int32Array(new SharedArrayBuffer(8))
      const blocked = lifted(() => go(tpool.execute, work.noted, shared, 60_000))
      assert.isTrue(isTimeout(yield* caught(go(timeout<any, any>, 50, blocked))))
      const spinning = lifted(() => go(tpool.execute, work.spin))
      assert.isTrue(isTimeout(yield* caught(go(timeout<any, any>, 50, spinning))))
      assert.strictEqual(yield* go(tpool.execute, work.greet, "next"), "hello next")
      assert.strictEqual(Atomics.load(shared, 1), 0)
    })
  )

  it.live("TP-19 after killall, execute works again", () =>
    green(function* () {
      for (let i = 0; i < 2; i++) {
        assert.strictEqual(yield* go(tpool.execute, work.greet, "Ann"), "hello Ann")
        yield* go(tpool.killall)
      }
    })
  )

  it.live("TP-20 killall waits for what runs, whose caller gets its result", () =>
    green(function* () {
      const shared = new Int32Array(new SharedArrayBuffer(8))
      const task = yield* go(
        spawn,
        lifted(() => go(tpool.execute, work.noted, shared, 20))
      )
      yield* go(sleep)
      yield* go(tpool.killall)
      assert.strictEqual(Atomics.load(shared, 1), 1)
      assert.strictEqual(yield* on(task).wait(), "through")
    })
  )

  it.live("TP-21 the number of threads is kept; with none, calls are made in place", () =>
    green(function* () {
      const before = tpool.numThreads()
      try {
        tpool.setNumThreads(5)
        assert.strictEqual(tpool.numThreads(), 5)
        tpool.setNumThreads(0)
        assert.strictEqual(yield* go(tpool.execute, () => "here"), "here")
        assert.throws(() => tpool.setNumThreads(-1), RangeError)
      } finally {
        tpool.setNumThreads(before)
      }
    })
  )

  it.live("TP-22, TP-23 and TP-24 results that are listed by type, by name or by both come back as proxies", () =>
    green(function* () {
      for (const wrapping of [
        { autowrap: [work.Counter] },
        { autowrap: ["Counter"] },
        { autowrapNames: ["copy"] },
        { autowrap: [work.Counter], autowrapNames: ["copy"] }
      ]) {
        yield* withProxy(work.Counter, { args: [1], ...wrapping }, function* (counter) {
          const copy = yield* on(counter).copy()
          assert.strictEqual(yield* on(copy).add(1), 2)
          assert.strictEqual(yield* on(yield* on(copy).copy()).add(1), 3)
          assert.deepStrictEqual(yield* on(counter).pair(), [1, 1])
          assert.strictEqual(yield* go(tpool.get, counter, "count"), 1)
        })
      }
      yield* withProxy(work.Counter, { args: [1], autowrapNames: ["count"] }, function* (counter) {
        const count = yield* go(tpool.get, counter, "count")
        assert.strictEqual(yield* on(count).toFixed(1), "1.0")
      })
    })
  )

  it.live("TP-25 a proxied function can be called", () =>
    green(() =>
      withProxy(work.greet, { args: null }, function* (greet) {
        assert.strictEqual(yield* go(greet, "Ann"), "hello Ann")
      })
    )
  )

  it.live("TP-27 a Timeout raised in the thread arrives as one", () =>
    green(function* () {
      const error = yield* caught(go(tpool.execute, timeOut))
      assert.instanceOf(error, Timeout)
      assert.deepStrictEqual([error.ms, error.pending, isTimeout(error)], [7, false, true])
    })
  )

  it.live("TP-28 ten tasks with a hundred jobs each get each their own results", () =>
    green(function* () {
      const next = random(28)
      const many = lifted(function* (task: number) {
        for (let i = 0; i < 100; i++) {
          const name = `${task} ${i}`
          assert.strictEqual(yield* go(tpool.execute, work.token, name, next() * 2), name)
        }
      })
      const tasks = []
      for (let i = 0; i < 10; i++) tasks.push(yield* go(spawn, many, i))
      for (const task of tasks) yield* on(task).wait()
    })
  )

  it.live("TP-29 errors of jobs are not kept", () =>
    green(function* () {
      const remaining = function* (failures: number): Body<number> {
        for (let i = 0; i < failures; i++) yield* caught(go(tpool.execute, work.refuse, i))
        return queryObjects(work.TooBig as any, { format: "count" }) as unknown as number
      }
      const few = yield* remaining(10)
      assert.isAtMost(yield* remaining(100), few + 10)
    })
  )

  it.live("TP-31 nothing keeps the object of a proxy that is gone, after a success or a failure", () =>
    green(() =>
      withProxy(work.remembered, { autowrapNames: ["child"] }, function* (root) {
        const one = yield* on(root).child()
        const two = yield* on(root).child()
        assert.strictEqual((yield* caught(on(two).fail())).message, "failed")
        assert.strictEqual(yield* on(root).remaining(), 3)
        tpool.close(one)
        tpool.close(two)
        assert.strictEqual(yield* on(root).remaining(), 1)
      })
    )
  )

  it.live("X-19 a result that looks like a failure is a result", () =>
    green(function* () {
      assert.deepStrictEqual(yield* go(tpool.execute, work.looksLikeFailure), work.looksLikeFailure())
    })
  )
})
