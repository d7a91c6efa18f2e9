import { gunzipSync, gzipSync } from "node:zlib"
import { assert, describe, it } from "@effect/vitest"
import { sleep, spawn, tpool } from "../../src/green.js"
import { exported } from "../../src/runtime/exports.js"
import * as work from "../conformance/offload/work.js"
import { caught, go, green, lifted, list, on, until } from "./run.js"

const module = new URL("../conformance/offload/work.ts", import.meta.url)

exported(module.href, () => ({ ...work }))

/** What lifting makes of a call of `execute`. */
const executing = (...args: Array<any>) => lifted(() => go(tpool.execute as any, ...args))

describe("calls in worker threads", () => {
  it.live("reach functions of built-in modules, and those that are named", () =>
    green(function* () {
      const packed = yield* go(tpool.execute, gzipSync, "text")
      assert.isTrue(Buffer.isBuffer(packed))
      assert.strictEqual(gunzipSync(packed).toString(), "text")
      const named = yield* go(tpool.execute as any, { module, name: "greet" }, "Ann")
      assert.strictEqual(named, "hello Ann")
      assert.strictEqual(yield* go(tpool.execute as any, { module: "node:path", name: "basename" }, "/a/b"), "b")
    })
  )

  it.live("say what cannot be reached or sent, and what to do", () =>
    green(function* () {
      const code = function* (...args: Array<any>) {
        const error = yield* caught(go(tpool.execute as any, ...args))
        assert.match(error.message, /: .*(export|return|give|check|let)/i)
        return error.code
      }
      const unreachable = "GREENLIFT_OFFLOAD_UNREACHABLE"
      assert.strictEqual(yield* code(() => 1), unreachable)
      assert.strictEqual(yield* code({ module, name: "nothing" }), unreachable)
      assert.strictEqual(yield* code({ module: "no-such-package" }), unreachable)
      assert.strictEqual(yield* code(work.greet, () => "name"), "GREENLIFT_OFFLOAD_CLONE")
      assert.strictEqual(yield* code(work.unsendable), "GREENLIFT_OFFLOAD_CLONE")
      assert.strictEqual(yield* code(work.leave), "GREENLIFT_OFFLOAD_ENDED")
      assert.strictEqual((yield* caught(go(tpool.execute as any, 7))).code, "GREENLIFT_ARGUMENT_TYPE")
      assert.strictEqual(yield* go(tpool.execute, work.greet, "Ann"), "hello Ann")
    })
  )

  it.live("wait in line for a thread, and leave no ghost there", () =>
    green(function* () {
      const before = tpool.numThreads()
      yield* go(tpool.killall)
      tpool.setNumThreads(1)
      try {
        const shared = new Int32Array(new SharedArrayBuffer(8))
        const spinning = yield* go(spawn, executing(work.spin))
        const second = yield* go(spawn, executing(work.noted, shared, 0))
        const third = yield* go(spawn, executing(work.greet, "third"))
        const fourth = yield* go(spawn, executing(work.greet, "fourth"))
        yield* go(sleep, 1)
        yield* on(second).kill()
        yield* on(spinning).kill()
        assert.deepStrictEqual([yield* on(third).wait(), yield* on(fourth).wait()], ["hello third", "hello fourth"])
        assert.strictEqual(Atomics.load(shared, 0), 0)
      } finally {
        tpool.setNumThreads(before)
      }
    })
  )

  it.live("end no proxied object when one is interrupted: it stays whole", () =>
    green(function* () {
      const counter: any = yield* go(tpool.proxy as any, work.Counter)
      const task = yield* go(
        spawn,
        lifted(() => on(counter).add(5, 50))
      )
      yield* go(sleep, 1)
      yield* on(task).kill()
      assert.strictEqual(yield* on(counter).add(1), 6)
      const waiting = yield* go(
        spawn,
        lifted(() => caught(on(counter).add(1, 60_000)))
      )
      yield* go(sleep, 1)
      tpool.close(counter)
      assert.strictEqual((yield* on(waiting).wait()).code, "GREENLIFT_OFFLOAD_ENDED")
    })
  )

  it("are made in place where nothing is lifted", () => {
    assert.strictEqual(
      tpool.execute((name: string) => `closure ${name}`, "x"),
      "closure x"
    )
    assert.strictEqual(tpool.execute({ module, name: "greet" } as any, "Ann" as never), "hello Ann")
    const counter = tpool.proxy<work.Counter>(work.Counter, { args: [1] })
    assert.deepStrictEqual([counter.add(2), tpool.get(counter, "count")], [3, 3])
    counter.count = 7
    assert.deepStrictEqual([tpool.keys(counter), "count" in counter, tpool.get(counter, "count")], [["count"], true, 7])
    assert.deepStrictEqual([...tpool.proxy<Iterable<number>>(work.pair)], [1, 2])
    tpool.close(counter)
    assert.throws(() => counter.add(1), /make another/)
    assert.throws(() => tpool.get({}, "x"), /no proxy/)
    tpool.killall()
  })

  it.live("block where code that is not lifted calls a proxy, and give the right answer", () =>
    green(function* () {
      const pair: any = yield* go(tpool.proxy as any, work.pair)
      const counter: any = yield* go(tpool.proxy as any, work.Counter)
      const task = yield* go(
        spawn,
        lifted(() => on(counter).add(1))
      )
      yield* go(sleep)
      assert.deepStrictEqual(
        [1, 2].map((by) => counter.add(by)),
        [2, 4]
      )
      assert.strictEqual(yield* on(task).wait(), 1)
      assert.deepStrictEqual([...pair], [1, 2])
      assert.strictEqual(`${pair}`, "1,2")
      tpool.close(pair)
      tpool.close(counter)
    })
  )

  it.live("iterate over what is left early", () =>
    green(function* () {
      const work: any = yield* go(tpool.proxy as any, { module, name: "*" })
      const iterator = (yield* on(work).numbers())[Symbol.iterator]()
      assert.deepStrictEqual(yield* on(iterator).next(), { done: false, value: 0 })
      yield* on(iterator).return()
      assert.deepStrictEqual(yield* list(iterator as any), [])
      tpool.close(work)
    })
  )

  it.live("have room for tasks beside them, in fibers that wait", () =>
    green(function* () {
      let turns = 0
      const shared = new Int32Array(new SharedArrayBuffer(8))
      const task = yield* go(spawn, executing(work.noted, shared, 30))
      yield* until(() => Atomics.load(shared, 0) === 1)
      while (Atomics.load(shared, 1) === 0) {
        yield* go(sleep)
        turns++
      }
      assert.strictEqual(yield* on(task).wait(), "through")
      assert.isAbove(turns, 1)
    })
  )
})
