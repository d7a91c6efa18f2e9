/**
 * The Effect face of the toolbox: the same objects that legacy code uses through `greenlift/green`, for Effects. So a
 * crawl in Effect and a lifted function share one pool, one semaphore, one queue, first come, first served across both.
 *
 * Interruption while in line leaves the line. One that comes just as its turn has come gives back what it was served.
 */
import * as Effect from "effect/Effect"
import type * as EffectFiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import { LiftedError } from "../runtime/errors.js"
import type { Outcome } from "../runtime/fiber.js"
import { inLine, nothing, type Restore, served } from "./effects/in-line.js"
import { TaskKilled } from "./errors.js"
import type { Event } from "./event.js"
import { GreenPool } from "./pool.js"
import { type LightQueue, Queue } from "./queue.js"
import { Semaphore } from "./semaphore.js"
import type { Task } from "./task.js"

/** Makes a `GreenPool`. */
export const makePool = (size?: number): Effect.Effect<GreenPool> => Effect.sync(() => new GreenPool(size))

/** Makes a `Queue`. */
export const makeQueue = <A>(capacity?: number | null): Effect.Effect<Queue<A>> =>
  Effect.sync(() => new Queue(capacity))

/** Makes a `Semaphore`. */
export const makeSemaphore = (permits?: number): Effect.Effect<Semaphore> => Effect.sync(() => new Semaphore(permits))

const slot = (restore: Restore, pool: GreenPool): Effect.Effect<boolean> => {
  const giveBack = (hasSlot: boolean) => pool.exit(hasSlot)
  return inLine<boolean>(restore, (waiter) => pool.enter(waiter), giveBack)
}

/**
 * Runs an Effect in a slot of the pool, waiting for one in line. It counts as one that runs there.
 *
 * @example
 * import * as Effect from "effect/Effect"
 * import * as Green from "greenlift"
 *
 * const program = Effect.gen(function* () {
 *   const pool = yield* Green.makePool(10)
 *   return yield* Green.runIn(pool, Effect.succeed("done"))
 * })
 */
export const runIn = <A, E, R>(pool: GreenPool, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(slot(restore, pool), (hasSlot) =>
      Effect.ensuring(
        restore(effect),
        Effect.sync(() => pool.exit(hasSlot))
      )
    )
  )

/**
 * Waits for a slot of the pool, and then runs an Effect in it beside the caller, in a fiber of the surrounding scope.
 */
export const spawnIn = <A, E, R>(
  pool: GreenPool,
  effect: Effect.Effect<A, E, R>
): Effect.Effect<EffectFiber.RuntimeFiber<A, E>, never, R | Scope.Scope> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(slot(restore, pool), (hasSlot) =>
      Effect.forkScoped(
        Effect.ensuring(
          Effect.interruptible(effect),
          Effect.sync(() => pool.exit(hasSlot))
        )
      )
    )
  )

/** Waits until nothing runs in the pool. Fails with the first failure of a task that nobody has waited for. */
export const waitall = (pool: GreenPool): Effect.Effect<void, LiftedError> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(
      inLine<void>(restore, (waiter) => pool.whenIdle(waiter), nothing),
      () => {
        const [first, ...others] = pool.takeFailures()
        pool.failures = others
        return first === undefined ? Effect.void : Effect.fail(LiftedError.from(first))
      }
    )
  )

/** Runs an Effect with a permit held. */
export const withPermit = <A, E, R>(semaphore: Semaphore, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.uninterruptibleMask((restore) => {
    const release = () => semaphore.release()
    return Effect.flatMap(
      inLine<boolean>(restore, (waiter) => semaphore.enter(waiter), release),
      () => Effect.ensuring(restore(effect), Effect.sync(release))
    )
  })

/** Takes the next item of a queue, waiting for one. */
export const take = <A>(queue: LightQueue<A>): Effect.Effect<A> =>
  served<A>(
    (waiter) => queue.enterGet(waiter),
    (item) => queue.giveBack(item)
  )

/** Puts an item into a queue, waiting for room. */
export const offer = <A>(queue: LightQueue<A>, item: A): Effect.Effect<void> =>
  served<void>((waiter) => queue.enterPut(waiter, item))

/** Waits until an event has happened. Fails with what was sent as an error. */
export const happened = <A>(event: Event<A>): Effect.Effect<A, LiftedError> =>
  Effect.flatMap(
    served<unknown>((waiter) => event.enter(waiter)),
    () => Effect.try({ try: () => event.poll() as A, catch: LiftedError.from })
  )

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

/** Waits for a task of lifted code. Fails as it failed, or with `TaskKilled`. */
export const join = <A>(task: Task<A>): Effect.Effect<A, LiftedError | TaskKilled> =>
  Effect.andThen(
    ended(task, true),
    Effect.try({
      try: () => task.result(),
      catch: (error) => (error instanceof TaskKilled ? error : LiftedError.from(error))
    })
  )

/** Interrupts a task of lifted code, and waits for its cleanup. */
export const kill = (task: Task<any>): Effect.Effect<void> =>
  Effect.suspend(() => {
    task.fiber?.interrupt()
    return ended(task, false)
  })

export * from "./effects/connections.js"
export * from "./effects/dag.js"
export * from "./effects/local.js"
export * from "./effects/locks.js"
export * from "./effects/queues.js"
export * from "./effects/resources.js"
export * from "./effects/results.js"
export * from "./effects/time.js"
