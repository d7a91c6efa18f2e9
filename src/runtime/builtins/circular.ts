/** What V8 says of a value that contains itself. */

import type { Level } from "./json-stringify.js"
import { nameOf } from "./operations.js"

const shownFirst = 2

/** @param key where `start`, which is around `inner` or the same, was found once more */
export const circularMessage = (inner: Level, start: Level, key: string | number): string => {
  let depth = 0
  for (let level = inner; level !== start; level = level.outer!) depth++
  let lines = ""
  for (let level = inner; level !== start; level = level.outer!, depth--) {
    const shown = depth <= shownFirst || level === inner
    const line = shown ? `${place(level.key)} -> object with constructor '${nameOf(level.value)}'` : "..."
    if (shown || depth === shownFirst + 1) lines = `\n    |     ${line}${lines}`
  }
  return (
    "Converting circular structure to JSON\n" +
    `    --> starting at object with constructor '${nameOf(start.value)}'${lines}\n    --- ${place(key)} closes the circle`
  )
}

const place = (key: string | number): string => (typeof key === "number" ? `index ${key}` : `property '${key}'`)
