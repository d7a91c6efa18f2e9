/**
 * Runs test programs as lifted code would run, and sees to it that they leave nothing behind. A body is what the
 * compiler makes of `(…) => { … }`: a generator in which each call that may wait is a `yield*`.
 */
import { assert, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { performing } from "../../src/concurrency/effects/current.js"
import { sleep } from "../../src/concurrency/timer.js"
import { Wait } from "../../src/concurrency/waiter.js"
import type { Fiber, Instrument } from "../../src/runtime/fiber.js"
import { runTwin } from "../../src/runtime/host.js"
import { plain } from "../../src/runtime/plain.js"
import { stamp, type Twin, twinOf, type Yielded } from "../../src/runtime/twin.js"
import { dump } from "../../src/trace/dump.js"
import { asEffect, bodies, program, stepping } from "./faces.js"

/** The steps of a test's body. */
export type Body<A = void> = Generator<Yielded, A, any>

const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length

/**
 * Runs the body as the main fiber of a run. Afterwards no fiber, timer or waiter of its own may be left. Under a test
 * clock the timers are fibers; the clock itself sets a real one, for its warning.
 */
export const green = <A>(body: () => Iterator<Yielded, A, any>): Effect.Effect<A, unknown> =>
  Effect.gen(function* () {
    const living = new Set<Fiber>()
    const waits = new Set<Wait<any>>()
    let live = true
    const watch: Instrument = {
      spawned: (fiber) => {
        living.add(fiber)
        live = fiber.run.liveClock
      },
      suspended: (_fiber, op) => op instanceof Wait && waits.add(op),
      resumed: (_fiber, op) => op instanceof Wait && op.line === null && waits.delete(op),
      ended: (fiber) => living.delete(fiber)
    }
    const before = timers()
    const exit = yield* Effect.exit(
      Effect.mapError(runTwin(body, { name: "main", instruments: [watch] }), (lifted) => lifted.cause)
    )
    const standing = [...waits].filter((wait) => wait.line !== null)
    assert.deepStrictEqual(
      [...living].map((fiber) => `${fiber.name}: ${fiber.waiting?.label}`),
      [],
      "fibers left"
    )
    assert.deepStrictEqual(
      standing.map((wait) => wait.label),
      [],
      "waiters left"
    )
    for (let i = 0; live && i < 10 && timers() > before; i++) yield* Effect.promise(() => new Promise(setImmediate))
    if (live) assert.isAtMost(timers(), before, "timers left")
    return yield* exit
  })

type AnyFunction = (...args: Array<any>) => any

/** Whether the case that runs is read as a program of Effects. */
let inEffects = false

/** A case that holds in both faces of the toolbox. */
export const both = <A>(name: string, body: () => Iterator<Yielded, A, any>): void => {
  it.live(name, () => green(body))
  it.live(`${name}, as Effects`, () => asEffects(body))
}

/** A case of the sync-looking face only. */
export const greenOnly = <A>(name: string, body: () => Iterator<Yielded, A, any>): void => {
  it.live(name, () => green(body))
}

/** Runs the body as a program of Effects. Afterwards no fiber or timer of its own may be left. */
const asEffects = <A>(body: () => Iterator<Yielded, A, any>): Effect.Effect<A, unknown> =>
  Effect.gen(function* () {
    const before = timers()
    inEffects = true
    const exit = yield* Effect.exit(program(body))
    inEffects = false
    assert.strictEqual(dump(), "0 fibers", "fibers left")
    for (let i = 0; i < 10 && timers() > before; i++) yield* Effect.promise(() => new Promise(setImmediate))
    assert.isAtMost(timers(), before, "timers left")
    return yield* exit
  })

/** What lifted code does for `f(...args)`. */
export function* go<F extends AnyFunction>(f: F, ...args: Parameters<F>): Body<ReturnType<F>> {
  return yield* enter(f, undefined, args)
}

function* enter(f: AnyFunction, self: unknown, args: Array<any>): Body<any> {
  if (inEffects) return yield* asEffect(f, self, args)
  const twin: Twin | undefined = twinOf(f)
  return twin === undefined ? Reflect.apply(f, self, args) : yield* Reflect.apply(twin, self, args)
}

type Green<T> = 0 extends 1 & T ? any : { readonly [K in keyof T]-?: (...args: Array<any>) => Body<any> }

/** What lifted code does for `self.method(...args)`: `yield* on(self).method(...args)`. */
export const on = <T>(self: T): Green<T> =>
  new Proxy(self as object, {
    get:
      (_target, key) =>
      (...args: Array<any>) =>
        enter((self as any)[key], self, args)
  }) as any

/** What lifting makes of a function whose body is this twin. */
export const lifted = <Args extends ReadonlyArray<any>, A>(
  twin: (this: any, ...args: Args) => Body<A>
): ((...args: Args) => A) => {
  const entry = function (this: unknown, ...args: Args) {
    return plain(twin as Twin, this, args) as A
  }
  const steps = function* (this: unknown, ...args: Args): Body<A> {
    const body: Body<A> = Reflect.apply(twin, this, args)
    return inEffects ? yield* asked(stepping(body)) : yield* body
  }
  const f = stamp(Object.defineProperty(entry, "name", { value: twin.name }), steps)
  bodies.set(f, twin)
  return f
}

/** What lifted code that runs an Effect gets. */
function* asked(effect: Effect.Effect<any, any, any>): Body<any> {
  const exit = yield* performing(effect)
  if (Exit.isSuccess(exit)) return exit.value
  throw Cause.squash(exit.cause)
}

/** Sleeps until something is so. */
export function* until(condition: () => boolean): Body {
  while (!condition()) yield* go(sleep, 1)
}

/** What the steps throw; fails where they throw nothing. */
export function* caught(steps: Body<unknown>): Body<any> {
  try {
    yield* steps
  } catch (error) {
    return error
  }
  return assert.fail("nothing was thrown")
}

/** What `[...iterable]` gives in lifted code. */
export function* list<A>(iterable: Iterable<A>): Body<Array<A>> {
  const iterator = iterable[Symbol.iterator]()
  const items: Array<A> = []
  for (;;) {
    const result: IteratorResult<A> = yield* on(iterator).next()
    if (result.done === true) return items
    items.push(result.value)
  }
}
