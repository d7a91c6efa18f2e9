/** A program with limits, retries and a pool of connections, from the outside. */
import { assert, describe, it } from "vitest"
import { greenlift } from "../support/child.js"

const file = "test/concurrency/limits/main.ts"

describe("a program with limits of its own", () => {
  it("prints the same plain and lifted, where it runs as much at once as it may", async () => {
    const plain = await greenlift([file, "--plain"], process.env)
    const lifted = await greenlift([file], process.env)
    assert.deepStrictEqual([plain.code, lifted.code], [0, 0], plain.stderr + lifted.stderr)
    assert.strictEqual(plain.stdout, "2\n4\n6\n8\n10\n12\nafter 3\n0,1,2,3,4\nrows of a\nrows of b\nclosed after 2\n")
    assert.strictEqual(lifted.stdout, plain.stdout)
    assert.match(plain.stderr, /peak 1\n/)
    assert.match(lifted.stderr, /peak [234]\n/)
    assert.match(lifted.stderr, /retry: 2 retries\n/)
    assert.notMatch(lifted.stderr, /blocked/)
  }, 60_000)
})
