import { execFile } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import type { BlockedSummary } from "../../src/cli/statistics.js"

const root = fileURLToPath(new URL("../..", import.meta.url))
const temporary = realpathSync(mkdtempSync(join(tmpdir(), "greenlift-not-lifted-")))
mkdirSync(join(temporary, "node_modules"))
symlinkSync(root, join(temporary, "node_modules/greenlift"))

afterAll(() => rmSync(temporary, { recursive: true }))

const write = (name: string, content: string): void => {
  const path = join(temporary, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
}

/** Calls that block under a frame that is not lifted: what is on that frame's line, and what the report says. */
const cases: Readonly<
  Record<string, { readonly code: string; readonly package?: string; readonly frame: RegExp; readonly source: string }>
> = {
  "a package's loop": {
    code: "GL4001",
    package: "third-party",
    frame: /^Object\.each \(node_modules\/third-party\/index\.js:2:\d+\)$/,
    source: `require("third-party").each([3], (n) => blocking(n))`
  },
  "a built-in that a package calls": {
    code: "GL4001",
    package: "@scope/sorting",
    frame: /^Object\.sorted \(node_modules\/@scope\/sorting\/lib\/main\.js:1:\d+\)$/,
    source: `require("@scope/sorting").sorted([2, 1], (a, b) => blocking(a) - b)`
  },
  "a replacement that a package makes": {
    code: "GL4001",
    package: "third-party",
    frame: /^Object\.fill \(node_modules\/third-party\/index\.js:9:\d+\)$/,
    source: `require("third-party").fill("a b", (word) => blocking(word))`
  },
  "JSON.stringify in a package": {
    code: "GL4001",
    package: "serialiser",
    frame: /^exports\.text \(node_modules\/serialiser\/index\.js:1:\d+\)$/,
    source: `require("serialiser").text({ toJSON: () => blocking(8) })`
  },
  "a Proxy's trap": {
    code: "GL4005",
    frame: /^cases\.a Proxy's trap \(main\.cjs:\d+:\d+\)$/,
    source: `(sleep(0), "x" in proxy)`
  },
  "a Proxy's trap, in a function that does not block by itself": {
    code: "GL4004",
    frame: /^cases\.a Proxy's trap, in a function that does not block by itself \(main\.cjs:\d+:\d+\)$/,
    source: `"x" in proxy`
  },
  "a built-in that such a function calls": {
    code: "GL4004",
    frame: /^comparing \(main\.cjs:\d+:\d+\)$/,
    source: `comparing()`
  },
  "a built-in without a twin": {
    code: "GL4002",
    frame: /^new Promise \(<anonymous>\)$/,
    source: `new Promise((resolve) => resolve(blocking(1))) instanceof Promise`
  },
  "an event": {
    code: "GL4003",
    frame: /^EventEmitter\.emit \(node:events:\d+:\d+\)$/,
    source: `new EventEmitter().on("it", (n) => results.push(blocking(n))).emit("it", 4)`
  },
  "a getter that a built-in calls": {
    code: "GL4002",
    frame: /^\w+\.assign \(<anonymous>\)$/,
    source: `Object.assign({}, { get lazy() { return blocking(5) } })`
  },
  "a package that keeps errors from having stacks": {
    code: "GL4007",
    frame: /^<unknown>$/,
    source: `require("third-party").quiet(() => blocking(6))`
  },
  "a call that is not lifted where it stands": {
    code: "GL4006",
    frame: /^inWith \(main\.cjs:8:\d+\)$/,
    source: `inWith({})`
  },
  "what comes out of a package, and nothing told that it may block": {
    code: "GL4004",
    frame: /^exports\.picking \(picking\.cjs:4:\d+\)$/,
    source: `require("./picking.cjs").picking(6)`
  },
  "a function that is not lifted": {
    code: "GL4004",
    frame: /^evaluated \(main\.cjs:\d+:\d+\)$/,
    source: `evaluated()`
  }
}

const lines = Object.entries(cases).map(([name, { source }]) => `cases[${JSON.stringify(name)}] = () => ${source}`)

const program = `const { EventEmitter } = require("node:events")
const { sleep } = require("greenlift/blocking"), { retry } = require("greenlift/green")
const results = []
const blocking = (value) => { sleep(1); return value }
function evaluated() { return eval("1") + blocking(1) }
const proxy = new Proxy({}, { has: (_, key) => blocking(key) === "x" })
const comparator = { compare: blocking }
function inWith(scope) { sleep(1); with (scope) return retry(1, () => blocking(9)) }
function comparing() { return eval("[2, 1]").sort((a, b) => comparator["comp" + "are"](a) - b) }
const cases = {}
${lines.join("\n")}
sleep(1)
for (const [name, run] of Object.entries(cases)) console.log(name, JSON.stringify(run()), results)
`

const run = (...args: ReadonlyArray<string>) =>
  new Promise<{ readonly stdout: string; readonly stderr: string }>((resolve) => {
    const env = { ...process.env, GREENLIFT_CACHE: join(temporary, "cache") }
    execFile(process.execPath, args, { cwd: temporary, env }, (_, stdout, stderr) => resolve({ stdout, stderr }))
  })

describe("a blocking call under a frame that is not lifted", () => {
  let plain = ""
  let lifted = { stdout: "", stderr: "" }
  let blocked: ReadonlyArray<BlockedSummary> = []

  beforeAll(async () => {
    write(
      "node_modules/third-party/index.js",
      `exports.each = function each(items, callback) {
  for (const item of items) callback(item)
}
exports.quiet = function quiet(callback) {
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try { return callback() } finally { Error.stackTraceLimit = limit }
}
exports.fill = function fill(text, callback) { return text.replace(/\\w/g, callback) }`
    )
    write("node_modules/serialiser/index.js", "exports.text = (value) => JSON.stringify([value])")
    write(
      "picking.cjs",
      `const { sleep } = require("greenlift/blocking")
const packed = () => ({ work(value) { sleep(1); return value } })
const picked = require("picking").pick(packed(), "work")
exports.picking = (value) => picked(value)`
    )
    write("node_modules/picking/index.js", "exports.pick = (table, name) => table[name]")
    write("node_modules/@scope/sorting/package.json", `{ "main": "lib/main.js" }`)
    write(
      "node_modules/@scope/sorting/lib/main.js",
      `exports.sorted = function sorted(items, compare) { return items.sort(compare) }`
    )
    write("main.cjs", program)
    plain = (await run("main.cjs")).stdout
    lifted = await run(join(root, "dist/cli/main.js"), "run", "main.cjs", "--json", "summary.json")
    blocked = JSON.parse(readFileSync(join(temporary, "summary.json"), "utf8")).blocked
  }, 60_000)

  it("gives the right answer", () => {
    assert.isNotEmpty(plain)
    assert.strictEqual(lifted.stdout, plain)
  })

  for (const [name, { code, frame, package: packageName }] of Object.entries(cases)) {
    it(`is reported with its frame and what to do: ${name}`, () => {
      const found = blocked.filter((each) => each.code === code && frame.test(each.frame))
      assert.lengthOf(found, 1, JSON.stringify(blocked, null, 1))
      const [{ site, advice, calls, ms, package: of }] = found as [BlockedSummary]
      assert.match(site, /main\.cjs:4$|picking\.cjs:2$/)
      assert.strictEqual(of, packageName)
      assert.isAtLeast(calls, 1)
      assert.isAbove(ms, 0)
      assert.include(lifted.stderr, `${code} ${advice}`)
      if (packageName !== undefined) assert.include(advice, `--lift ${packageName}`)
    })
  }

  it("is green once the package is lifted too", async () => {
    const { stdout, stderr } = await run(
      join(root, "dist/cli/main.js"),
      "run",
      "main.cjs",
      "--lift",
      "third-party",
      "--lift",
      "@scope/sorting"
    )
    assert.strictEqual(stdout, plain)
    assert.notMatch(stderr, /GL4001.*(?:third-party|@scope)/)
    assert.match(stderr, /GL4005/)
  }, 60_000)
})
