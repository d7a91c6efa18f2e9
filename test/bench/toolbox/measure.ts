/** Measures all toolboxes, turn by turn, and prints the figures as JSON. */
import { median, turnByTurn } from "../turns.ts"
import { effects } from "./effect.ts"
import { effectFace } from "./effect-face.ts"
import { type Kind, type Operation, operations } from "./kind.ts"
import { lifted } from "./lifted.ts"

/** µs of CPU for each time, by toolbox. */
export type Figures = Readonly<Record<Operation, Readonly<Record<keyof typeof kinds, number>>>>

const kinds = { lifted, effectFace, effects }

const times = 10_000

/** CPU and not the clock: other programs on the machine lengthen the one far more than the other. */
const microseconds = async (kind: Kind, operation: Operation): Promise<number> => {
  const began = process.cpuUsage()
  await kind[operation](times)
  const { user, system } = process.cpuUsage(began)
  return (user + system) / times
}

const names = Object.keys(kinds) as Array<keyof typeof kinds>
const figures: Partial<Record<Operation, Record<string, number>>> = {}
for (const [operation] of operations) {
  const contenders = names.map((name) => () => microseconds(kinds[name], operation))
  const results = await turnByTurn({ warming: 4, counted: 7 }, contenders)
  figures[operation] = Object.fromEntries(names.map((name, i) => [name, median(results[i]!)]))
}
console.log(JSON.stringify(figures))
