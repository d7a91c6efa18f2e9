/** Which files are tests, and where what is known of them is kept between runs. */
import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join, relative } from "node:path"
import { fileURLToPath } from "node:url"
import type { Verdict } from "./execute.js"
import type { Variant } from "./metadata.js"

const builtins = (
  "Array TypedArray Map Set String JSON Reflect Function Iterator Object Promise GeneratorPrototype " +
  "AsyncGeneratorPrototype"
).split(" ")

/** What is run when no directories are named. */
export const defaultDirectories: ReadonlyArray<string> = [
  "test/language",
  "test/annexB/language",
  ...builtins.map((name) => `test/built-ins/${name}`)
]

/** The tests in directories (or files) of a test262 checkout, by their paths in it. */
export const testsIn = (root: string, directories: ReadonlyArray<string>): Array<string> => {
  const found = new Set<string>()
  for (const directory of directories) {
    const path = join(root, directory)
    const files = statSync(path).isDirectory()
      ? (readdirSync(path, { recursive: true }) as Array<string>).map((name) => join(path, name))
      : [path]
    for (const file of files) if (file.endsWith(".js") && !file.includes("_FIXTURE")) found.add(relative(root, file))
  }
  return [...found].sort()
}

/** Verdicts of unlifted runs, by file and variant. */
export type Verdicts = Record<string, Partial<Record<Variant, Verdict>>>

const here = fileURLToPath(new URL(".", import.meta.url))
const directory = join(here, "../../node_modules/.cache/greenlift-test262")

/** What decides an unlifted verdict: Node, the tests, and the files of the runner that run them. */
const fingerprint = (root: string): string | null => {
  const hash = createHash("sha256").update(process.version)
  for (const name of ["execute.ts", "metadata.ts", "modules.ts", "realm.ts"]) hash.update(readFileSync(here + name))
  try {
    return hash
      .update(execFileSync("git", ["-C", root, "rev-parse", "HEAD"]))
      .digest("hex")
      .slice(0, 16)
  } catch {
    return null
  }
}

/** Unlifted verdicts of earlier runs. A checkout without git has none. */
export class Known {
  readonly verdicts: Verdicts
  private readonly file: string | null

  constructor(root: string, form: "script" | "wrapped") {
    const key = fingerprint(root)
    this.file = key === null ? null : join(directory, `${form}-${key}.json`)
    this.verdicts = this.file !== null && existsSync(this.file) ? JSON.parse(readFileSync(this.file, "utf8")) : {}
  }

  add(file: string, variant: Variant, verdict: Verdict): void {
    ;(this.verdicts[file] ??= {})[variant] = verdict
  }

  save(): void {
    if (this.file === null) return
    mkdirSync(directory, { recursive: true })
    writeFileSync(this.file, JSON.stringify(this.verdicts))
  }
}
