/** Scripts for the methods of arrays and typed arrays that call back for each item. */
import { describe } from "@effect/vitest"
import { agrees, type Script, type Trial } from "./agree.js"

export const searching = ["every", "some", "find", "findIndex", "findLast", "findLastIndex"]

export const reducing = ["reduce", "reduceRight"]

/** Tests a script for each of some methods. */
export const each = (title: string, methods: ReadonlyArray<string>, script: (method: string) => Script) =>
  describe(title, () => {
    for (const method of methods) agrees(method, script(method))
  })

/** A callback that notes what it is called with and keeps its method going. */
export const noting = ({ note, waiting }: Trial, method: string, also = () => {}) =>
  waiting(function (this: unknown, ...args: Array<any>) {
    note("called with this", this, "and", ...args)
    also()
    return searching.includes(method) ? method === "every" : args[0]
  })
