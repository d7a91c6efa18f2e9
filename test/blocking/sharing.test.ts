/** Two fibers that use one session at once are named, where that may be more than was meant. */
import { once } from "node:events"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { HttpSession } from "../../src/blocking/http.js"
import { runTwin, spawn } from "../../src/runtime/host.js"
import { nativeOp } from "../../src/runtime/op.js"
import { callTwin, current, type Steps } from "../../src/runtime/twin.js"
import "../../src/twins/http.js"
import { type Server, startServer } from "../twins/http-server.js"
import { child, green, query, transaction, useServer, withSession } from "./postgres/support.js"

let server: Server
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.close())
useServer()

/** Runs something, and gives the warnings of it. */
const warningsOf = <E>(effect: Effect.Effect<unknown, E>): Effect.Effect<Array<string>, E> =>
  Effect.gen(function* () {
    const warnings: Array<string> = []
    const note = (warning: Error & { code?: string }) => {
      if (warning.code === "GREENLIFT_SHARED_SESSION") warnings.push(warning.message)
    }
    process.on("warning", note)
    yield* Effect.ensuring(
      Effect.zipRight(
        effect,
        Effect.promise(() => new Promise(setImmediate))
      ),
      Effect.sync(() => process.off("warning", note))
    )
    return warnings
  })

const get = (session: HttpSession): Steps<unknown> => callTwin(session.get, session, ["/echo"])

const event = () => {
  const target = new EventTarget()
  const happened = once(target, "it")
  return {
    send: () => void target.dispatchEvent(new Event("it")),
    wait: () =>
      nativeOp<void>(
        "the test",
        (resume) => void happened.then(() => resume()),
        () => {}
      )
  }
}

describe("a warning names both fibers", () => {
  it.live("where one session has one connection for them", () =>
    Effect.gen(function* () {
      const run = (connections: number) =>
        runTwin(
          function* () {
            const session = new HttpSession({ baseUrl: server.origin, connections })
            for (const name of ["ann", "bob"]) spawn(current.fiber!, name, get(session))
          },
          { name: "test" }
        )
      const [warning, ...others] = yield* warningsOf(run(1))
      assert.match(warning!, /^bob #\d+ uses a session while ann #\d+ does: it waits .* Give it more$/)
      assert.deepStrictEqual(others, [])
      assert.deepStrictEqual(yield* warningsOf(run(2)), [])
    })
  )

  it.live("where one closes a session that the other uses", () =>
    Effect.gen(function* () {
      const session = new HttpSession({ baseUrl: server.origin })
      const twin = function* (): Steps<void> {
        const request = spawn(current.fiber!, "ann", get(session))
        request.observe()
        const closing = function* (): Steps<void> {
          yield* callTwin(session.close, session, [])
        }
        spawn(current.fiber!, "bob", closing())
      }
      const [warning] = yield* warningsOf(runTwin(twin, { name: "test" }))
      assert.match(warning!, /^bob #\d+ uses a session while ann #\d+ does: closing it fails/)
    })
  )

  it.live("where one queries outside of the transaction in which it was spawned", () =>
    withSession((db) =>
      Effect.gen(function* () {
        const nested = green(() =>
          transaction(db, function* () {
            yield* query(db, "SELECT 1")
            const { wait, send } = event()
            child("bob", function* () {
              yield* query(db, "SELECT 2")
              send()
            })
            yield* wait()
          })
        )
        const [warning] = yield* warningsOf(nested)
        assert.match(warning!, /^bob #\d+ .*uses a session while test #\d+ does: the query is not part of the/)
      })
    )
  )

  it.live("and not where each has its own transaction, or was there before it", () =>
    withSession((db) =>
      Effect.gen(function* () {
        const apart = green(function* () {
          const { wait, send } = event()
          child("early", function* () {
            yield* wait()
            yield* query(db, "SELECT 2")
          })
          for (const name of ["ann", "bob"])
            child(name, () => transaction(db, () => query(db, "SELECT pg_sleep(0.01)")))
          yield* transaction(db, function* () {
            yield* query(db, "SELECT 1")
            send()
            yield* query(db, "SELECT pg_sleep(0.05)")
          })
        })
        assert.deepStrictEqual(yield* warningsOf(apart), [])
      })
    )
  )
})
