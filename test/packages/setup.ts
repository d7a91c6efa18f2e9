/** What the process of a suite is told, and what it gives back. */
import { relative, sep } from "node:path"
import type { Package } from "./packages.ts"

/** How the package's functions are run. */
export type Mode = "plain" | "fiber" | "suspending"

export interface Setup {
  readonly package: Package
  /** The clone. */
  readonly directory: string
  readonly lifted: boolean
  /** Whether tests run in fibers. */
  readonly fiber: boolean
  readonly runtime: string
  readonly globals: string
}

const javascript = /\.[cm]?[jt]sx?$/

const isTest = (path: string): boolean => /(?:^|[\\/])(?:tests?|__tests__|__fixtures__)[\\/]|\.spec\./.test(path)

/** Whether a file is lifted: the package's own, those of the dependencies to lift, and the tests themselves where they run in fibers. */
export const isToLift = ({ directory, fiber }: Setup, file: string, lift: ReadonlyArray<string> = []): boolean => {
  if (!file.startsWith(directory + sep) || !javascript.test(file)) return false
  const path = relative(directory, file)
  const dependency = /(?:^|[\\/])node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(path)?.[1]
  return dependency === undefined ? fiber || !isTest(path) : lift.includes(dependency)
}

/** What became of each test: null where it passed, else what went wrong. */
export type Results = Readonly<Record<string, string | null>>

/** The results of a suite, as they come in. Tests of one name are numbered. */
export class Gathered {
  readonly results: Record<string, string | null> = {}
  private readonly counts = new Map<string, number>()

  add(name: string, problem: string | null): void {
    const count = (this.counts.get(name) ?? 0) + 1
    this.counts.set(name, count)
    this.results[count === 1 ? name : `${name} (${count})`] = problem
  }
}
