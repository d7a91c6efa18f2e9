import { spawnSync } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, describe, it } from "vitest"

const root = fileURLToPath(new URL("../..", import.meta.url))
const temporary = realpathSync(mkdtempSync(join(tmpdir(), "greenlift-stacks-")))

cpSync(join(root, "test/loader/stacks"), temporary, { recursive: true })
mkdirSync(join(temporary, "node_modules"))
symlinkSync(root, join(temporary, "node_modules/greenlift"))

afterAll(() => rmSync(temporary, { recursive: true }))

const ways: Readonly<Record<string, ReadonlyArray<string>>> = {
  "greenlift/register": ["--import", join(root, "dist/loader/register.js")],
  "greenlift run": [join(root, "dist/cli/main.js"), "run"]
}

const run = (...args: ReadonlyArray<string>) => {
  const { stdout, stderr, status } = spawnSync(process.execPath, args, {
    cwd: temporary,
    encoding: "utf8",
    env: { ...process.env, GREENLIFT_CACHE: join(temporary, "cache") }
  })
  return { stacks: JSON.parse(stdout.split("\n")[0]!) as Record<string, string>, stderr, status }
}

/** The program's frames of a stack, and those of built-ins: function, file and line. */
const frames = (stack: string): Array<string> =>
  stack
    .split("\n")
    .filter((line) => /^\s+at .*(?:\.[cm]js:\d+:\d+\)?|\(<anonymous>\))$/.test(line) && !line.includes("node:"))
    .map((line) =>
      line
        .trim()
        .replace("file://", "")
        .replace(`${temporary}/`, "")
        .replace(/^at async /, "at ")
        .replace(/ \[as \w+\]/, "")
        .replace(/^at EventEmitter\.<anonymous> \((.*)\)$/, "at $1")
        .replace(/:\d+(\)?)$/, "$1")
    )

/** What is printed at the end of a program that throws. */
const lastFrames = (stderr: string): Array<string> => frames(stderr.slice(stderr.lastIndexOf("Error: at the end")))

for (const program of ["shapes.cjs", "async.mjs"]) {
  describe(`the stacks of ${program}`, () => {
    const plain = run(program)

    it("are there", () => {
      assert.isAbove(Object.keys(plain.stacks).length, 5)
      for (const [name, stack] of Object.entries(plain.stacks)) {
        if (name !== "no stack") assert.isNotEmpty(frames(stack), name)
      }
    })

    for (const [way, args] of Object.entries(ways)) {
      describe(`under ${way}`, () => {
        const lifted = run(...args, program)
        for (const name of Object.keys(plain.stacks)) {
          it(`${name}: have the frames that they have in plain Node`, () => {
            const found = frames(lifted.stacks[name]!)
            const expected = frames(plain.stacks[name]!)
            assert.deepStrictEqual(found, expected)
            assert.strictEqual(lifted.stacks[name]!.split("\n")[0], plain.stacks[name]!.split("\n")[0])
            assert.notMatch(lifted.stacks[name]!, /greenlift\/dist|\$g|effect\//)
          })
        }

        it("have them as printed at the end", () => {
          assert.deepStrictEqual(lastFrames(lifted.stderr), lastFrames(plain.stderr))
          assert.strictEqual(lifted.status, plain.status)
        })
      })
    }
  })
}
