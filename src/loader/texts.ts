/** The sources that the texts of lifted functions are read from. */
import { readFileSync } from "node:fs"
import { dirname } from "node:path"
import { fingerprint, isTypeScript, strip } from "../compiler/index.js"
import { readSources } from "../runtime/texts.js"
import { translationOf } from "./tsconfig.js"

/** What a file may have been compiled as: Node takes a byte order mark off some. */
const compiled = (file: string): ReadonlyArray<string> => {
  const source = readFileSync(file, "utf8")
  if (!isTypeScript(file)) return [source, source.replace(/^\uFEFF/, "")]
  const stripped = strip(file, source, translationOf(dirname(file)))
  return "text" in stripped ? [] : [stripped.code]
}

/** Has the texts of lifted functions read from their files. A file that has changed since gives none. */
export const readFromFiles = (): void =>
  readSources((file, expected) => {
    try {
      return compiled(file).find((source) => fingerprint(source) === expected) ?? null
    } catch {
      return null
    }
  })
