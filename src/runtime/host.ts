/**
 * The only door to Effect's fiber machinery. Every lifted fiber is an Effect fiber, which lies still while the driver runs
 * the twin natively, and wakes to perform the ops that are Effects.
 *
 * Four things differ from a plain `Effect.fork`, each for its cost (`npm run bench -- fibers`): the fibers of a run are made
 * by Effect's own class over one set of references, which is immutable, instead of a copy each; between effects they park on
 * one shared async primitive, so that a parked fiber holds no closure; they are uninterruptible, and only the Effects they
 * perform are not, so that no frame is needed to catch an interruption; and they are woken with the fiber's own `start`,
 * which runs the effect at once instead of queueing a message.
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DefaultServices from "effect/DefaultServices"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"
import * as FiberRef from "effect/FiberRef"
import * as FiberRefs from "effect/FiberRefs"
import * as Runtime from "effect/Runtime"
import * as RuntimeFlags from "effect/RuntimeFlags"
import type { Scheduler } from "effect/Scheduler"
import * as Scope from "effect/Scope"
import { LiftedError } from "./errors.js"
import { type Host, type Instrument, Fiber as LiftedFiber, type Outcome, type Run } from "./fiber.js"
import { isInterruption } from "./interruption.js"
import { type Locals, localsRef } from "./locals.js"
import type { Op } from "./op.js"
import { Ready } from "./ready.js"
import { runs } from "./runs.js"
import type { Yielded } from "./twin.js"

/** What `Effect.async` evaluates to: waits for ever, and can be shared. */
const park: Effect.Effect<never> = (Effect.async<never>((_resume) => {}) as any).commit()

const flags = RuntimeFlags.make(RuntimeFlags.CooperativeYielding)

const opsBeforeYield = 2048

const schedulerOf = (ready: Ready): Scheduler => ({
  shouldYield: (fiber) => (fiber.currentOpCount > opsBeforeYield ? 0 : false),
  scheduleTask: (task) => ready.push({ step: task })
})

/** A fiber as Effect makes it, as far as it is needed here. */
interface EffectFiber extends Fiber.RuntimeFiber<unknown> {
  /** Evaluates an effect in the fiber, at once. */
  start(effect: Effect.Effect<unknown, unknown, any>): void
  getFiberRefs(): FiberRefs.FiberRefs
}

type EffectFiberClass = new (
  id: FiberId.Runtime,
  refs: FiberRefs.FiberRefs,
  flags: RuntimeFlags.RuntimeFlags
) => EffectFiber

const makeHost = (runtime: Runtime.Runtime<never>, ready: Ready): Host => {
  const model = Runtime.runFork(
    Runtime.make({
      context: runtime.context,
      fiberRefs: FiberRefs.updateAs(runtime.fiberRefs, {
        fiberId: FiberId.unsafeMake(),
        fiberRef: FiberRef.currentScheduler,
        value: schedulerOf(ready)
      }),
      runtimeFlags: flags
    })
  )(park) as unknown as EffectFiber
  const refs = model.getFiberRefs()
  const locals = localsOf(runtime)
  const EffectFiber = model.constructor as EffectFiberClass
  model.start(Effect.void)
  return {
    attach(fiber) {
      fiber.effectFiber = new EffectFiber(FiberId.unsafeMake(), refs, flags)
    },
    perform(fiber, op, effect) {
      const own = fiber.locals === locals ? effect : Effect.locally(effect, localsRef, fiber.locals)
      fiber.effectFiber.start(
        Effect.matchCauseEffect(fiber.interrupted ? own : Effect.interruptible(own), {
          onFailure: (cause) => {
            if (fiber.interrupted && Cause.isInterrupted(cause)) fiber.abandoned(op)
            else fiber.reject(op, Cause.squash(cause))
            return park
          },
          onSuccess: (value) => {
            fiber.resume(op, value)
            return park
          }
        })
      )
    },
    cancel(fiber) {
      fiber.effectFiber.unsafeInterruptAsFork(FiberId.none)
    },
    detach(fiber) {
      fiber.effectFiber.start(Effect.void)
    },
    service: (key) => runtime.context.unsafeMap.get(key),
    now: usesLiveClock(runtime) ? () => performance.now() : () => clockOf(runtime).unsafeCurrentTimeMillis(),
    date: usesLiveClock(runtime) ? () => Date.now() : () => clockOf(runtime).unsafeCurrentTimeMillis()
  }
}

const liveClock = Context.get(DefaultServices.liveServices, Clock.Clock)

const localsOf = (runtime: Runtime.Runtime<never>): Locals | null =>
  FiberRefs.getOrDefault(runtime.fiberRefs, localsRef)

const clockOf = (runtime: Runtime.Runtime<never>): Clock.Clock =>
  Context.get(FiberRefs.getOrDefault(runtime.fiberRefs, DefaultServices.currentServices), Clock.Clock)

const usesLiveClock = (runtime: Runtime.Runtime<never>): boolean => clockOf(runtime) === liveClock

/** What a run of lifted code may be given. */
export interface RunOptions {
  /** The name of the root fiber, as dumps and reports show it. */
  readonly name: string
  readonly instruments?: ReadonlyArray<Instrument>
  /** Called with the root fiber before its first step. */
  readonly onStart?: (root: LiftedFiber) => void
}

/**
 * Runs a twin as the root fiber of a run of its own. Succeeds with what the twin returns and fails with a `LiftedError`
 * around what it throws. Interruption reaches the twin at its wait; the effect is over when every `finally` has run and
 * every child fiber has ended.
 */
export const runTwin = <A>(twin: () => Iterator<Yielded, A, any>, options: RunOptions): Effect.Effect<A, LiftedError> =>
  Effect.acquireUseRelease(
    Scope.make(),
    (scope) => Effect.flatMap(Effect.runtime<never>(), (runtime) => runIn(scope, runtime, twin, options)),
    (scope, exit) => Scope.close(scope, exit)
  )

const runIn = <A>(
  scope: Scope.CloseableScope,
  runtime: Runtime.Runtime<never>,
  twin: () => Iterator<Yielded, A, any>,
  options: RunOptions
): Effect.Effect<A, LiftedError> =>
  Effect.async((resume) => {
    const ready = new Ready()
    const run: Run = {
      host: makeHost(runtime, ready),
      ready,
      instruments: [...(options.instruments ?? [])],
      liveClock: usesLiveClock(runtime),
      scope,
      opened: new Map(),
      root: null
    }
    const root = new LiftedFiber(run, options.name, null, lazily(twin))
    run.root = root
    root.locals = localsOf(runtime)
    runs.add(run)
    options.onStart?.(root)
    root.onEnd((outcome) => {
      runs.delete(run)
      resume(exitOf<A>(outcome))
    })
    return Effect.async<void>((done) => {
      root.onEnd(() => done(Effect.void))
      root.interrupt()
    })
  })

function* lazily<A>(twin: () => Iterator<Yielded, A, any>): Generator<Yielded, A, any> {
  return yield* { [Symbol.iterator]: twin }
}

const exitOf = <A>(outcome: Outcome): Effect.Effect<A, LiftedError> => {
  switch (outcome._tag) {
    case "Success":
      return Effect.succeed(outcome.value as A)
    case "Failure":
      return Effect.fail(LiftedError.from(outcome.error))
    case "Interrupted":
      return Effect.interrupt
  }
}

/** Starts a child fiber. It belongs to `parent`, which ends after it. */
export const spawn = (
  parent: LiftedFiber,
  name: string,
  twin: Iterator<Yielded, unknown, any>,
  site = 0
): LiftedFiber => new LiftedFiber(parent.run, name, parent, twin, site)

export { isInterruption, type Op }
