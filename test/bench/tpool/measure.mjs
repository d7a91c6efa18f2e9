/** Measures calls in one worker thread, turn by turn, and prints the figures as JSON. Runs what is built. */
import { Worker } from "node:worker_threads"
import * as Effect from "effect/Effect"
import { Tinypool } from "tinypool"
import { GreenPool, tpool } from "../../../dist/green.js"
import { runTwin } from "../../../dist/runtime/host.js"
import { stamp, twinOf } from "../../../dist/runtime/twin.js"

const file = new URL("./answer.mjs", import.meta.url)
const rounds = 7
const calls = 1000

const worker = new Worker(file)
const bare = {
  name: "a bare message there and back",
  oneByOne: async () => {
    for (let i = 0; i < calls; i++) {
      const answered = new Promise((resolve) => worker.once("message", resolve))
      worker.postMessage(i)
      await answered
    }
  },
  atOnce: async () => {
    let left = calls
    const answered = new Promise((resolve) => {
      const count = () => {
        if (--left > 0) return
        worker.off("message", count)
        resolve()
      }
      worker.on("message", count)
    })
    for (let i = 0; i < calls; i++) worker.postMessage(i)
    await answered
  }
}

const pool = new Tinypool({ filename: file.href, minThreads: 1, maxThreads: 1 })
const tiny = {
  name: "tinypool",
  oneByOne: async () => {
    for (let i = 0; i < calls; i++) await pool.run(i)
  },
  atOnce: async () => {
    await Promise.all(Array.from({ length: calls }, (_, i) => pool.run(i)))
  }
}

const target = { module: file, name: "answer" }
const { execute } = tpool
const call = stamp(
  () => {},
  (i) => twinOf(execute)(target, i)
)
const run = (twin) => Effect.runPromise(runTwin(twin, { name: "bench" }))
const lifted = {
  name: "tpool.execute, lifted",
  oneByOne: () =>
    run(function* () {
      for (let i = 0; i < calls; i++) yield* twinOf(execute)(target, i)
    }),
  atOnce: () =>
    run(function* () {
      const green = new GreenPool(calls)
      for (let i = 0; i < calls; i++) yield* Reflect.apply(twinOf(green.spawn), green, [call, i])
      yield* Reflect.apply(twinOf(green.waitall), green, [])
    })
}

tpool.setNumThreads(1)

const micros = async (work) => {
  const began = performance.now()
  await work()
  return ((performance.now() - began) * 1000) / calls
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]

const all = [bare, tiny, lifted].map(({ name, oneByOne, atOnce }) => ({ name, oneByOne, atOnce, times: [[], []] }))
for (let round = 0; round < rounds + 2; round++) {
  for (const { oneByOne, atOnce, times } of all) {
    const measured = [await micros(oneByOne), await micros(atOnce)]
    if (round >= 2) measured.forEach((time, at) => times[at].push(time))
  }
}

console.log(
  JSON.stringify(all.map(({ name, times }) => ({ name, oneByOne: median(times[0]), atOnce: median(times[1]) })))
)
process.exit()
