/** Packages that a program uses and that may block: they depend on one that does, and are not lifted. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { packageOf } from "./settings.js"

/** Packages whose functions have twins. Code that calls them blocks unless it is lifted. */
const blocking = ["greenlift", "sync-request"]

/** A package that is not lifted, and may block. */
export interface Suspect {
  readonly name: string
  /** The package that blocks, which it depends on. */
  readonly blocking: string
}

/** What of the package that a file is of may block, or null. */
export const suspectOf = (file: string): Suspect | null => {
  const name = packageOf(file)
  if (name === null || blocking.includes(name)) return null
  const folder = file.slice(0, file.lastIndexOf(join("node_modules", name)))
  try {
    const { dependencies = {} } = JSON.parse(readFileSync(join(folder, "node_modules", name, "package.json"), "utf8"))
    const found = blocking.find((each) => Object.hasOwn(dependencies, each))
    return found === undefined ? null : { name, blocking: found }
  } catch {
    return null
  }
}
