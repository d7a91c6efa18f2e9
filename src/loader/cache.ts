/** The transform cache: lifted source on disk, by the content it was made from. */
import { createHash } from "node:crypto"
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir, userInfo } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

/** `GREENLIFT_CACHE`, or the project's `node_modules/.cache/greenlift`, or a folder of the user's among temporary files. */
const findFolder = (): string => {
  const asked = process.env["GREENLIFT_CACHE"]
  if (asked !== undefined && asked !== "") return asked
  for (let folder = process.cwd(); ; folder = dirname(folder)) {
    const modules = join(folder, "node_modules")
    if (statSync(modules, { throwIfNoEntry: false })?.isDirectory()) return join(modules, ".cache", "greenlift")
    if (folder === dirname(folder)) return join(tmpdir(), `greenlift-${userInfo().uid}`)
  }
}

let folder: string | undefined

/** Changes whenever the compiler does. */
const fingerprint = ((): string => {
  const compiler = fileURLToPath(new URL("../compiler", import.meta.url))
  const files = readdirSync(compiler, { recursive: true, withFileTypes: true }).filter((each) => each.isFile())
  return files
    .map((each) => {
      const path = join(each.parentPath, each.name)
      const { size, mtimeMs } = statSync(path)
      return `${path} ${size} ${mtimeMs}`
    })
    .sort()
    .join("\n")
})()

/** The cache's key for what the given texts determine. */
export const keyOf = (...texts: ReadonlyArray<string>): string => {
  const hash = createHash("sha256").update(fingerprint)
  for (const text of texts) hash.update("\0").update(text)
  return hash.digest("hex")
}

const pathOf = (key: string): string => {
  folder ??= findFolder()
  return join(folder, key.slice(0, 2), `${key.slice(2)}.js`)
}

/** What was stored under a key, or null. */
export const stored = (key: string): string | null => {
  try {
    return readFileSync(pathOf(key), "utf8")
  } catch {
    return null
  }
}

/** Stores a text under a key, whole or not at all, whoever else does. A cache that cannot be written is no error. */
export const store = (key: string, text: string): void => {
  const path = pathOf(key)
  const temporary = `${path}.${process.pid}.${Math.random().toString(36).slice(2)}`
  try {
    mkdirSync(dirname(path), { recursive: true })
    try {
      writeFileSync(temporary, text)
      renameSync(temporary, path)
    } finally {
      rmSync(temporary, { force: true })
    }
  } catch {}
}
