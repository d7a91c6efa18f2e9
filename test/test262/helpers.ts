/**
 * What lifted tests import, and the driver. It is bundled, and loaded anew into each realm: so the errors that helpers
 * throw, and the built-ins that have twins, are the realm's own.
 */
import "../../src/runtime/builtins/index.js"
import { Main, setMain } from "../../src/runtime/entry.js"
import { Fiber, type Outcome, type Run } from "../../src/runtime/fiber.js"
import { Ready, type Task } from "../../src/runtime/ready.js"

export * from "../../src/runtime/emitted.js"

/**
 * Gives a fiber its next step at once, from the bottom of the stack: no microtask runs between two steps, as none runs
 * between two statements.
 */
class Immediate extends Ready {
  private readonly queue: Array<Task> = []
  private draining = false

  override push(task: Task): void {
    this.queue.push(task)
    if (this.draining) return
    this.draining = true
    try {
      for (let next = this.queue.shift(); next !== undefined; next = this.queue.shift()) next.step()
    } finally {
      this.draining = false
    }
  }
}

const noEffects = (): never => {
  throw new Error("there is no Effect in a test's realm")
}

/** Starts the main fiber of `file`, which runs what `begin` gives it until the function returned is called. */
export const runMain = (file: string, begin: () => unknown, ended: (outcome: Outcome) => void): (() => void) => {
  const main = new Main(file)
  setMain(main)
  const run: Run = {
    host: { attach() {}, detach() {}, perform: noEffects, cancel: noEffects, service: () => undefined },
    ready: new Immediate(),
    instruments: [],
    liveClock: true,
    scope: undefined as never,
    opened: new Map(),
    root: null
  }
  run.root = new Fiber(run, "test", null, main.run())
  run.root.onEnd(ended)
  begin()
  return () => main.end()
}
