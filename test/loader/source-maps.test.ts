import { execFile } from "node:child_process"
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import ts from "typescript"
import { afterAll, assert, describe, it } from "vitest"

const root = fileURLToPath(new URL("../..", import.meta.url))
const temporary = realpathSync(mkdtempSync(join(tmpdir(), "greenlift-maps-")))
mkdirSync(join(temporary, "node_modules"))
mkdirSync(join(temporary, "src"))
symlinkSync(root, join(temporary, "node_modules/greenlift"))

afterAll(() => rmSync(temporary, { recursive: true }))

const source = `import { sleep } from "greenlift/blocking"

interface Account {
  readonly id: number
}

/** Types only, which are gone once it is compiled. */
type Update = (account: Account) => string

enum Kind {
  Page = "page"
}

const update: Update = (account) => {
  sleep(0)
  if (account.id > 1) {
    throw new Error(
      \`cannot update \${Kind.Page} \${account.id}\`
    )
  }
  return "updated"
}

export const all = (accounts: ReadonlyArray<Account>): void => {
  for (const account of accounts) update(account)
}

try {
  all([{ id: 1 }, { id: 2 }])
} catch (error) {
  console.log((error as Error).stack)
}
`

const compiled = (options: ts.CompilerOptions) =>
  ts.transpileModule(source, {
    fileName: join(temporary, "src/update.ts"),
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, ...options }
  })

const run = (...args: ReadonlyArray<string>) =>
  new Promise<{ readonly stdout: string; readonly stderr: string }>((resolve) => {
    const env = { ...process.env, GREENLIFT_CACHE: join(temporary, "cache") }
    execFile(process.execPath, args, { cwd: temporary, env }, (_, stdout, stderr) => resolve({ stdout, stderr }))
  })

/** Function, file, line and column of the program's frames, in the files it was written in. */
const frames = (stack: string): Array<string> =>
  stack
    .split("\n")
    .filter((line) => line.includes(temporary))
    .map((line) =>
      line
        .trim()
        .replace("file://", "")
        .replace(/^at <anonymous> \((.*)\)$/, "at $1")
    )

const register = ["--import", join(root, "dist/loader/register.js")]

const sameStacks = async (entry: string): Promise<void> => {
  const plain = await run("--enable-source-maps", entry)
  const lifted = await run("--enable-source-maps", ...register, entry)
  const expected = frames(plain.stdout)
  assert.lengthOf(expected, 3, plain.stderr)
  assert.match(expected[0]!, /at update \(.*src\/update\.ts:17:11\)/)
  assert.deepStrictEqual(frames(lifted.stdout), expected, lifted.stderr)
}

describe("stacks show what a file was compiled from", () => {
  it("where its map is inline", async () => {
    const { outputText } = compiled({ inlineSourceMap: true, sourceRoot: "../src" })
    mkdirSync(join(temporary, "inline"))
    writeFileSync(join(temporary, "inline/update.mjs"), outputText)
    await sameStacks("inline/update.mjs")
  })

  it("where its map is a file of its own, in another folder", async () => {
    const { outputText, sourceMapText } = compiled({ sourceMap: true })
    mkdirSync(join(temporary, "built/maps"), { recursive: true })
    const map = { ...JSON.parse(sourceMapText!), sources: ["../../src/update.ts"] }
    writeFileSync(join(temporary, "built/maps/update.map"), JSON.stringify(map))
    writeFileSync(
      join(temporary, "built/update.mjs"),
      outputText.replace(/sourceMappingURL=.*/, "sourceMappingURL=maps/update.map")
    )
    await sameStacks("built/update.mjs")
  })

  it("and the file itself where its map cannot be read", async () => {
    const { outputText } = compiled({ sourceMap: true })
    mkdirSync(join(temporary, "lost"))
    writeFileSync(join(temporary, "lost/update.mjs"), outputText)
    const plain = await run("lost/update.mjs")
    const lifted = await run(...register, "lost/update.mjs")
    assert.deepStrictEqual(frames(lifted.stdout), frames(plain.stdout))
    assert.isNotEmpty(frames(plain.stdout))
  })

  it("and TypeScript that nobody compiled", async () => {
    writeFileSync(join(temporary, "src/update.mts"), source)
    const { stdout, stderr } = await run(...register, "src/update.mts")
    assert.match(frames(stdout)[0] ?? stderr, /at update \(.*src\/update\.mts:17:11\)/)
    assert.match(frames(stdout)[1]!, /at all \(.*src\/update\.mts:25:35\)/)
  })
})
