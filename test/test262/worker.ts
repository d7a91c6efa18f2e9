/** A process that runs tests, one after another, for `pool.ts`. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { Executor, type Form, type Verdict } from "./execute.js"
import { metadataOf, type Variant, variantsOf } from "./metadata.js"
import { Realms } from "./realm.js"

export interface Setup {
  readonly root: string
  /** The file that holds the bundled helpers. */
  readonly helpers: string
  readonly lifted: Form
  readonly allGrey: boolean
}

export type Half = "unlifted" | "lifted"

/** A run that has begun, or has ended with a verdict. */
export interface Run {
  readonly file: string
  readonly variant: Variant
  readonly half: Half
  readonly verdict?: Verdict
}

export interface Job {
  readonly file: string
  /** The runs of this file that have been made before. */
  readonly known: ReadonlyArray<Run>
}

/** Says that a job is through, and how much memory the process holds by now. */
export interface Through {
  readonly through: string
  readonly rss: number
}

/** The unlifted form that a lifted one is compared with. */
export const formOf = (half: Half, lifted: Form, variant: Variant): Form => {
  if (half === "lifted") return lifted
  return lifted === "fiber" && variant !== "module" ? "wrapped" : "script"
}

const work = (setup: Setup): void => {
  const realms = new Realms(setup.root, readFileSync(setup.helpers, "utf8"))
  const executor = new Executor(realms, setup.allGrey)
  const send = (message: Run | Through): void => void process.send!(message)

  const perform = async ({ file, known }: Job): Promise<void> => {
    const source = readFileSync(join(setup.root, file), "utf8")
    const test = { file: join(setup.root, file), source, metadata: metadataOf(source) }
    const verdictOf = async (variant: Variant, half: Half): Promise<Verdict> => {
      const found = known.find((run) => run.variant === variant && run.half === half)
      if (found !== undefined) return found.verdict!
      send({ file, variant, half })
      const verdict = await executor.execute(test, variant, formOf(half, setup.lifted, variant))
      send({ file, variant, half, verdict })
      return verdict
    }
    for (const variant of variantsOf(test.metadata)) {
      if ((await verdictOf(variant, "unlifted")) === null) await verdictOf(variant, "lifted")
    }
    send({ through: file, rss: process.memoryUsage.rss() })
  }

  let queue = Promise.resolve()
  process.on("message", (jobs: ReadonlyArray<Job>) => {
    for (const job of jobs) queue = queue.then(() => perform(job))
  })
}

const setup = process.env.TEST262_SETUP
if (setup !== undefined && process.send !== undefined) {
  process.on("unhandledRejection", () => {})
  process.on("uncaughtException", () => {})
  process.on("disconnect", () => process.exit())
  work(JSON.parse(setup))
}
