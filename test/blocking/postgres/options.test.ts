import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { Postgres } from "../../../src/blocking/postgres.ts"
import { query, server, useServer, ways } from "./support.ts"

useServer()

describe("options", () => {
  it.live("may be given one by one, and outrank the url", () =>
    Effect.gen(function* () {
      const url = new URL(server.url)
      const parts = {
        host: url.hostname,
        port: Number(url.port),
        user: decodeURIComponent(url.username),
        password: decodeURIComponent(url.password),
        database: decodeURIComponent(url.pathname.slice(1))
      }
      for (const run of Object.values(ways)) {
        for (const options of [parts, { ...parts, url: "postgres://no:one@127.0.0.1:1/nothing" }]) {
          const db = new Postgres({ ...options, applicationName: "by parts" })
          const { rows } = yield* run(() => query(db, "SELECT current_setting('application_name') AS name"))
          assert.deepStrictEqual(rows, [{ name: "by parts" }])
          db.close()
        }
      }
    })
  )

  it.live("default to DATABASE_URL", () =>
    Effect.acquireUseRelease(
      Effect.sync(() => {
        const before = process.env["DATABASE_URL"]
        process.env["DATABASE_URL"] = server.url
        return before
      }),
      () =>
        Effect.sync(() => {
          const db = new Postgres()
          assert.deepStrictEqual(db.one("SELECT 1 AS a"), { a: 1 })
          db.close()
        }),
      (before) =>
        Effect.sync(() => {
          if (before === undefined) delete process.env["DATABASE_URL"]
          else process.env["DATABASE_URL"] = before
        })
    )
  )
})
