/** The task that an Effect runs in, and how an Effect is run as a task. */
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as FiberId from "effect/FiberId"
import * as FiberRefs from "effect/FiberRefs"
import { LiftedError } from "../../runtime/errors.js"
import type { Fiber } from "../../runtime/fiber.js"
import { localsRef } from "../../runtime/locals.js"
import { effectOp } from "../../runtime/op.js"
import { current, type Steps, stamp } from "../../runtime/twin.js"
import type { AnyFunction } from "../call.js"
import { stopping } from "../stop.js"
import { Task } from "../task.js"

/**
 * The task that an Effect runs in: the one that `scope` runs its body in, or one of those spawned. What is spawned belongs to
 * the scope around it, so that where there is none nothing can be spawned.
 */
export class CurrentTask extends Context.Tag("greenlift/CurrentTask")<CurrentTask, Task<any>>() {}

const entry = (): never => {
  throw new Error("an Effect runs in a fiber only")
}

/** What a fiber takes over of the references of another; its locals it has taken over already. */
const forked = (refs: FiberRefs.FiberRefs, id: FiberId.Runtime, fiber: Fiber): FiberRefs.FiberRefs =>
  FiberRefs.updateAs(FiberRefs.forkAs(FiberRefs.delete(refs, localsRef), id), {
    fiberId: id,
    fiberRef: localsRef,
    value: fiber.locals
  })

/** Performs an Effect as the current fiber's own, with the references of the one that made it. */
export function* performing<A, E, R>(
  effect: Effect.Effect<A, E, R>,
  refs: FiberRefs.FiberRefs | null = null
): Steps<Exit.Exit<A, E>> {
  const fiber = current.fiber!
  const own = Effect.exit(Effect.provideService(effect, CurrentTask, Task.of(fiber)))
  const withRefs =
    refs === null
      ? own
      : Effect.zipRight(
          Effect.updateFiberRefs((id) => forked(refs, id, fiber)),
          own
        )
  return yield* effectOp(`an Effect of ${fiber.name}`, withRefs as Effect.Effect<Exit.Exit<A, E>, never, any>, entry)
}

/** What an Effect gave, as lifted code has it: an Effect that interrupted itself stops its task. */
function* given<A>(exit: Exit.Exit<A, unknown>): Steps<A> {
  if (Exit.isSuccess(exit)) return exit.value
  if (Cause.isInterruptedOnly(exit.cause)) yield* stopping(current.fiber, undefined)
  const error = Cause.squash(exit.cause)
  throw error instanceof LiftedError ? error.cause : error
}

/** An Effect as a function that a task can run. */
export const asJob = <Args extends ReadonlyArray<any>, A>(
  name: string,
  f: (...args: Args) => Effect.Effect<A, unknown, any>,
  refs: FiberRefs.FiberRefs
): ((...args: Args) => A) => {
  const job = Object.defineProperty((): never => entry(), "name", { value: name })
  return stamp(job as AnyFunction, function* (...args: Args): Steps<A> {
    return yield* given(yield* performing(f(...args), refs))
  })
}

/** Does something at once as if a fiber did it, so that it is the one who spawns, takes or posts. */
export const doneBy = <A>(fiber: Fiber, refs: FiberRefs.FiberRefs, body: () => A): A => {
  fiber.locals = FiberRefs.getOrDefault(refs, localsRef)
  const { fiber: outer, site } = current
  current.fiber = fiber
  current.site = 0
  try {
    return body()
  } finally {
    current.fiber = outer
    current.site = site
  }
}
