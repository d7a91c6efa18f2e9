/** Measures all kinds of fibers, turn by turn, and prints the figures as JSON. Needs `node --expose-gc`. */
import { median, turnByTurn } from "../turns.ts"
import { effects } from "./effect.ts"
import { type Frames, type Kind, Parked } from "./kind.ts"
import { fibers, tasks } from "./lifted.ts"
import { promises } from "./promises.ts"

/** Of one kind; times are in µs for each. */
export interface Figures {
  readonly name: string
  readonly bytes: ReadonlyArray<{ readonly many: number; readonly frames: Frames; readonly each: number }>
  readonly spawnAndJoinEach: number
  readonly spawnThenJoinAll: number
  readonly resumeOne: number
}

const rounds = 5
const spawned = 10_000
const resumed = 100_000

const heapUsed = (): number => {
  gc!()
  return process.memoryUsage().heapUsed
}

const bytes = async (kind: Kind, many: number, frames: Frames): Promise<number> => {
  const parked = new Parked(many)
  const before = heapUsed()
  let during = 0
  await kind.park(parked, frames, () => {
    during = heapUsed()
  })
  return (during - before) / many
}

const microseconds = async (times: number, work: (times: number) => Promise<void>): Promise<number> => {
  gc!()
  const began = performance.now()
  await work(times)
  return ((performance.now() - began) * 1000) / times
}

const kinds = [fibers, tasks, effects, promises]

const compare = async (measure: (kind: Kind) => Promise<number>): Promise<Array<number>> =>
  (await turnByTurn(rounds, kinds.map((kind) => () => measure(kind)))).map(median)

const sizes = [10_000, 100_000].flatMap((many) => ([1, 10] as const).map((frames) => ({ many, frames })))
const each: Array<Array<number>> = []
for (const { many, frames } of sizes) each.push(await compare((kind) => bytes(kind, many, frames)))
const spawnAndJoinEach = await compare((kind) => microseconds(spawned, kind.spawnAndJoinEach))
const spawnThenJoinAll = await compare((kind) => microseconds(spawned, kind.spawnThenJoinAll))
const resumeOne = await compare((kind) => microseconds(resumed, kind.resumeOne))

const figures = kinds.map(
  ({ name }, kind): Figures => ({
    name,
    bytes: sizes.map((size, index) => ({ ...size, each: each[index]![kind]! })),
    spawnAndJoinEach: spawnAndJoinEach[kind]!,
    spawnThenJoinAll: spawnThenJoinAll[kind]!,
    resumeOne: resumeOne[kind]!
  })
)
console.log(JSON.stringify(figures))
