import { execFile } from "node:child_process"
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, beforeAll, describe, it } from "vitest"

const root = fileURLToPath(new URL("../..", import.meta.url))
const folder = realpathSync(mkdtempSync(join(tmpdir(), "greenlift-shared-")))

beforeAll(() => {
  mkdirSync(join(folder, "node_modules"))
  symlinkSync(root, join(folder, "node_modules/greenlift"))
  writeFileSync(
    join(folder, "counter.mjs"),
    `let k = 0
export function next() { return k++ }
const make = () => { let k = 0; return () => k++ }
export const made = make()
`
  )
  writeFileSync(join(folder, "again.mjs"), `export { next as renamed } from "./counter.mjs"\n`)
  writeFileSync(join(folder, "counter.cjs"), "let k = 0; exports.next = () => k++\n")
})

afterAll(() => rmSync(folder, { recursive: true }))

const greenlift = (...args: ReadonlyArray<string>) =>
  new Promise<{ readonly stdout: string; readonly stderr: string }>((resolve) => {
    const all = [join(root, "dist/cli/main.js"), ...args]
    execFile(process.execPath, all, { cwd: folder }, (_, stdout, stderr) => resolve({ stdout, stderr }))
  })

/** How a program comes to a function that counts its calls. */
const ways = {
  "exported again under another name": `import { renamed as next } from "./again.mjs"`,
  "made by another function": `import { made as next } from "./counter.mjs"`,
  "taken out of a namespace": `import * as counter from "./counter.mjs"; const { next } = counter`,
  "imported as the program runs": `const { next } = await import("./counter.mjs")`,
  "required by a require of its own": `import { createRequire } from "node:module"; const { next } = createRequire(import.meta.url)("./counter.cjs")`
}

describe("state that turns share in another module is found by whatever name", { timeout: 60_000 }, () => {
  for (const [name, way] of Object.entries(ways)) {
    it(name, async () => {
      writeFileSync(
        join(folder, "main.mjs"),
        `import { sleep } from "greenlift/blocking"
${way}
const seen = []
for (const i of [0, 1, 2, 3]) { sleep(20 - 5 * i); seen.push(next()) }
console.log(seen.join())
`
      )
      const { stdout, stderr } = await greenlift("run", "main.mjs", "--concurrency", "4")
      assert.strictEqual(stdout, "0,1,2,3\n", stderr)
    })
  }
})

it("what is written to standard output and standard error is put in order", { timeout: 60_000 }, async () => {
  writeFileSync(
    join(folder, "main.mjs"),
    `import { sleep } from "greenlift/blocking"
for (const i of [0, 1, 2]) { sleep(20 - 5 * i); process.stdout.write(i + "\\n"); process.stderr.write("e" + i + "\\n") }
`
  )
  const { stdout, stderr } = await greenlift("run", "main.mjs", "--concurrency", "3")
  assert.strictEqual(stdout, "0\n1\n2\n")
  assert.match(stderr, /e0\ne1\ne2\n/)
  assert.match(stderr, /at most 3 in flight/)
})

it("an ES module's loop is concurrent that counts, beside what it imports by default", {
  timeout: 60_000
}, async () => {
  writeFileSync(
    join(folder, "main.mjs"),
    `import request from "sync-request"
import * as children from "node:child_process"
let n = 0
for (const i of [0, 1, 2]) { if (i > 5) request("GET", "http://localhost:1/"); children.execFileSync("true"); n++ }
console.log(n)
`
  )
  symlinkSync(join(root, "node_modules/sync-request"), join(folder, "node_modules/sync-request"))
  const { stdout, stderr } = await greenlift("run", "main.mjs", "--concurrency", "3")
  assert.strictEqual(stdout, "3\n")
  assert.match(stderr, /at most 3 in flight of 3/)
})

it("a callback whose name is that of a method with callbacks is coloured", { timeout: 60_000 }, async () => {
  writeFileSync(
    join(folder, "main.cjs"),
    `const { execSync } = require("child_process")
const library = { map: (x) => x + 1 }
execSync("true")
console.log([1, 2].map(library.map))
`
  )
  const { stdout, stderr } = await greenlift("run", "main.cjs")
  assert.strictEqual(stdout, "[ 2, 3 ]\n", stderr)
})
