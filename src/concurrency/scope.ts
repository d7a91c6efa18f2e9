/** Who owns the tasks that are spawned: the innermost scope, by default the run. */
import type { Fiber } from "../runtime/fiber.js"
import { spawn } from "../runtime/host.js"
import { childrenOf } from "../runtime/runs.js"
import { current, type Steps, stamp } from "../runtime/twin.js"
import { callable } from "./arguments.js"
import { callOf, perform } from "./call.js"
import { Ended, EndedSurely } from "./join.js"
import type { Task } from "./task.js"
import { Wait, type Waiter } from "./waiter.js"

/** The fiber that owns what `fiber` spawns: its innermost scope, else the scope it was itself spawned in. */
export const ownerOf = (fiber: Fiber): Fiber => fiber.scope ?? fiber.parent ?? fiber

/** The failed tasks, outside of any fiber, that nobody has waited for; by scope. */
let unliftedScope: Set<Task> = new Set()

const throwFirst = (failed: Set<Task>): void => {
  const [first] = failed
  failed.clear()
  if (first !== undefined) first.wait()
}

const atTheEnd = (): void => throwFirst(unliftedScope)

/**
 * Notes that a task failed where nothing is lifted; returns how to take that back. What is left at the end is thrown
 * there.
 */
export const noteFailure = (task: Task): (() => void) => {
  const failed = unliftedScope
  if (!process.listeners("beforeExit").includes(atTheEnd)) process.once("beforeExit", atTheEnd)
  failed.add(task)
  return () => {
    failed.delete(task)
    if (unliftedScope.size === 0) process.off("beforeExit", atTheEnd)
  }
}

/**
 * Calls `body`, and returns what it returns once every task that was spawned in it has ended. The tasks belong to the
 * scope: if `body` throws, or is interrupted or timed out, they are interrupted, and it waits for their cleanup. If one
 * of them fails and nobody waits for it, the others are interrupted as soon as `body` is through, and its error is
 * thrown here. The idea is trio's nursery.
 *
 * @example
 * import { scope, sleep, spawn } from "greenlift/green"
 *
 * scope(() => {
 *   spawn(() => { sleep(100); console.log("first") })
 *   spawn(() => { sleep(200); console.log("second") })
 * })
 * console.log("both are through")
 */
export const scope = <A>(body: () => A): A => {
  callable(body, "body")
  const outer = unliftedScope
  const mine = new Set<Task>()
  unliftedScope = mine
  try {
    const value = body()
    throwFirst(mine)
    return value
  } finally {
    unliftedScope = outer
  }
}

interface Door {
  open: boolean
  waiter: Waiter<void> | null
}

/** What a scope's own fiber does: it waits until the body is through, and then closes as any fiber with children. */
function* hold(door: Door): Steps<void> {
  if (door.open) return
  yield* new Wait<void>("the body of the scope", (waiter) => {
    door.waiter = waiter
  })
}

/** Waits for what was spawned in a scope. */
class ScopeEnd extends Ended {
  override get label(): string {
    return "the tasks of a scope"
  }

  override holders(): ReadonlyArray<Fiber> {
    return childrenOf(this.target)
  }
}

stamp(scope, function* <A>(body: () => A): Steps<A> {
  callable(body, "body")
  const { site } = current
  const fiber = current.fiber!
  const outer = fiber.scope
  const door: Door = { open: false, waiter: null }
  const owner = spawn(fiber, "scope", hold(door), site)
  owner.observe()
  fiber.scope = owner
  try {
    const value: A = yield* perform(callOf(body, []))
    fiber.scope = outer
    door.open = true
    door.waiter?.serve()
    current.site = site
    yield* new ScopeEnd(owner)
    if (owner.outcome!._tag === "Failure") throw owner.outcome!.error
    return value
  } finally {
    fiber.scope = outer
    owner.interrupt()
    if (owner.state !== "done") yield* new EndedSurely(owner)
  }
})
