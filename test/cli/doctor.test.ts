import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, assert, describe, it } from "vitest"
import { start } from "../support/child.js"

const folder = mkdtempSync(join(tmpdir(), "greenlift-doctor-"))
afterAll(() => rmSync(folder, { recursive: true }))

const doctor = (...args: ReadonlyArray<string>) => start(["dist/cli/main.js", "doctor", ...args], process.env).finished

const file = "legacy/accounts/facebook-account.ts"

describe("doctor", { timeout: 60_000 }, () => {
  it("tells why each function may block, from call to call", async () => {
    const { code, stdout } = await doctor("legacy/accounts/update.ts")
    assert.strictEqual(code, 0)
    assert.include(
      stdout,
      [
        `  FacebookAccount.update  because of getPage at ${file}:41`,
        "    getPage calls request at legacy/accounts/graph.ts:17, which blocks",
        `  FacebookAccount.save  because of db.query at ${file}:51, which blocks`
      ].join("\n")
    )
  })

  it("writes the same as JSON", async () => {
    const json = join(folder, "doctor.json")
    const { code } = await doctor("legacy/accounts/update.ts", "--json", json)
    assert.strictEqual(code, 0)
    const { modules, broken } = JSON.parse(readFileSync(json, "utf8"))
    const [entry, account] = modules
    assert.deepStrictEqual(broken, [])
    assert.strictEqual(account.file, file)
    assert.deepStrictEqual(
      account.functions.map(({ name }: { name: string }) => name),
      ["FacebookAccount.query", "FacebookAccount.update", "FacebookAccount.save"]
    )
    assert.deepStrictEqual(account.functions[1].steps, [
      { name: "FacebookAccount.update", does: "calls", text: "getPage", file, line: 41 },
      { name: "getPage", does: "calls", text: "request", file: "legacy/accounts/graph.ts", line: 17 }
    ])
    assert.isTrue(account.functions[1].known)
    const [loop] = entry.loops
    assert.strictEqual(loop.line, 6)
    assert.deepStrictEqual(loop.obstacles, [])
    assert.deepStrictEqual(loop.carried[0], { line: 9, text: "updated++;", how: "is counted in order" })
  })

  it("looks into the packages that the configuration has lifted", async () => {
    const library = join(folder, "node_modules/lib")
    mkdirSync(library, { recursive: true })
    writeFileSync(join(library, "index.js"), "exports.each = function each(xs, f) { for (const x of xs) f(x) }\n")
    writeFileSync(
      join(folder, "main.cjs"),
      `const { each } = require("lib")\nconst { execSync } = require("child_process")\neach(["ls"], (command) => execSync(command))\n`
    )
    const before = await doctor(join(folder, "main.cjs"))
    assert.notInclude(before.stdout, "  each  because")
    writeFileSync(join(folder, "greenlift.config.json"), JSON.stringify({ lift: ["lib"] }))
    const { stdout } = await doctor(join(folder, "main.cjs"))
    assert.match(stdout, / {2}each {2}because of f at \S+index\.js:1\n {4}each is handed \(command\) => execSync/)
    writeFileSync(join(folder, "greenlift.config.json"), JSON.stringify({ lift: "lib" }))
    const wrong = await doctor(join(folder, "main.cjs"))
    assert.strictEqual(wrong.code, 2)
    assert.include(wrong.stderr, "give a list of names of packages")
  })
})
