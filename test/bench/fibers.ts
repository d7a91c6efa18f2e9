/** What a lifted fiber costs, in bytes and in time, beside Effect's own fibers and promises. */
import { start } from "../support/child.ts"
import { atMost, type Bench, digits } from "./bench.ts"
import type { Figures, Measured } from "./fibers/measure.ts"
import { formatTable } from "./table.ts"

const bytes = (figures: Figures, frames: number): ReadonlyArray<number> =>
  figures.bytes.filter((size) => size.frames === frames).map(({ each }) => Math.round(each))

const times = (figures: Figures): ReadonlyArray<number> => [
  figures.spawnAndJoinEach,
  figures.spawnThenJoinAll,
  figures.resumeOne
]

const measure = async (): Promise<Measured> => {
  const args = ["--expose-gc", "--import", "tsx", "test/bench/fibers/measure.ts"]
  const { code, stdout, stderr } = await start(args, process.env).finished
  if (code !== 0) throw new Error(`the measuring process ended with ${code}: ${stderr}`)
  return JSON.parse(stdout)
}

export const fibers: Bench = {
  about: "bytes for each suspended fiber, CPU to spawn and join one and to resume it; beside Effect and promises",
  run: async () => {
    const { figures, deepResume } = await measure()
    console.log(
      `Bytes of heap for each that waits:\n\n${formatTable(
        ["", "1 frame: 10,000", "100,000", "10 frames: 10,000", "100,000"],
        figures.map((each) => [each.name, ...bytes(each, 1).map(String), ...bytes(each, 10).map(String)])
      )}\n\nµs of CPU for each:\n\n${formatTable(
        ["", "spawn, join, again", "spawn all, join all", "suspend and resume"],
        figures.map((each) => [each.name, ...times(each).map(digits)])
      )}\n\nA resume 10,000 frames deep in a recursion takes ${digits(deepResume)} times what it takes 10 frames deep.`
    )
    const lifted = figures.find(({ kind }) => kind === "task")!
    return {
      verdicts: [
        atMost("bytes-per-fiber", Math.max(...bytes(lifted, 1)), 1800),
        atMost("bytes-per-fiber-10-frames", Math.max(...bytes(lifted, 10)), 4200),
        atMost("spawn-join-us", Math.max(lifted.spawnAndJoinEach, lifted.spawnThenJoinAll), 5),
        atMost("resume-us", lifted.resumeOne, 1),
        atMost("deep-resume-ratio", deepResume, 4)
      ],
      measurements: { figures, deepResume }
    }
  }
}
