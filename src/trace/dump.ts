/**
 * The fiber dump: who is alive, what each waits for and since when, and where in the user's files. It reads the fibers'
 * own records, so that nothing is kept for it while a program runs. The idea is Kotlin's `DebugProbes` and trio's task tree.
 */
import { shortPath } from "../loader/stack.js"
import type { Fiber, FiberState } from "../runtime/fiber.js"
import { childrenOf, runs } from "../runtime/runs.js"
import { type Site, siteOf } from "../runtime/sites.js"

/** What is known of a fiber at one moment. */
export interface FiberInfo {
  readonly id: number
  /** The name of its function. */
  readonly name: string
  readonly state: FiberState
  /** What it waits for, as a person would say it; null where it does not. */
  readonly waitsFor: string | null
  /** For how long, in ms; 0 where it does not wait. */
  readonly waitingMs: number
  /** The call that waits; null where it does not, or the call stands in code that was not compiled. */
  readonly at: Site | null
  /** The call that spawned it; null for the first fiber of a run. */
  readonly spawnedAt: Site | null
  /** Those who could end the wait, where that is known. */
  readonly heldBy: ReadonlyArray<{ readonly id: number; readonly name: string }>
  /** Whether it was told to stop, and is cleaning up. */
  readonly interrupted: boolean
  /** The fibers it owns: it ends after them. */
  readonly children: ReadonlyArray<FiberInfo>
}

const placeOf = (id: number): Site | null => (id === 0 ? null : siteOf(id))

const infoOf = (fiber: Fiber, now: number): FiberInfo => {
  const op = fiber.waiting
  return {
    id: fiber.id,
    name: fiber.name,
    state: fiber.state,
    waitsFor: op?.label ?? null,
    waitingMs: op === null ? 0 : now - op.began,
    at: op === null ? null : placeOf(op.site),
    spawnedAt: placeOf(fiber.site),
    heldBy: op === null ? [] : op.holders().map(({ id, name }) => ({ id, name })),
    interrupted: fiber.interrupted,
    children: childrenOf(fiber).map((child) => infoOf(child, now))
  }
}

/** The first fibers of all runs of the process, each with those it owns. */
export const fibers = (): ReadonlyArray<FiberInfo> => {
  const now = performance.now()
  return Array.from(runs, (run) => infoOf(run.root!, now))
}

const atSite = ({ file, line, column, callee, within }: Site): string =>
  `${callee} in ${within} (${shortPath(file)}:${line}:${column})`

const time = (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`)

const holders = ({ heldBy }: FiberInfo): string =>
  heldBy.length === 0 ? "" : `, which is up to ${heldBy.map(({ id, name }) => `${name} #${id}`).join(", ")}`

/** What a fiber waits for, and where: `ann #3 waits for a lock, which is up to bob #4, at lock.acquire in f (a.ts:3:5)`. */
export const waitOf = (fiber: FiberInfo): string => {
  const at = fiber.at === null ? "" : `, at ${atSite(fiber.at)}`
  return `${fiber.name} #${fiber.id} waits for ${fiber.waitsFor}${holders(fiber)}${at}`
}

const sentence = (fiber: FiberInfo): string => {
  if (fiber.waitsFor !== null) return `${waitOf(fiber)}, for ${time(fiber.waitingMs)}`
  const who = `${fiber.name} #${fiber.id}`
  switch (fiber.state) {
    case "closing":
      return `${who} is through, and waits for those it owns`
    case "running":
      return `${who} is running`
    default:
      return `${who} is about to go on`
  }
}

/**
 * @param head what stands before the fiber's own line
 * @param rest what stands before the lines below it
 */
const linesOf = (fiber: FiberInfo, head = "", rest = ""): Array<string> => {
  const { children, interrupted, spawnedAt } = fiber
  const last = children.length - 1
  const note = `${rest}${last < 0 ? "   " : "│  "}`
  return [
    `${head}${sentence(fiber)}`,
    ...(spawnedAt === null ? [] : [`${note}spawned by ${atSite(spawnedAt)}`]),
    ...(interrupted ? [`${note}was told to stop, and is cleaning up`] : []),
    ...children.flatMap((child, i) =>
      i < last ? linesOf(child, `${rest}├─ `, `${rest}│  `) : linesOf(child, `${rest}└─ `, `${rest}   `)
    )
  ]
}

const countOf = (fiber: FiberInfo): number => fiber.children.reduce((sum, child) => sum + countOf(child), 1)

/**
 * All fibers of the process as text, as a tree: the name and number of each, what it waits for and since when, where in
 * which file, and where it was spawned.
 *
 * @example
 * import { dump, sleep, spawn } from "greenlift/green"
 *
 * spawn(() => sleep(5000))
 * sleep(10)
 * console.log(dump())
 */
export const dump = (): string => {
  const roots = fibers()
  const count = roots.reduce((sum, root) => sum + countOf(root), 0)
  return [`${count} ${count === 1 ? "fiber" : "fibers"}`, ...roots.flatMap((root) => linesOf(root))].join("\n")
}
