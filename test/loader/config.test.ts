/** The configuration of a project: where it is found, in which forms, and what is wrong with it. */
import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import { ConfigError, findConfig, loadConfig } from "../../src/loader/config.js"

const root = fileURLToPath(new URL("../..", import.meta.url))
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "greenlift-config-"))
  write("package.json", '{ "type": "module" }')
  mkdirSync(join(folder, "node_modules"))
  symlinkSync(root, join(folder, "node_modules/greenlift"))
})

afterEach(() => rmSync(folder, { recursive: true }))

const write = (file: string, text: string): string => {
  const path = join(folder, file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  return path
}

const problemOf = async (file: string | null, program = join(folder, "main.js")): Promise<string> => {
  try {
    await loadConfig(file, program)
  } catch (error) {
    assert.instanceOf(error, ConfigError)
    return (error as ConfigError).message
  }
  return assert.fail("it was taken")
}

const node = (...args: ReadonlyArray<string>) =>
  spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8", timeout: 60_000 })

describe("a configuration", () => {
  it("is the nearest one, beside the program or above it", async () => {
    const above = write("greenlift.config.json", '{ "retry": 1 }')
    const beside = write("scripts/greenlift.config.mjs", "export default { retry: 2 }")
    assert.strictEqual(findConfig(join(folder, "scripts/deep")), beside)
    assert.strictEqual(findConfig(folder), above)
    assert.deepStrictEqual(await loadConfig(null, join(folder, "main.js")), { retry: 1 })
    assert.deepStrictEqual(await loadConfig(null, join(folder, "scripts/main.js")), { retry: 2 })
    assert.deepStrictEqual(await loadConfig(above, join(folder, "scripts/main.js")), { retry: 1 })
  })

  it("may be a CommonJS module", async () => {
    write("greenlift.config.cjs", "module.exports = { lift: ['x'], perHost: { 'a.b': [1, '2/s'] } }")
    assert.deepStrictEqual(await loadConfig(null, join(folder, "main.js")), {
      lift: ["x"],
      perHost: { "a.b": [1, "2/s"] }
    })
  })

  it("says what is wrong with it, and what to do", async () => {
    const problem = (config: unknown) => problemOf(write("greenlift.config.json", JSON.stringify(config)))
    assert.match(await problem({ concurency: 5 }), /no option "concurency": have one of .*concurrency/)
    assert.match(await problem({ concurrency: "5" }), /"concurrency" is "5": give a whole number from 1/)
    assert.match(await problem({ rate: "fast" }), /"rate" is "fast": give what is meant \(.*write it as 100\/s/)
    assert.match(await problem({ perHost: { "a.b": 0 } }), /"perHost" .*limit for a\.b is 0/)
    assert.match(await problem({ retry: { times: -1 } }), /"retry" .*times is -1/)
    assert.match(await problem({ order: "any" }), /"input" or "completion"/)
    assert.match(await problem([]), /export the configuration as the default/)
    assert.match(await problemOf(write("broken.json", "{")), /cannot be read: .*Correct it/)
    assert.match(await problemOf(join(folder, "none.json")), /no such file: correct the path/)
  })

  it("in TypeScript rules a run, and what the command line says goes before it", () => {
    write(
      "greenlift.config.ts",
      'import { defineConfig, type Config } from "greenlift/config"\n' +
        'const order: Config["order"] = "completion"\n' +
        "export default defineConfig({ concurrency: 3, order })\n"
    )
    write(
      "waits.ts",
      'import { sleep } from "greenlift/blocking"\nexport const wait = (ms: number): void => sleep(ms)\n'
    )
    write(
      "main.ts",
      'import { wait } from "./waits.ts"\n' +
        "for (const ms of [300, 1, 150] as Array<number>) {\n  wait(ms)\n  console.log(ms)\n}\n"
    )
    const cli = join(root, "dist/cli/main.js")
    const configured = node(cli, "run", "main.ts")
    assert.strictEqual(configured.stdout, "1\n150\n300\n", configured.stderr)
    assert.match(configured.stderr, /at most 3 in flight of 3/)
    const overruled = node(cli, "run", "main.ts", "--order", "input", "--concurrency", "2")
    assert.strictEqual(overruled.stdout, "300\n1\n150\n", overruled.stderr)
    assert.match(overruled.stderr, /at most 2 in flight of 2/)
    write("other.json", '{ "rate": 7 }')
    const wrong = node(cli, "run", "main.ts", "--config", "other.json")
    assert.strictEqual(wrong.status, 2)
    assert.match(wrong.stderr, /greenlift: other\.json: "rate" is 7: give/)
    const alone = node(cli, "run", "waits.ts", "--config", write("empty.json", "{}"), "--loop", "main")
    assert.deepStrictEqual([alone.status, /--loop goes with --concurrency/.test(alone.stderr)], [2, true])
  })

  it("rules what --import greenlift/register lifts", () => {
    write("greenlift.config.json", '{ "rate": "nonsense" }')
    write("main.mjs", "console.log(1)")
    const { status, stderr } = node("--import", "greenlift/register", "main.mjs")
    assert.strictEqual(status, 1)
    assert.match(stderr, /ConfigError: greenlift\.config\.json: "rate"/)
  })
})
