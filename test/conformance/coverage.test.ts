/** Every case of the sections that are claimed has a test named by its id, in both faces, or a reason why not. */
import { readdirSync, readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { leftOut, onlyGreen } from "./left-out.js"

const sections: ReadonlyArray<readonly [prefix: string, cases: number]> = [
  ["GP", 28],
  ["Q", 25],
  ["E", 9],
  ["S", 7],
  ["T", 17],
  ["G", 23],
  ["D", 22],
  ["P", 13],
  ["TP", 31],
  ["DP", 26],
  ["H", 22],
  ["DB", 9],
  ["TH", 7],
  ["TM", 2],
  ["AP", 10],
  ["CV", 11],
  ["EN", 5],
  ["BD", 4],
  ["AS", 16],
  ["X", 20],
  ["VP", 44],
  ["VS", 9],
  ["VG", 58],
  ["VQ", 28],
  ["VM", 6],
  ["VE", 20],
  ["VL", 13],
  ["VT", 16]
]

type Face = "green" | "effects"

const facesOf = (file: string, call: string, name: string): ReadonlyArray<Face> => {
  if (call === "both" || name.includes("an Effect")) return ["green", "effects"]
  return file.includes("effects") ? ["effects"] : ["green"]
}

const number = (id: string): number => Number(id.slice(id.indexOf("-") + 1))

/** The ids that a text names, by themselves or in ranges such as `D-07 to D-09`. */
const idsIn = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/\b([A-Z]{1,2}-)(\d{2})(?: to \1(\d{2}))?\b/g)].flatMap(([, prefix, from, to = from]) =>
    Array.from({ length: number(`-${to}`) - number(`-${from}`) + 1 }, (_, i) => {
      return `${prefix}${String(number(`-${from}`) + i).padStart(2, "0")}`
    })
  )

/** The ids of a file with the faces they are tested in: those of a test's name, and before it those it is made from. */
const covered = (file: string, source: string): ReadonlyArray<readonly [id: string, face: Face]> => {
  const pairs: Array<readonly [string, Face]> = []
  let loose = ""
  let at = 0
  for (const found of source.matchAll(/\b(both|greenOnly|it(?:\.\w+)*)\(\s*(["`])((?:(?!\2).)*)\2/gs)) {
    const [text, call, , name] = found
    loose += source.slice(at, found.index)
    at = found.index + text.length
    const ids = [...idsIn(name!), ...(name!.includes("${") ? idsIn(loose) : [])]
    if (name!.includes("${")) loose = ""
    for (const id of ids) for (const face of facesOf(file, call!, name!)) pairs.push([id, face])
  }
  return pairs
}

const tested = new Set(
  [".", "../trace"]
    .map((folder) => new URL(`${folder}/`, import.meta.url))
    .flatMap((folder) => readdirSync(folder).map((file) => new URL(file, folder)))
    .filter(({ pathname }) => pathname.endsWith(".test.ts") && !pathname.endsWith("coverage.test.ts"))
    .flatMap((file) => covered(file.pathname, readFileSync(file, "utf8")))
    .map(([id, face]) => `${id} ${face}`)
)

const ids = sections.flatMap(([prefix, cases]) =>
  Array.from({ length: cases }, (_, i) => `${prefix}-${String(i + 1).padStart(2, "0")}`)
)

describe("conformance", () => {
  it("covers every case, or says why not", () => {
    const wrong = ids.filter((id) => tested.has(`${id} green`) === id in leftOut)
    assert.strictEqual(wrong.join(" "), "", "need a test or a reason, and not both")
  })

  it("covers every case in the Effect face too, or says why not", () => {
    const wrong = ids.filter((id) => tested.has(`${id} effects`) === (id in leftOut || id in onlyGreen))
    assert.strictEqual(wrong.join(" "), "", "need a test as Effects or a reason, and not both")
  })
})
