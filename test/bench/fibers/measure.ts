/** Measures all kinds of fibers, turn by turn, and prints the figures as JSON. Needs `node --expose-gc`. */
import { median, type Rounds, turnByTurn } from "../turns.ts"
import { effects } from "./effect.ts"
import { type Frames, type Kind, Parked } from "./kind.ts"
import { fibers, resumeBelow, tasks } from "./lifted.ts"
import { promises } from "./promises.ts"

/** Of one kind; times are µs of CPU for each. */
export interface Figures {
  readonly kind: keyof typeof kinds
  readonly name: string
  readonly bytes: ReadonlyArray<{ readonly many: number; readonly frames: Frames; readonly each: number }>
  readonly spawnAndJoinEach: number
  readonly spawnThenJoinAll: number
  readonly resumeOne: number
}

export interface Measured {
  readonly figures: ReadonlyArray<Figures>
  /** How many times the CPU a resume takes 10,000 frames deep, at worst, of what it takes 10 frames deep. */
  readonly deepResume: number
}

const kinds = { task: tasks, fiber: fibers, effect: effects, promise: promises }
const all = Object.entries(kinds) as ReadonlyArray<[Figures["kind"], Kind]>

const heapUsed = (): number => {
  gc!()
  return process.memoryUsage().heapUsed
}

/** Twice with a pause between: what others have left behind is gone only then. */
const heapUsedAtRest = async (): Promise<number> => {
  gc!()
  await new Promise((resume) => setImmediate(resume))
  return heapUsed()
}

const bytes = async (kind: Kind, many: number, frames: Frames): Promise<number> => {
  const parked = new Parked(many)
  const before = await heapUsedAtRest()
  let during = 0
  await kind.park(parked, frames, () => {
    during = heapUsed()
  })
  return (during - before) / many
}

/**
 * CPU and not the clock: other programs on the machine lengthen the one far more than the other. No collection is forced
 * before, as that throws compiled code away, too, and what is measured then is mostly the compiler.
 */
const microseconds = async (times: number, work: (times: number) => Promise<void>): Promise<number> => {
  const began = process.cpuUsage()
  await work(times)
  const { user, system } = process.cpuUsage(began)
  return (user + system) / times
}

const compare = async (rounds: Rounds, measure: (kind: Kind) => Promise<number>): Promise<Array<number>> => {
  const contenders = all.map(
    ([, kind]) =>
      () =>
        measure(kind)
  )
  return (await turnByTurn(rounds, contenders)).map(median)
}

const timed = { warming: 5, counted: 9 }
const spawnAndJoinEach = await compare(timed, (kind) => microseconds(20_000, kind.spawnAndJoinEach))
const spawnThenJoinAll = await compare(timed, (kind) => microseconds(20_000, kind.spawnThenJoinAll))
const resumeOne = await compare(timed, (kind) => microseconds(100_000, kind.resumeOne))

const weighed = { warming: 1, counted: 3 }
const sizes = [10_000, 100_000].flatMap((many) => ([1, 10] as const).map((frames) => ({ many, frames })))
const each: Array<Array<number>> = []
for (const { many, frames } of sizes) each.push(await compare(weighed, (kind) => bytes(kind, many, frames)))

const figures = all.map(
  ([kind, { name }], index): Figures => ({
    kind,
    name,
    bytes: sizes.map((size, at) => ({ ...size, each: each[at]![index]! })),
    spawnAndJoinEach: spawnAndJoinEach[index]!,
    spawnThenJoinAll: spawnThenJoinAll[index]!,
    resumeOne: resumeOne[index]!
  })
)
/** The driver's stack is in segments, so it matters a little where in one the recursion ends. */
const depths = [10, 10_000, 10_008, 10_016, 10_024]
const resumes = (
  await turnByTurn(
    timed,
    depths.map((frames) => () => microseconds(50_000, (times) => resumeBelow(frames, times)))
  )
).map(median)
const measured: Measured = { figures, deepResume: Math.max(...resumes.slice(1)) / resumes[0]! }

console.log(JSON.stringify(measured))
