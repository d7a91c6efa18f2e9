import { assert, describe, it } from "@effect/vitest"
import { Event, fibers, scope, sleep, spawn } from "../../src/green.js"
import { type Body, go, green, lifted, on } from "../concurrency/run.js"
import { startGreenlift } from "../support/child.js"

describe("a dump", () => {
  it.live("knows every fiber, what it waits for, and who owns it", () =>
    green(function* () {
      const gate = new Event()
      gate.name = "the gate"
      const waiting = lifted(function* waiter(): Body {
        yield* on(gate).wait()
      })
      const task = yield* go(spawn, waiting)
      yield* go(sleep)
      const [main] = fibers()
      assert.include(main, { name: "main", state: "running", waitsFor: null })
      assert.deepInclude(main!.children[0], {
        id: task.id,
        name: "waiter",
        state: "suspended",
        waitsFor: "an event (the gate)",
        heldBy: [],
        interrupted: false
      })
      gate.send()
    })
  )

  it.live("says who could end a wait", () =>
    green(function* () {
      const gate = new Event()
      const one = lifted(function* inner(): Body {
        yield* on(gate).wait()
      })
      const other = lifted(function* looking(): Body {
        yield* go(sleep)
        const [main] = fibers()
        assert.strictEqual(main!.waitsFor, "the tasks of a scope")
        assert.deepStrictEqual(
          main!.heldBy.map(({ name }) => name),
          ["inner", "looking"]
        )
        gate.send()
      })
      yield* go(
        scope,
        lifted(function* (): Body {
          yield* go(spawn, one)
          yield* go(spawn, other)
        })
      )
    })
  )

  it("comes on a signal, with the user's files and lines, and the program goes on", async () => {
    const child = startGreenlift(["test/trace/programs/parked.mjs"], process.env)
    await child.printed(/ready/)
    child.signal("SIGUSR2")
    await child.printed(/└─ sleep/)
    child.signal("SIGINT")
    const { code, stderr } = await child.finished
    assert.strictEqual(code, 130)
    assert.include(stderr, "5 fibers")
    const lines = stderr.split("\n")
    const line = (start: string) => lines.find((each) => each.includes(start)) ?? ""
    assert.match(
      line("main #"),
      /^main #\d+ waits for the tasks of a scope, .*, at scope in <top level> \(.*parked\.mjs:10:1\)/
    )
    assert.match(line("├─ holder"), /waits for sleep 60000 ms, at sleep in .*parked\.mjs:7:.*, for \d+ ms/)
    assert.match(
      line("├─ waiter"),
      /waits for a lock, which is up to holder #\d+, at lock\.acquire in waiter .*parked\.mjs:13:/
    )
    assert.match(line("└─ sleep"), /waits for sleep 60000 ms, at pool\.spawn in .*parked\.mjs:15:/)
    assert.match(line("spawned by pool.spawn"), /parked\.mjs:15:/)
  })
})
