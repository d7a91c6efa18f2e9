/** Runs tests in a mode, unlifted and lifted, with what is known of the unlifted half from earlier runs. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { bundleHelpers } from "./bundle.js"
import { Known } from "./files.js"
import type { Variant } from "./metadata.js"
import { runAll } from "./pool.js"
import type { Mode, Results } from "./report.js"
import { formOf, type Job, type Run, type Setup } from "./worker.js"

export interface Options {
  readonly root: string
  readonly files: ReadonlyArray<string>
  readonly mode: Mode
  readonly allGrey: boolean
  readonly processes: number
  /** The files that may fail: the others that fail are run again, each in a process of its own. */
  readonly expected: ReadonlySet<string>
  readonly log: (text: string) => void
}

/** When more files than this fail, the rest is believed at once. */
const confirmed = 300

export const runTests = async (options: Options): Promise<Results> => {
  const directory = mkdtempSync(join(tmpdir(), "test262-"))
  const helpers = join(directory, "helpers.js")
  writeFileSync(helpers, await bundleHelpers(options.mode === "suspending"))
  const { root, allGrey, mode } = options
  const setup: Setup = { root, helpers, lifted: mode === "plain" ? "plain" : "fiber", allGrey }
  const session = new Session(options, setup)
  try {
    await session.run()
  } finally {
    rmSync(directory, { recursive: true })
    session.save()
  }
  return session.results
}

class Session {
  readonly results = new Map<string, Array<Required<Run>>>()
  private readonly known: Record<"script" | "wrapped", Known>
  private readonly began = performance.now()

  constructor(
    private readonly options: Options,
    private readonly setup: Setup
  ) {
    this.known = { script: new Known(options.root, "script"), wrapped: new Known(options.root, "wrapped") }
  }

  async run(): Promise<void> {
    const { files, expected } = this.options
    await this.perform(files.map(this.jobOf), false)
    const failed = files.filter((file) => !expected.has(file) && failsLifted(this.results.get(file)!))
    await this.perform(
      failed.slice(0, confirmed).map((file) => ({ file, known: [] })),
      true
    )
  }

  save(): void {
    for (const known of Object.values(this.known)) known.save()
  }

  /**
   * What V8 optimises on the strength of one test (that no program changes how arrays iterate, say) is off for the rest of
   * the process once another has done it: so a test may pass, or fail, by those before it. In doubt it is run alone.
   */
  private async perform(jobs: ReadonlyArray<Job>, alone: boolean): Promise<void> {
    const { processes, log } = this.options
    for (const { file } of jobs) this.results.set(file, [])
    let done = 0
    await runAll(jobs, { size: processes, alone }, this.setup, {
      ran: (run) => {
        this.results.get(run.file)!.push(run as Required<Run>)
        if (run.half === "unlifted") this.knownOf(run.variant).add(run.file, run.variant, run.verdict!)
      },
      through: () => {
        if (++done % 1000 !== 0 && done !== jobs.length) return
        const seconds = Math.round((performance.now() - this.began) / 1000)
        log(`${done} of ${jobs.length}${alone ? " that failed, once more" : ""}, ${seconds} s`)
      }
    })
  }

  private readonly jobOf = (file: string): Job => {
    const known = (["sloppy", "strict", "module"] as const).flatMap((variant): Array<Run> => {
      const verdict = this.knownOf(variant).verdicts[file]?.[variant]
      return verdict === undefined ? [] : [{ file, variant, half: "unlifted", verdict }]
    })
    return { file, known }
  }

  private knownOf(variant: Variant): Known {
    return this.known[formOf("unlifted", this.setup.lifted, variant) as "script" | "wrapped"]
  }
}

const failsLifted = (runs: ReadonlyArray<Required<Run>>): boolean =>
  runs.some(({ half, verdict }) => half === "lifted" && verdict !== null)
