/** Pools of tasks, piles and groups, as Effects. */
import * as Effect from "effect/Effect"
import * as FiberRef from "effect/FiberRef"
import * as Stream from "effect/Stream"
import { LiftedError } from "../../runtime/errors.js"
import { runTwin } from "../../runtime/host.js"
import { callTwin } from "../../runtime/twin.js"
import { Group } from "../group.js"
import { Mapping, type MappingPool } from "../imap.js"
import { Walk } from "../iterator.js"
import { GreenPile } from "../pile.js"
import { fromMember, GreenPool, type WaitallOptions } from "../pool.js"
import type { KillOptions } from "../stop.js"
import { Task } from "../task.js"
import type { JoinOptions } from "../together.js"
import { asJob, CurrentTask, doneBy } from "./current.js"
import { inLine, nothing, type Restore } from "./in-line.js"
import { stream } from "./streams.js"
import { kill, killall, type SpawnOptions, spawn } from "./tasks.js"

/** Makes a `GreenPool`. */
export const makePool = (size?: number): Effect.Effect<GreenPool> => Effect.sync(() => new GreenPool(size))

/** Makes a `GreenPile`, with a pool of its own or in one that there is. */
export const makePile = <A>(sizeOrPool?: number | GreenPool): Effect.Effect<GreenPile<A>> =>
  Effect.sync(() => new GreenPile(sizeOrPool))

/** Makes a `Group`. */
export const makeGroup: Effect.Effect<Group> = Effect.sync(() => new Group())

/** The pools in whose slots an Effect runs. */
const poolsRef = FiberRef.unsafeMake<ReadonlyArray<GreenPool>>([])

const memberOf = <A, E, R>(pool: GreenPool, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.locallyWith(effect, poolsRef, (pools) => [...pools, pool])

/** Takes a slot; false where the pool is full and the caller runs in it: then what it runs goes without one of its own. */
const slot = (restore: Restore, pool: GreenPool): Effect.Effect<boolean> =>
  Effect.flatMap(FiberRef.get(poolsRef), (pools) => {
    if (pools.includes(pool)) return Effect.sync(() => pool.tryEnter())
    return inLine<boolean>(
      restore,
      (waiter) => pool.enter(waiter),
      (hasSlot) => pool.exit(hasSlot)
    )
  })

/**
 * Runs an Effect in a slot of the pool, waiting for one in line. It counts as one that runs there. In an Effect that runs in
 * the pool itself, and while it is full, it goes without a slot of its own.
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
        restore(memberOf(pool, effect)),
        Effect.sync(() => pool.exit(hasSlot))
      )
    )
  )

/**
 * Waits for a slot of the pool, and then runs an Effect in it as a task. An Effect that runs in the pool itself waits, while
 * it is full, until the task has ended.
 *
 * @example
 * import * as Effect from "effect/Effect"
 * import * as Green from "greenlift"
 *
 * declare const update: (id: number) => Effect.Effect<string>
 *
 * const all = Green.scope(
 *   Effect.gen(function* () {
 *     const pool = yield* Green.makePool(50)
 *     for (let id = 0; id < 500; id++) yield* Green.spawnIn(pool, update(id))
 *     yield* Green.waitall(pool)
 *   })
 * )
 */
export const spawnIn = <A, E, R>(
  pool: GreenPool,
  effect: Effect.Effect<A, E, R>,
  { name = "effect" }: SpawnOptions = {}
): Effect.Effect<Task<A>, never, Exclude<R, CurrentTask> | CurrentTask> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const spawner = yield* CurrentTask
      const refs = yield* Effect.getFiberRefs
      const hasSlot = yield* slot(restore, pool)
      const job = asJob(name, () => memberOf(pool, effect), refs)
      const task: Task<A> = doneBy(spawner.fiber!, refs, () => pool.begin(job, [], hasSlot, spawner.fiber!))
      if (!hasSlot) yield* Effect.onInterrupt(restore(Effect.ignore(endOf(task))), () => kill(task))
      return task
    })
  )

const endOf = (task: Task<any>): Effect.Effect<void> =>
  Effect.async<void>((resume) => {
    const observer = () => resume(Effect.void)
    task.fiber!.onEnd(observer)
    return Effect.sync(() => task.fiber!.offEnd(observer))
  })

/**
 * Waits until nothing runs in the pool. Fails with the first failure of a task that nobody has waited for; the others are then
 * in `pool.failures`. With `fail: false` it fails with none, and all are there. Fails with GREENLIFT_WAITALL_FROM_MEMBER in an Effect that runs in the pool.
 */
export const waitall = (pool: GreenPool, { fail = true }: WaitallOptions = {}): Effect.Effect<void, LiftedError> =>
  Effect.flatMap(FiberRef.get(poolsRef), (pools) =>
    pools.includes(pool)
      ? Effect.fail(LiftedError.from(fromMember()))
      : Effect.uninterruptibleMask((restore) =>
          Effect.flatMap(
            inLine<void>(restore, (waiter) => pool.whenIdle(waiter), nothing),
            () => {
              const failures = pool.takeFailures()
              pool.failures = fail ? failures.slice(1) : failures
              return fail && failures.length > 0 ? Effect.fail(LiftedError.from(failures[0])) : Effect.void
            }
          )
        )
  )

/** Kills all tasks of the pool, and waits for their cleanup unless told otherwise. */
export const killPool = (pool: GreenPool, options?: KillOptions): Effect.Effect<void> =>
  Effect.suspend(() => killall(pool.members.map(Task.of), options))

/** The pool as a mapping sees it that is asked by an Effect which may itself run in the pool. */
const seenBy = (pools: ReadonlyArray<GreenPool>, pool: GreenPool): MappingPool => ({
  get size() {
    return pool.size
  },
  tryEnter: () => pool.tryEnter(),
  *slot() {
    return pool.tryEnter() || (!pools.includes(pool) && (yield* pool.slot()))
  },
  begin: (f, args, hasSlot, spawner) => pool.begin(f, args, hasSlot, spawner)
})

interface Way {
  readonly ordered: boolean
  readonly spread: boolean
}

const mapped = <A, E, R>(
  pool: GreenPool,
  f: (...args: Array<any>) => Effect.Effect<A, E, R>,
  inputs: ReadonlyArray<Iterable<unknown>>,
  { ordered, spread }: Way
): Stream.Stream<A, LiftedError, Exclude<R, CurrentTask>> =>
  Stream.unwrap(
    Effect.map(Effect.zip(Effect.getFiberRefs, FiberRef.get(poolsRef)), ([refs, pools]) => {
      const job = asJob(f.name, (...args: Array<any>) => memberOf(pool, f(...args)), refs)
      return stream(() => new Mapping<A>(seenBy(pools, pool), job, new Walk(inputs), ordered, spread))
    })
  ) as Stream.Stream<A, LiftedError, Exclude<R, CurrentTask>>

/**
 * What `f` gives for the items of the inputs, in input order, as many at a time as the pool has slots; they count as its tasks.
 * With several inputs `f` gets an item of each, until the shortest is through. Nothing is taken from an input before it is
 * needed. Ends at the first failure, in that order, in a `LiftedError`; when the Stream is over, however that comes, what still
 * runs is interrupted.
 *
 * @example
 * import * as Effect from "effect/Effect"
 * import * as Stream from "effect/Stream"
 * import * as Green from "greenlift"
 *
 * declare const fetchPage: (url: string) => Effect.Effect<string>
 *
 * const pages = (urls: Iterable<string>) =>
 *   Effect.flatMap(Green.makePool(10), (pool) => Stream.runCollect(Green.imap(pool, fetchPage, urls)))
 */
export const imap = <Items extends ReadonlyArray<any>, A, E, R>(
  pool: GreenPool,
  f: (...items: Items) => Effect.Effect<A, E, R>,
  ...inputs: { [K in keyof Items]: Iterable<Items[K]> }
): Stream.Stream<A, LiftedError, Exclude<R, CurrentTask>> => mapped(pool, f, inputs, { ordered: true, spread: false })

/** As `imap`, with each result as soon as it is there. */
export const imapUnordered = <Items extends ReadonlyArray<any>, A, E, R>(
  pool: GreenPool,
  f: (...items: Items) => Effect.Effect<A, E, R>,
  ...inputs: { [K in keyof Items]: Iterable<Items[K]> }
): Stream.Stream<A, LiftedError, Exclude<R, CurrentTask>> => mapped(pool, f, inputs, { ordered: false, spread: false })

/** As `imap`, over an input of argument lists. */
export const starmap = <Args extends ReadonlyArray<any>, A, E, R>(
  pool: GreenPool,
  f: (...args: Args) => Effect.Effect<A, E, R>,
  input: Iterable<Args>
): Stream.Stream<A, LiftedError, Exclude<R, CurrentTask>> => mapped(pool, f, [input], { ordered: true, spread: true })

/** Runs an Effect as a task in the pool of a pile, waiting for a slot, and puts its result on the pile. */
export const spawnOn = <A, E, R>(
  pile: GreenPile<A>,
  effect: Effect.Effect<A, E, R>,
  options?: SpawnOptions
): Effect.Effect<void, never, Exclude<R, CurrentTask> | CurrentTask> =>
  Effect.map(spawnIn(pile.pool, effect, options), (task) => pile.add(task))

/** The results of a pile, in the order of spawning, each as soon as it is there; the first failure ends it. */
export const resultsOf = <A>(pile: GreenPile<A>): Stream.Stream<A, LiftedError> => stream(() => pile)

/** Runs an Effect as a task, and puts it in a group. */
export const spawnInto = <A, E, R>(
  group: Group,
  effect: Effect.Effect<A, E, R>,
  options?: SpawnOptions
): Effect.Effect<Task<A>, never, Exclude<R, CurrentTask> | CurrentTask> =>
  Effect.tap(spawn(effect, options), (task) => Effect.sync(() => group.add(task)))

/** Waits until no task is left in a group, or until the time is up. Succeeds with whether none is left. */
export const joinGroup = (group: Group, options?: JoinOptions): Effect.Effect<boolean, LiftedError> =>
  runTwin(() => callTwin(group.join, group, [options]), { name: "join" })

/** Kills all tasks of a group, and waits for their cleanup unless told otherwise. */
export const killGroup = (group: Group, options?: KillOptions): Effect.Effect<void> => killall(group, options)
