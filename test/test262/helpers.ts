/**
 * What lifted tests import, and the driver. It is bundled, and loaded anew into each realm: so the errors that helpers
 * throw, and the built-ins that have twins, are the realm's own.
 */
import "../../src/runtime/builtins/index.js"
import { Main, setMain } from "../../src/runtime/entry.js"
import { Fiber, type Outcome, type Run } from "../../src/runtime/fiber.js"
import { Ready, type Task } from "../../src/runtime/ready.js"

export * from "../../src/runtime/emitted.js"
export { readSources } from "../../src/runtime/texts.js"

/**
 * Gives a fiber its next step at once, from the bottom of the stack: no microtask runs between two steps, as none runs
 * between two statements. The queue is no array, whose prototype tests change.
 */
class Immediate extends Ready {
  private last: Link | null = null

  override push(task: Task): void {
    const link: Link = { task, next: null }
    if (this.last !== null) {
      this.last.next = link
      this.last = link
      return
    }
    this.last = link
    for (let each: Link | null = link; each !== null; each = each.next) each.task.step()
    this.last = null
  }

  override now(task: Task): void {
    this.push(task)
  }
}

interface Link {
  readonly task: Task
  next: Link | null
}

const noEffects = (): never => {
  throw new Error("there is no Effect in a test's realm")
}

/** Starts the main fiber of `file`, which runs what `begin` gives it until the function returned is called. */
export const runMain = (file: string, begin: () => unknown, ended: (outcome: Outcome) => void): (() => void) => {
  const main = new Main(file)
  setMain(main)
  const run: Run = {
    host: {
      attach() {},
      detach() {},
      perform: noEffects,
      cancel: noEffects,
      service: () => undefined,
      now: () => 0,
      date: () => 0
    },
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
