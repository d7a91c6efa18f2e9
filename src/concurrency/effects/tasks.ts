/** Tasks and their scopes, as Effects. */
import type * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type * as Stream from "effect/Stream"
import { LiftedError } from "../../runtime/errors.js"
import type { Outcome } from "../../runtime/fiber.js"
import { runTwin } from "../../runtime/host.js"
import { callTwin, type Steps, stamp } from "../../runtime/twin.js"
import type { Patience } from "../arguments.js"
import { TaskKilled } from "../errors.js"
import { scope as scopeOf } from "../scope.js"
import { type KillOptions, tellToStop } from "../stop.js"
import { Task } from "../task.js"
import { iwait as iwaitOf, type JoinOptions, joinall as joinallOf } from "../together.js"
import { asJob, CurrentTask, doneBy, performing } from "./current.js"
import { stream } from "./streams.js"

/** A failed Effect, on its way through lifted code. */
class Failed {
  constructor(readonly cause: Cause.Cause<any>) {}
}

/**
 * Runs an Effect, in which tasks can be spawned, and succeeds with what it gives once every one of them has ended. If the
 * Effect fails or is interrupted, the tasks are interrupted, and it waits for their cleanup. If one of them fails and nobody
 * waits for it, the others are interrupted as soon as the Effect is through, and this fails with a `LiftedError` around what
 * it failed with. What the Effect sets in a `FiberRef` stays inside. The idea is trio's nursery.
 *
 * @example
 * import * as Effect from "effect/Effect"
 * import * as Green from "greenlift"
 *
 * const both = Green.scope(
 *   Effect.gen(function* () {
 *     const first = yield* Green.spawn(Effect.succeed(1))
 *     const second = yield* Green.spawn(Effect.succeed(2))
 *     return (yield* Green.join(first)) + (yield* Green.join(second))
 *   })
 * )
 */
export const scope = <A, E, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, E | LiftedError, Exclude<R, CurrentTask>> => {
  const body = stamp(
    () => undefined as A,
    function* (): Steps<A> {
      const exit = yield* performing(effect)
      if (Exit.isSuccess(exit)) return exit.value
      throw new Failed(exit.cause)
    }
  )
  return Effect.catchAll(
    runTwin(() => callTwin(scopeOf<A>, undefined, [body]), { name: "main" }),
    (error) => (error.cause instanceof Failed ? Effect.failCause(error.cause.cause) : Effect.fail(error))
  )
}

/** How to make a task. */
export interface SpawnOptions {
  /** What dumps and errors call it. Default `effect`. */
  readonly name?: string
}

const spawning = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  { name = "effect" }: SpawnOptions,
  start: (job: () => A, spawner: Task<any>) => Task<A>
): Effect.Effect<Task<A>, never, Exclude<R, CurrentTask> | CurrentTask> =>
  Effect.flatMap(CurrentTask, (spawner) =>
    Effect.map(Effect.getFiberRefs, (refs) => {
      const job = asJob(name, () => effect, refs)
      return doneBy(spawner.fiber!, refs, () => start(job, spawner))
    })
  )

/**
 * Runs an Effect as a task of its own, which starts when the spawner next waits; tasks start in the order they were spawned.
 * The task belongs to the innermost `scope`, which ends after it; a failure that nobody waits for is the scope's. It is the
 * same kind of task as lifted code has: it can be linked, joined, killed, put in a `Group`.
 */
export const spawn = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  options: SpawnOptions = {}
): Effect.Effect<Task<A>, never, Exclude<R, CurrentTask> | CurrentTask> =>
  spawning(effect, options, (f, spawner) => Task.start({ f, self: undefined, args: [] }, spawner.fiber!))

/** Runs an Effect as a task, `ms` milliseconds from now. Until then `task.cancel()` takes it back. */
export const spawnAfter = <A, E, R>(
  ms: number,
  effect: Effect.Effect<A, E, R>,
  options: SpawnOptions = {}
): Effect.Effect<Task<A>, never, Exclude<R, CurrentTask> | CurrentTask> =>
  spawning(effect, options, (f, spawner) => Task.startAfter(ms, { f, self: undefined, args: [] }, spawner.fiber!))

/** As `spawnAfter`, but the task is taken back if the task that spawned it ends before its time has come. */
export const spawnAfterLocal = <A, E, R>(
  ms: number,
  effect: Effect.Effect<A, E, R>,
  options: SpawnOptions = {}
): Effect.Effect<Task<A>, never, Exclude<R, CurrentTask> | CurrentTask> =>
  Effect.tap(Effect.zip(CurrentTask, spawnAfter(ms, effect, options), { concurrent: false }), ([spawner, task]) =>
    Effect.sync(() => spawner.fiber!.onEnd(() => task.cancel()))
  ).pipe(Effect.map(([, task]) => task))

/** The task that an Effect runs in. */
export const getcurrent: Effect.Effect<Task<any>, never, CurrentTask> = CurrentTask

/** Waits for `ms` milliseconds, 0 by default: then it only lets everyone else who is ready take a turn. */
export const sleep = (ms = 0): Effect.Effect<void> => (ms > 0 ? Effect.sleep(Duration.millis(ms)) : Effect.yieldNow())

/** Waits for a task to end; one who takes its result takes care of its failure. */
const ended = <A>(task: Task<A>, takes: boolean): Effect.Effect<void> =>
  Effect.async<void>((resume) => {
    const fiber = task.fiber
    if (fiber === null || task.dead) {
      resume(Effect.void)
      return undefined
    }
    const observer = (outcome: Outcome) => {
      if (takes && outcome._tag === "Failure") fiber.observe()
      resume(Effect.void)
    }
    fiber.onEnd(observer)
    return Effect.sync(() => fiber.offEnd(observer))
  })

/** Waits for a task to end. Fails with a `LiftedError` around what it failed with, or with `TaskKilled`. */
export const join = <A>(task: Task<A>): Effect.Effect<A, LiftedError | TaskKilled> =>
  Effect.andThen(
    ended(task, true),
    Effect.try({
      try: () => task.result(),
      catch: (error) => (error instanceof TaskKilled ? error : LiftedError.from(error))
    })
  )

/**
 * Interrupts a task, and waits for its cleanup unless told otherwise. With an `error` a task of lifted code finds it thrown
 * at its wait; one that is an Effect is interrupted, and fails with it. A task that kills itself goes no further.
 */
export const kill = (task: Task<any>, { error, wait = true }: KillOptions = {}): Effect.Effect<void> =>
  Effect.flatMap(Effect.serviceOption(CurrentTask), (self) =>
    Effect.suspend(() => {
      if (task.fiber === null || task.dead) return Effect.void
      tellToStop(task.fiber, error)
      if (Option.isSome(self) && self.value === task) return Effect.never
      return wait ? ended(task, false) : Effect.void
    })
  )

/**
 * Runs `f(task)` when a task has ended: at once, if it has. Links run in the order they were made, in a task of their own; one
 * that fails does not keep the others from running, and its error goes to the scope. Succeeds with an Effect that takes the
 * link back, and tells whether it was in time.
 */
export const link = <A, E, R>(
  task: Task<A>,
  f: (task: Task<A>) => Effect.Effect<unknown, E, R>
): Effect.Effect<Effect.Effect<boolean>, E, R> =>
  Effect.flatMap(Effect.getFiberRefs, (refs) =>
    Effect.suspend(() => {
      if (task.dead) return Effect.as(f(task), Effect.succeed(false))
      const job = asJob(`link of ${task.name}`, f, refs)
      task.link(job)
      return Effect.succeed(Effect.sync(() => task.unlink(job)))
    })
  )

/**
 * Waits for the tasks to end, or for `count` of them, or until the time is up. Succeeds with those that ended, in the order
 * they did. With `fail` it fails with the error of the first that fails, as soon as it does.
 */
export const joinall = (
  tasks: Iterable<Task<any>>,
  options?: JoinOptions
): Effect.Effect<Array<Task<any>>, LiftedError> =>
  runTwin(() => callTwin(joinallOf, undefined, [tasks, options]), { name: "joinall" })

/** Kills the tasks, all at once, and waits for their cleanup unless told otherwise. The caller's own task is left out. */
export const killall = (tasks: Iterable<Task<any>>, { error, wait = true }: KillOptions = {}): Effect.Effect<void> =>
  Effect.flatMap(Effect.serviceOption(CurrentTask), (self) => {
    const others = [...tasks].filter((task) => Option.isNone(self) || self.value !== task)
    for (const { fiber } of others) if (fiber !== null) tellToStop(fiber, error)
    return wait ? Effect.forEach(others, (task) => ended(task, false), { discard: true }) : Effect.void
  })

/** The tasks as they end, those that have ended first; `count` at most. Fails with a `Timeout`, in a `LiftedError`. */
export const iwait = (
  tasks: Iterable<Task<any>>,
  options?: Patience & { readonly count?: number }
): Stream.Stream<Task<any>, LiftedError> => stream(() => iwaitOf(tasks, options))
