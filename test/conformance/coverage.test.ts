/** Every case of the sections that are claimed has a test named by its id, or a reason why not. */
import { readdirSync, readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { leftOut } from "./left-out.js"

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

const tests = [".", "../trace"]
  .map((folder) => new URL(`${folder}/`, import.meta.url))
  .flatMap((folder) => readdirSync(folder).map((file) => new URL(file, folder)))
  .filter(({ pathname }) => pathname.endsWith(".test.ts") && !pathname.endsWith("coverage.test.ts"))
  .map((file) => readFileSync(file, "utf8"))
  .join("\n")

const number = (id: string): number => Number(id.slice(id.indexOf("-") + 1))

/** Whether an id is named, by itself or in a range such as `D-07 to D-09`. */
const named = (id: string): boolean => {
  const prefix = id.slice(0, id.indexOf("-") + 1)
  if (new RegExp(`\\b${id}\\b`).test(tests)) return true
  return [...tests.matchAll(new RegExp(`\\b(${prefix}\\d+) to (${prefix}\\d+)\\b`, "g"))].some(
    ([, first, last]) => number(first!) <= number(id) && number(id) <= number(last!)
  )
}

describe("conformance", () => {
  it("covers every case, or says why not", () => {
    for (const [prefix, cases] of sections) {
      for (let i = 1; i <= cases; i++) {
        const id = `${prefix}-${String(i).padStart(2, "0")}`
        assert.isTrue(named(id) !== id in leftOut, `${id} needs a test or a reason, and not both`)
      }
    }
  })
})
