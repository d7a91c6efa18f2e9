/** Locks, conditions, barriers and capped semaphores, as Effects. */
import * as Effect from "effect/Effect"
import type { RuntimeFiber } from "effect/Fiber"
import type { LiftedError } from "../../runtime/errors.js"
import { runTwin } from "../../runtime/host.js"
import type { Barrier } from "../barrier.js"
import type { CappedSemaphore } from "../capped.js"
import { BarrierBroken, GreenError } from "../errors.js"
import type { Condition, RLock } from "../lock.js"
import type { Waiter } from "../waiter.js"
import { inLine, nothing, type Restore, served } from "./in-line.js"

const self = <A, E, R>(use: (fiber: RuntimeFiber<any, any>) => Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.withFiberRuntime((fiber) => use(fiber))

const acquire = (restore: Restore, lock: RLock, holder: object, depth?: number): Effect.Effect<void> =>
  Effect.suspend(() => {
    const again = lock.depthOf(holder) > 0
    return Effect.map(
      inLine<boolean>(
        restore,
        (waiter) => lock.enterAs(holder, waiter),
        () => (again ? lock.releaseAs(holder) : lock.handBack())
      ),
      () => again || lock.heldBy(holder, depth)
    )
  })

/**
 * Runs an Effect with an `RLock` held, which the same fiber may take again. It is released however the Effect ends;
 * interruption in line leaves the line. Fibers that it forks do not hold it.
 *
 * @example
 * import * as Effect from "effect/Effect"
 * import * as Green from "greenlift"
 * import { RLock } from "greenlift/green"
 *
 * const lock = new RLock()
 * const twice = Green.withLock(lock, Green.withLock(lock, Effect.succeed("held twice")))
 */
export const withLock = <A, E, R>(lock: RLock, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  self((holder) =>
    Effect.uninterruptibleMask((restore) =>
      Effect.zipRight(
        acquire(restore, lock, holder),
        Effect.ensuring(
          restore(effect),
          Effect.sync(() => lock.releaseAs(holder))
        )
      )
    )
  )

const notHeld = (what: string): GreenError =>
  new GreenError("GREENLIFT_NOT_OWNER", `${what} was called without holding the lock: call it inside of \`withLock\``)

/**
 * Releases the lock of a condition, waits to be notified, and takes the lock again, also where it is interrupted. Fails with
 * GREENLIFT_NOT_OWNER outside of `withLock`.
 */
export const awaitCondition = (condition: Condition): Effect.Effect<void, GreenError> =>
  self((holder) =>
    Effect.uninterruptibleMask((restore) => {
      const { lock } = condition
      const depth = lock.depthOf(holder)
      if (depth === 0) return Effect.fail(notHeld("awaitCondition"))
      lock.heldBy(holder, 1)
      lock.releaseAs(holder)
      const told = inLine<boolean>(restore, (waiter) => condition.enter(waiter), nothing)
      return Effect.asVoid(
        Effect.ensuring(
          told,
          acquire((effect) => effect, lock, holder, depth)
        )
      )
    })
  )

/** Wakes those `n` who wait longest for a condition, by default all. Fails with GREENLIFT_NOT_OWNER outside of `withLock`. */
export const notify = (condition: Condition, n?: number): Effect.Effect<void, GreenError> =>
  self((holder) =>
    condition.lock.depthOf(holder) === 0
      ? Effect.fail(notHeld("notify"))
      : Effect.sync(() => condition.wake(n ?? condition.waiting))
  )

/**
 * Waits at a barrier for the others. Succeeds with how many were there before. Fails with `BarrierBroken` where one gave up,
 * and with what the barrier's action throws; interruption breaks it for all.
 */
export const arrive = (barrier: Barrier): Effect.Effect<number, BarrierBroken | LiftedError> =>
  Effect.catchAll(
    runTwin(() => barrier.waitingFor(undefined), { name: "arrive" }),
    (error) => Effect.fail(error.cause instanceof BarrierBroken ? error.cause : error)
  )

const someone = (): Waiter<boolean> => ({ line: null, ahead: null, behind: null, item: undefined, serve: nothing })

/** Takes a permit of a capped semaphore, waiting for one in line. */
export const acquireCapped = (semaphore: CappedSemaphore): Effect.Effect<void> =>
  Effect.asVoid(
    served<boolean>(
      (waiter) => semaphore.enterAcquire(waiter),
      () => semaphore.enterRelease(someone())
    )
  )

/** Gives a permit of a capped semaphore back, waiting in line for room. */
export const releaseCapped = (semaphore: CappedSemaphore): Effect.Effect<void> =>
  Effect.asVoid(
    served<boolean>(
      (waiter) => semaphore.enterRelease(waiter),
      () => semaphore.enterAcquire(someone())
    )
  )
