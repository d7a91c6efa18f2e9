/** A TypeScript program that offloads, from the outside. */
import { assert, describe, it } from "vitest"
import { greenlift } from "../support/child.js"

const file = "test/concurrency/offload/main.ts"

describe("a program that calls functions in worker threads", () => {
  it("prints the same lifted as in place, and has its threads run side by side", async () => {
    const plain = await greenlift([file, "--plain"], process.env)
    const lifted = await greenlift([file, "--", "lifted"], process.env)
    assert.deepStrictEqual([plain.code, lifted.code], [0, 0], plain.stderr + lifted.stderr)
    assert.strictEqual(plain.stdout, "20\n249500\n90\nRangeError over 2000000 2000000\npacked\n1\n")
    assert.strictEqual(lifted.stdout, plain.stdout)
    assert.match(lifted.stderr, /together: 3\n/)
    assert.match(lifted.stderr, /tpool\.execute: 3 calls, at most 3 at once/)
  }, 60_000)
})
