import { afterAll, assert, beforeAll, describe, it } from "vitest"
import { greenlift, start } from "../support/child.js"
import { type PostgresServer, startPostgres } from "../support/postgres.js"

const ways = [
  ["greenlift run", (file: string, env = process.env) => greenlift([file], env)],
  [
    "greenlift/register",
    (file: string, env = process.env) => start(["--import", "./dist/loader/register.js", file], env).finished
  ]
] as const

const folder = "test/trace/programs"

describe.each(ways)("a deadlock, by %s", (_way, run) => {
  it("ends the run with an error that lists who waits for what, where, and who holds it", async () => {
    const { code, stdout, stderr } = await run(`${folder}/deadlock.mjs`)
    assert.deepStrictEqual([code, stdout], [1, "finally\n"])
    assert.include(stderr, "DeadlockError: every fiber waits, and nothing else is alive")
    assert.match(stderr, /main #\d+ waits for the tasks of a scope.*ann #\d+, bob #\d+, at scope .*deadlock\.mjs:16:/)
    assert.match(
      stderr,
      /ann #\d+ waits for a lock \(orders\), which is up to bob #\d+, at other\.run .*deadlock\.mjs:11:/
    )
    assert.match(
      stderr,
      /bob #\d+ waits for a lock \(accounts\), which is up to ann #\d+, at other\.run .*deadlock\.mjs:11:/
    )
  })

  it("is noticed where the first fiber is through", async () => {
    const { code, stderr } = await run(`${folder}/unsent.mjs`)
    assert.strictEqual(code, 1)
    assert.match(stderr, /waiter #\d+ waits for an event, at event\.wait in waiter .*unsent\.mjs:5:/)
  })

  it("can be caught", async () => {
    assert.deepInclude(await run(`${folder}/caught.cjs`), { code: 0, stdout: "GREENLIFT_DEADLOCK\n" })
  })

  it("is a promise that nobody will settle", async () => {
    const { code, stderr } = await run(`${folder}/promise.mjs`)
    assert.strictEqual(code, 1)
    assert.match(stderr, /never #\d+ waits for a promise, .*promise\.mjs:2:/)
  })

  it("is none while a timer of the program's own could end it", async () => {
    assert.deepInclude(await run(`${folder}/late.mjs`), { code: 0, stdout: "sent\n" })
  })

  it("that comes again in a cleanup still ends the process, with the list", async () => {
    const { code, stderr } = await run(`${folder}/again.mjs`)
    assert.strictEqual(code, 1)
    assert.match(stderr, /waits for an item of a queue, at cleanup\.get .*again\.mjs:8:/)
  })
})

describe("a deadlock around a database", () => {
  let postgres: PostgresServer
  beforeAll(async () => {
    postgres = await startPostgres()
  })
  afterAll(() => postgres.stop())

  it("is noticed although connections are open", async () => {
    const { code, stderr } = await greenlift([`${folder}/transaction.mjs`], {
      ...process.env,
      DATABASE_URL: postgres.url
    })
    assert.strictEqual(code, 1)
    assert.match(stderr, /holder #\d+ waits for an event, at sent\.wait .*transaction\.mjs:10:/)
    assert.match(
      stderr,
      /sender #\d+ waits for a connection .* for query SELECT 2, at db\.query .*transaction\.mjs:14:/
    )
  })
})
