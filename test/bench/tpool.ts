/** What a call in a worker thread costs, beside a bare message there and back, and beside a library of thread pools. */
import { start } from "../support/child.ts"
import { atMost, type Bench, digits } from "./bench.ts"
import { formatTable } from "./table.ts"

/** µs of a call, made one after another, and a thousand at once. */
export interface Figures {
  readonly name: string
  readonly oneByOne: number
  readonly atOnce: number
}

export const tpool: Bench = {
  about: "µs of a call in a worker thread, beside a bare message there and back, and tinypool",
  run: async () => {
    const { code, stdout, stderr } = await start(["test/bench/tpool/measure.mjs"], process.env).finished
    if (code !== 0) throw new Error(`the measuring process ended with ${code}: ${stderr}`)
    const figures: ReadonlyArray<Figures> = JSON.parse(stdout)
    console.log(
      formatTable(
        ["µs for each call", "one by one", "1000 at once"],
        figures.map(({ name, oneByOne, atOnce }) => [name, digits(oneByOne), digits(atOnce)])
      )
    )
    const [bare, library, lifted] = figures
    return {
      verdicts: [
        atMost("one-by-one-vs-bare", lifted!.oneByOne / bare!.oneByOne, 2.5),
        atMost("at-once-vs-tinypool", lifted!.atOnce / library!.atOnce, 1)
      ],
      measurements: figures
    }
  }
}
