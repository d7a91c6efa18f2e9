/**
 * The account update inside an Effect program: form 3. The legacy module is imported lifted, and its function wrapped, so
 * that it behaves like any Effect. The argument says what is shown:
 *
 * - `plain`: for comparison, it is imported and called as it is
 * - `whole`: it runs to its end, with a timeout it does not reach
 * - `timeout`: it is stuck at the API, after five answers, until `Effect.timeout` ends it
 * - `interrupt`: it is stuck at the API, after five answers, until its fiber is interrupted
 * - `layer`: a layer answers its HTTP requests, and nothing goes over the network
 */
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/TestClock"
import * as TestContext from "effect/TestContext"
import * as Green from "greenlift"
import { graphPage } from "../../upstreams/graph-data.js"
import type { Stats } from "../../upstreams/switches.js"

type Legacy = typeof import("../../../legacy/accounts/update-all.ts")

const file = new URL("../../../legacy/accounts/update-all.ts", import.meta.url)

const updateAll = Effect.gen(function* () {
  const legacy = yield* Green.import<Legacy>(file)
  return yield* Green.lift(legacy.updateAll)()
})

/** Waits until the API has so many requests that it answered, and so many that it did not. */
const answered = (requests: number, inFlight: number) =>
  Effect.promise(async () => {
    for (;;) {
      const stats = (await (await fetch(`${process.env.GRAPH_URL}/stats`)).json()) as Stats
      if (stats.answers["200"] === requests && stats.inFlight === inFlight) return
    }
  })

const pagesFromMemory = Layer.succeed(
  HttpClient.HttpClient,
  HttpClient.make((request, url) =>
    Effect.sync(() => HttpClientResponse.fromWeb(request, Response.json(graphPage(url.pathname.split("/").at(-1)!))))
  )
)

const shows: Record<string, Effect.Effect<unknown, unknown>> = {
  plain: Effect.promise(() => import(file.href) as Promise<Legacy>).pipe(Effect.map((legacy) => legacy.updateAll())),

  whole: updateAll.pipe(Effect.timeout("1 minute")),

  timeout: Effect.gen(function* () {
    const updating = yield* Effect.fork(updateAll.pipe(Effect.timeout("10 seconds")))
    yield* answered(5, 1)
    yield* TestClock.adjust("10 seconds")
    return yield* Effect.ensuring(Fiber.join(updating), answered(5, 0))
  }).pipe(Effect.provide(TestContext.TestContext)),

  interrupt: Effect.gen(function* () {
    const updating = yield* Effect.fork(updateAll)
    yield* answered(5, 1)
    const exit = yield* Fiber.interrupt(updating)
    yield* answered(5, 0)
    return yield* exit
  }),

  layer: updateAll.pipe(Effect.provide(pagesFromMemory))
}

const exit = await Effect.runPromiseExit(shows[process.argv[2] ?? "whole"]!)
console.error(
  Exit.match(exit, {
    onSuccess: (updated) => `updated ${updated}`,
    onFailure: (cause) => `stopped: ${cause}`
  })
)
