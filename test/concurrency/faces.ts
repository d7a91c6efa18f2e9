/**
 * The other face of a case: the body of a test is read as a program of Effects. Each call of the toolbox that may wait is the
 * Effect that stands for it here; everything else is as it stands. So a case is stated once, and holds in both faces.
 */
import * as Cause from "effect/Cause"
import * as Chunk from "effect/Chunk"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { patienceOf } from "../../src/concurrency/arguments.js"
import { callOf } from "../../src/concurrency/call.js"
import * as Green from "../../src/concurrency/effects.js"
import { GreenIterator } from "../../src/concurrency/iterator.js"
import { Task } from "../../src/concurrency/task.js"
import * as green from "../../src/green.js"
import { LiftedError } from "../../src/runtime/errors.js"
import { runTwin } from "../../src/runtime/host.js"
import { callTwin, twinOf } from "../../src/runtime/twin.js"

type AnyFunction = (this: any, ...args: Array<any>) => any
type AnyEffect = Effect.Effect<any, any, any>
type Form = (self: any, ...args: Array<any>) => AnyEffect

/** The bodies of functions that a test has lifted. */
export const bodies = new WeakMap<AnyFunction, AnyFunction>()

const thrown = (error: unknown): unknown => (error instanceof LiftedError ? error.cause : error)

/** Runs a body whose calls are Effects: their failures are thrown at the call, an interruption ends it there. */
export const stepping = (body: Iterator<any, any, any>): AnyEffect =>
  Effect.uninterruptibleMask((restore) => {
    const step = (next: () => IteratorResult<any, any>, interrupted: Cause.Cause<never> | null): AnyEffect =>
      Effect.suspend(() => {
        let result: IteratorResult<any, any>
        try {
          result = next()
        } catch (error) {
          return Effect.fail(error)
        }
        if (result.done === true)
          return interrupted === null ? Effect.succeed(result.value) : Effect.failCause(interrupted)
        const call = result.value as AnyEffect
        return Effect.matchCauseEffect(interrupted === null ? restore(call) : call, {
          onFailure: (cause) =>
            Cause.isInterruptedOnly(cause)
              ? step(() => body.return!(undefined), cause as Cause.Cause<never>)
              : step(() => body.throw!(thrown(Cause.squash(cause))), interrupted),
          onSuccess: (value) => step(() => body.next(value), interrupted)
        })
      })
    return step(() => body.next(), null)
  })

/** What calling a function of a test is as an Effect. */
const called = (f: AnyFunction, args: ReadonlyArray<unknown>): AnyEffect =>
  Effect.suspend(() => {
    const call = callOf(f, args)
    const body = bodies.get(call.f)
    if (body !== undefined) return stepping(Reflect.apply(body, call.self, call.args as Array<unknown>))
    const form = forms.get(call.f)
    if (form !== undefined) return form(call.self, ...call.args)
    return Effect.try({ try: () => Reflect.apply(call.f, call.self, call.args as Array<unknown>), catch: (e) => e })
  }).pipe(Effect.flatMap((value) => (value instanceof Promise ? Effect.promise(() => value) : Effect.succeed(value))))

/** Bounds a wait as `Patience` does. */
const patient = <A>(wait: AnyEffect, options: green.Patience | undefined, late: () => AnyEffect): AnyEffect => {
  const ms = patienceOf(options)
  if (ms === undefined) return wait
  return Effect.flatten(
    Effect.timeoutTo(wait, {
      duration: Duration.millis(ms),
      onTimeout: late,
      onSuccess: (value) => Effect.succeed(value as A)
    })
  )
}

/** The wait of a method, as an Effect; one that must not wait is the method itself. */
const waiting =
  (wait: (self: any, ...args: Array<any>) => AnyEffect, method: AnyFunction, late: () => AnyEffect, at = 0): Form =>
  (self, ...args) => {
    const options: green.Patience | undefined = args[at]
    if (options?.block === false) {
      return Effect.try({ try: () => Reflect.apply(method, self, args), catch: (error) => error })
    }
    return Effect.suspend(() => patient(wait(self, ...args), options, late))
  }

interface Pulled {
  readonly step: Effect.Effect<IteratorResult<unknown>, LiftedError>
  readonly scope: Scope.CloseableScope
}

/** The links that were made, and how to take each back. */
const links: Array<{ readonly task: Task<any>; readonly f: AnyFunction; readonly undo: Effect.Effect<boolean> }> = []

let pulled = new Map<object, Pulled>()

const pulling = (iterator: GreenIterator<any>): Effect.Effect<Pulled> =>
  Effect.gen(function* () {
    const known = pulled.get(iterator)
    if (known !== undefined) return known
    const scope = yield* Scope.make()
    const made = {
      step: yield* Scope.extend(
        Green.pull(() => iterator),
        scope
      ),
      scope
    }
    pulled.set(iterator, made)
    return made
  })

const closing = (iterator: object): Effect.Effect<void> =>
  Effect.suspend(() => {
    const known = pulled.get(iterator)
    pulled.delete(iterator)
    return known === undefined ? Effect.void : Scope.close(known.scope, Exit.void)
  })

/** The inputs of a node, which come as a Stream there, as the iterator that the case takes them for. */
class Inputs {
  constructor(readonly stream: Stream.Stream<unknown, unknown>) {}
  next(): never {
    throw new Error("asked through `on` only")
  }
  return(): IteratorResult<undefined> {
    return { done: true, value: undefined }
  }
  [Symbol.iterator](): this {
    return this
  }
}

const pullsOfInputs = new WeakMap<Inputs, Effect.Effect<Chunk.Chunk<unknown>, Option.Option<unknown>>>()

const nextInput = (inputs: Inputs): AnyEffect =>
  Effect.gen(function* () {
    let pull = pullsOfInputs.get(inputs)
    if (pull === undefined) {
      pull = yield* Stream.toPull(Stream.rechunk(inputs.stream, 1))
      pullsOfInputs.set(inputs, pull)
    }
    return yield* Effect.matchEffect(pull, {
      onFailure: (end) =>
        Option.isNone(end) ? Effect.succeed({ done: true, value: undefined }) : Effect.fail(thrown(end.value)),
      onSuccess: (chunk) => Effect.succeed({ done: false, value: Chunk.unsafeHead(chunk) })
    })
  })

const node =
  (f: AnyFunction, args: ReadonlyArray<unknown>) =>
  (key: unknown, inputs: Stream.Stream<any, any>): AnyEffect =>
    Effect.scoped(called(f, [key, new Inputs(inputs), ...args]))

const nameOf = (f: AnyFunction): { name: string } => ({ name: f.name === "" ? "<anonymous>" : f.name })

const {
  AsyncResult,
  CappedSemaphore,
  ConnectionPool,
  DAGPool,
  Event,
  GreenPile,
  GreenPool,
  Group,
  LightQueue,
  Pool,
  Queue,
  Semaphore,
  Timeout
} = green

const empty = () => Effect.fail(new green.QueueEmpty("the queue"))
const full = () => Effect.fail(new green.QueueFull("the queue"))

/** For each function that may wait, the Effect that is the same. */
export const forms = new Map<AnyFunction, Form>([
  [green.sleep, (_, ms = 0) => (ms > 0 ? Green.sleep(ms) : Effect.repeatN(Green.sleep(), 9))],
  [green.spawn, (_, f, ...args) => Green.spawn(called(f, args), nameOf(f))],
  [green.spawnAfter, (_, ms, f, ...args) => Green.spawnAfter(ms, called(f, args), nameOf(f))],
  [green.spawnAfterLocal, (_, ms, f, ...args) => Green.spawnAfterLocal(ms, called(f, args), nameOf(f))],
  [green.getcurrent, () => Green.getcurrent],
  [green.kill, (_, task, options) => Green.kill(task, options)],
  [green.scope, (_, f) => Green.scope(called(f, []))],
  [green.joinall, (_, tasks, options) => Green.joinall(tasks, options)],
  [green.killall, (_, tasks, options) => Green.killall(tasks, options)],
  [
    green.timeout,
    (_, ms, f, fallback) =>
      Effect.suspend(() => {
        const limit = new Timeout(ms)
        return Effect.catchAll(Green.limited(called(f, []), limit), (error) =>
          error === limit && fallback !== undefined ? called(fallback, []) : Effect.fail(error)
        )
      })
  ],
  [green.withTimeout, (_, ms, f, ...args) => Green.limited(called(f, args), ms)],
  [Timeout.prototype.run, (limit, f) => Effect.suspend(() => Green.limited(called(f, []), limit as green.Timeout))],
  [Task.prototype.wait, (task) => Green.join(task)],
  [Task.prototype.kill, (task, options) => Green.kill(task, options)],
  [
    Task.prototype.link,
    (task, f, ...args) =>
      Effect.map(
        Green.link(task, (ended) => called(f, [ended, ...args])),
        (undo) => void links.push({ task, f, undo })
      )
  ],
  [
    Task.prototype.unlink,
    (task, f) =>
      Effect.suspend(() => {
        const at = links.findIndex((link) => link.task === task && link.f === f)
        return at < 0 ? Effect.succeed(false) : links.splice(at, 1)[0]!.undo
      })
  ],
  [green.Local.prototype.get, (local) => Green.getLocal(local)],
  [green.Local.prototype.set, (local, value) => Green.setLocal(local, value)],
  [LightQueue.prototype.put, waiting((queue, item) => Green.offer(queue, item), LightQueue.prototype.put, full, 1)],
  [LightQueue.prototype.get, waiting((queue) => Green.take(queue), LightQueue.prototype.get, empty)],
  [LightQueue.prototype.peek, waiting((queue) => Green.peek(queue), LightQueue.prototype.peek, empty)],
  [Queue.prototype.join, (queue) => Green.allDone(queue)],
  [
    Event.prototype.wait,
    waiting(
      (event) => Green.happened(event),
      Event.prototype.wait,
      () => Effect.succeed(green.timedOut)
    )
  ],
  [
    AsyncResult.prototype.get,
    waiting(
      (result) => Green.resultOf(result),
      AsyncResult.prototype.get,
      () => Effect.fail(new Timeout())
    )
  ],
  [
    AsyncResult.prototype.wait,
    waiting(
      (result) => Effect.orElseSucceed(Green.resultOf(result), () => undefined),
      AsyncResult.prototype.wait,
      () => Effect.succeed(undefined)
    )
  ],
  [
    Semaphore.prototype.acquire,
    waiting(
      (semaphore) => Effect.as(Green.acquire(semaphore), true),
      Semaphore.prototype.acquire,
      () => Effect.succeed(false)
    )
  ],
  [Semaphore.prototype.run, (semaphore, f) => Green.withPermit(semaphore, called(f, []))],
  [
    CappedSemaphore.prototype.acquire,
    waiting(
      (semaphore) => Effect.as(Green.acquireCapped(semaphore), true),
      CappedSemaphore.prototype.acquire,
      () => Effect.succeed(false)
    )
  ],
  [
    CappedSemaphore.prototype.release,
    waiting(
      (semaphore) => Effect.as(Green.releaseCapped(semaphore), true),
      CappedSemaphore.prototype.release,
      () => Effect.succeed(false)
    )
  ],
  [green.RLock.prototype.run, (lock, f) => Green.withLock(lock, called(f, []))],
  [green.Condition.prototype.wait, (condition) => Green.awaitCondition(condition)],
  [green.Barrier.prototype.wait, (barrier) => Green.arrive(barrier)],
  [GreenPool.prototype.spawn, (pool, f, ...args) => Green.spawnIn(pool, called(f, args), nameOf(f))],
  [GreenPool.prototype.spawnN, (pool, f, ...args) => Effect.asVoid(Green.spawnIn(pool, called(f, args), nameOf(f)))],
  [GreenPool.prototype.apply, (pool, f, ...args) => Effect.flatMap(Green.spawnIn(pool, called(f, args)), Green.join)],
  [
    GreenPool.prototype.map,
    (pool, f, items) =>
      Effect.map(
        Stream.runCollect(Green.imap(pool, (item) => called(f, [item]), items as Iterable<unknown>)),
        Chunk.toArray
      )
  ],
  [GreenPool.prototype.kill, (pool, options) => Green.killPool(pool, options)],
  [GreenPool.prototype.waitall, (pool, options) => Green.waitall(pool, options)],
  [GreenPile.prototype.spawn, (pile, f, ...args) => Green.spawnOn(pile, called(f, args), nameOf(f))],
  [Group.prototype.spawn, (group, f, ...args) => Green.spawnInto(group, called(f, args), nameOf(f))],
  [Group.prototype.apply, (group, f, ...args) => Effect.flatMap(Green.spawnInto(group, called(f, args)), Green.join)],
  [Group.prototype.join, (group, options) => Green.joinGroup(group, options)],
  [Group.prototype.kill, (group, options) => Green.killGroup(group, options)],
  [DAGPool.prototype.spawn, (dag, key, depends, f, ...args) => Green.spawnNode(dag, key, depends, node(f, args))],
  [DAGPool.prototype.spawnMany, (dag, depends, f, ...args) => Green.spawnNodes(dag, depends, node(f, args))],
  [DAGPool.prototype.post, (dag, key, value, options) => Green.post(dag, key, value, options)],
  [DAGPool.prototype.kill, (dag, key) => Green.killNode(dag, key)],
  [DAGPool.prototype.get, (dag, key) => Green.valueAt(dag, key)],
  [DAGPool.prototype.wait, (dag, keys) => Green.valuesOf(dag, keys)],
  [DAGPool.prototype.waitall, (dag) => Green.valuesOf(dag)],
  [Inputs.prototype.next, nextInput],
  [Pool.prototype.get, (pool) => Green.takeItem(pool)],
  [Pool.prototype.put, (pool, item) => Green.putItem(pool, item)],
  [Pool.prototype.use, (pool, f) => Green.withItem(pool, (item) => called(f, [item]))],
  [
    ConnectionPool.prototype.item,
    (pool, f, cleanup) => Green.withConnection(pool, (connection) => called(f, [connection as object]), cleanup)
  ],
  [GreenIterator.prototype.next, (iterator) => Effect.flatMap(pulling(iterator), ({ step }) => step)],
  [GreenIterator.prototype.return, (iterator) => Effect.as(closing(iterator), { done: true, value: undefined })]
] as Array<[AnyFunction, Form]>)

/** Methods that have no Effect of their own, and are called by `Green.call`. */
const byCall = new Set<AnyFunction>([
  Group.prototype.map,
  Pool.prototype.discard,
  Pool.prototype.clear,
  ConnectionPool.prototype.get,
  ConnectionPool.prototype.put,
  ConnectionPool.prototype.discard,
  ConnectionPool.prototype.clear
] as Array<AnyFunction>)

/** All functions and methods of the toolbox. */
const toolbox = new Set<unknown>(
  Object.values(green).flatMap((exported) => {
    if (typeof exported !== "function") return []
    const members = Object.getOwnPropertyDescriptors((exported.prototype as object | undefined) ?? {})
    return [exported, ...Object.values(members).map(({ value }) => value)]
  })
)

/** What a call in the body of a case is in this face. */
export function* asEffect(f: AnyFunction, self: any, args: Array<any>): Generator<any, any, any> {
  const body = bodies.get(f)
  if (body !== undefined) return yield* Reflect.apply(body, self, args)
  const form = forms.get(f)
  if (form !== undefined) return yield form(self, ...args)
  if (byCall.has(f)) return yield (Green.call as AnyFunction)(self, f.name, ...args)
  if (twinOf(f) !== undefined) {
    if (toolbox.has(f)) throw new Error(`${f.name} has no form as an Effect`)
    return yield runTwin(() => callTwin(f, self, args), { name: f.name })
  }
  return Reflect.apply(f, self, args)
}

/** Runs a case as a program of Effects. Afterwards no fiber of it may be left. */
export const program = (body: () => Iterator<any, any, any>): Effect.Effect<any, unknown> =>
  Effect.suspend(() => {
    pulled = new Map()
    links.length = 0
    const all = Effect.ensuring(
      Effect.scoped(stepping(body())),
      Effect.suspend(() => Effect.forEach([...pulled.keys()], closing))
    )
    return Effect.mapError(Green.scope(all as Effect.Effect<any, unknown>), thrown)
  })
