/** What the toolbox costs in both faces, beside Effect's own, and beside what eventlet was measured to cost elsewhere. */
import { start } from "../support/child.ts"
import { atMost, type Bench, digits } from "./bench.ts"
import { formatTable } from "./table.ts"
import { type Operation, operations } from "./toolbox/kind.ts"
import type { Figures } from "./toolbox/measure.ts"

/** Measured with CPython 3.11 and eventlet's main branch on another machine: to compare orders of magnitude only. */
const eventlet: Partial<Record<Operation, number>> = { spawnAndWait: 15.3, channel: 5.3, imap: 14.9, yields: 3 }

/** What is promised of the lifted toolbox, in µs. */
const targets: Partial<Record<Operation, number>> = { spawnAndWait: 15, channel: 5, imap: 15, yields: 3 }

const measure = async (): Promise<Figures> => {
  const { code, stdout, stderr } = await start(["--import", "tsx", "test/bench/toolbox/measure.ts"], process.env)
    .finished
  if (code !== 0) throw new Error(`the measuring process ended with ${code}: ${stderr}`)
  return JSON.parse(stdout)
}

export const toolbox: Bench = {
  about: "CPU of spawn, queues, semaphores, events, imap and timeouts; beside Effect's own and eventlet's figures",
  run: async () => {
    const figures = await measure()
    console.log(
      `µs of CPU for each:\n\n${formatTable(
        ["", "lifted", "as Effects", "Effect's own", "eventlet, quoted"],
        operations.map(([operation, title]) => {
          const { lifted, effectFace, effects } = figures[operation]
          const quoted = eventlet[operation]
          return [
            title,
            digits(lifted),
            digits(effectFace),
            digits(effects),
            quoted === undefined ? "" : digits(quoted)
          ]
        })
      )}\n\nEffect has no queue of 0: its own column is a queue of 1.`
    )
    return {
      verdicts: operations.flatMap(([operation]) => {
        const target = targets[operation]
        return target === undefined ? [] : [atMost(`${operation}-us`, figures[operation].lifted, target)]
      }),
      measurements: figures
    }
  }
}
