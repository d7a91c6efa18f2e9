/** The fiber dump of a test that takes too long. */
import { dump } from "../trace/dump.js"

/** What a hook of vitest's is given, as far as it is needed here. */
export interface TestContext {
  /** Aborted when the time of the test is up. */
  readonly signal: AbortSignal
  readonly task: { readonly name: string }
}

/**
 * Prints a dump of all fibers when the time of a test is up, before anything of it is stopped: who still waits, for what,
 * since when and where. For vitest's `beforeEach`, in a test file or a setup file.
 *
 * @example
 * import { beforeEach } from "vitest"
 * import { dumpOnTimeout } from "greenlift/testing"
 *
 * beforeEach(dumpOnTimeout)
 */
export const dumpOnTimeout = ({ signal, task }: TestContext): void => {
  const print = (): void => void process.stderr.write(`greenlift: "${task.name}" was stopped with ${dump()}\n`)
  signal.addEventListener("abort", print, { once: true })
}
