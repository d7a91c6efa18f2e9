import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { runTsx } from "../../support/child.ts"
import { ask, server, until, useServer } from "./support.ts"

useServer()

const directory = mkdtempSync(join(tmpdir(), "greenlift-process-"))
afterAll(() => rmSync(directory, { recursive: true }))

const blocking = new URL("../../../src/blocking/postgres.ts", import.meta.url).href

/** Runs a program that is not lifted in a process of its own. */
const program = (name: string, source: string) =>
  Effect.promise(() => {
    const file = join(directory, `${name}.mts`)
    writeFileSync(
      file,
      `import { Postgres } from ${JSON.stringify(blocking)}
       const db = new Postgres({ url: process.env.SERVER_URL, applicationName: ${JSON.stringify(name)} })
       ${source}`
    )
    return runTsx([file], { ...process.env, SERVER_URL: server.url })
  })

const gone = (name: string) =>
  until("SELECT 1 WHERE NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = $1)", [name])

describe("a program that is not lifted", () => {
  it.live("ends although its session is open, and takes the connection with it", () =>
    Effect.gen(function* () {
      const { code, stderr, stdout } = yield* program("open", 'console.log(db.one("SELECT 1 AS a"))')
      assert.deepStrictEqual({ code, stderr, stdout }, { code: 0, stderr: "", stdout: "{ a: 1 }\n" })
      yield* gone("open")
    })
  )

  it.live("ends by process.exit in the middle of a transaction, which is rolled back", () =>
    Effect.gen(function* () {
      const { code } = yield* program(
        "exits",
        `db.transaction(() => {
           db.query("INSERT INTO accounts VALUES (1, 'half')")
           process.exit(3)
         })`
      )
      assert.strictEqual(code, 3)
      yield* gone("exits")
      assert.deepStrictEqual(yield* ask("SELECT * FROM accounts"), [])
    })
  )

  it.live("says where an uncaught error came from", () =>
    Effect.gen(function* () {
      const { code, stderr } = yield* program("fails", 'db.query("SELECT nothing")')
      assert.strictEqual(code, 1)
      assert.include(stderr, 'column "nothing" does not exist (42703) in: SELECT nothing. Correct the statement.')
      assert.match(stderr, /place: '.*fails\.mts:3:\d+'/)
    })
  )
})
