/** What passes unlifted, and lifted. */
import type { Package } from "./packages.ts"
import type { Mode, Results } from "./setup.ts"

export interface Failure {
  readonly test: string
  readonly problem: string
  /** Why that is accepted, or null. */
  readonly reason: string | null
}

export interface Outcome {
  readonly name: string
  readonly mode: Mode
  /** How many tests pass unlifted. */
  readonly unlifted: number
  /** How many of those pass lifted. */
  readonly lifted: number
  readonly failures: ReadonlyArray<Failure>
}

/** Tests that fail unlifted do not count. Where fewer tests run lifted, the rest has failed. */
export const compare = ({ name, exceptions }: Package, mode: Mode, unlifted: Results, lifted: Results): Outcome => {
  const passing = Object.keys(unlifted).filter((test) => unlifted[test] === null).length
  const failures = Object.entries(lifted)
    .filter(([test, problem]) => problem !== null && (unlifted[test] ?? null) === null)
    .map(([test, problem]): Failure => {
      const known = exceptions?.find(({ pattern }) => pattern.test(problem!))
      return { test: test.slice(0, 200), problem: problem!.slice(0, 500), reason: known?.reason ?? null }
    })
  const missing = Object.keys(unlifted).length - Object.keys(lifted).length
  if (missing > 0) failures.push({ test: `${missing} tests`, problem: "did not run", reason: null })
  return { name, mode, unlifted: passing, lifted: passing - failures.length - Math.max(0, missing - 1), failures }
}

export const tell = ({ name, mode, unlifted, lifted }: Outcome): string =>
  `${name}, ${mode}: ${lifted} of ${unlifted} tests that pass unlifted`
