/** Worker threads for Effects: `Green.tpool`. The same threads, and the same proxies, as those of lifted code. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { LiftedError } from "../../runtime/errors.js"
import { runTwin } from "../../runtime/host.js"
import { lift } from "../../runtime/lift.js"
import { callTwin } from "../../runtime/twin.js"
import type { AnyFunction, ResultOf } from "../call.js"
import * as face from "../tpool.js"

export { type Makes, type Named, numThreads, type Proxied, type ProxyOptions, type Target } from "../tpool.js"

/**
 * Calls `f(...args)` in a worker thread. Fails with a `LiftedError` around what `f` throws, or around an `OffloadError`.
 * Interruption ends it at once: a call that runs is stopped, thread and all. See `tpool.execute` of `greenlift/green` for
 * how `f` is reached and what can be sent.
 *
 * @example
 * import { gzipSync } from "node:zlib"
 * import * as Effect from "effect/Effect"
 * import * as Green from "greenlift"
 *
 * const packed = Green.tpool.execute(gzipSync, "text").pipe(Effect.timeout("1 second"))
 */
export const execute = <F extends AnyFunction>(
  f: face.Target<F>,
  ...args: Parameters<F>
): Effect.Effect<ResultOf<F>, LiftedError> =>
  lift(face.execute as AnyFunction)(f, ...args) as Effect.Effect<ResultOf<F>, LiftedError>

/** Changes how many threads there may be. */
export const setNumThreads = (count: number): Effect.Effect<void, LiftedError> => lift(face.setNumThreads)(count)

/** Waits until all calls in threads are through, and ends the threads. */
export const killall: Effect.Effect<void, LiftedError> = Effect.suspend(() => lift(face.killall)())

/**
 * Makes an object in a worker thread, which ends with the scope, and gives a proxy of it, for `call`, `get`, `set` and
 * `items`.
 *
 * @example
 * import * as Effect from "effect/Effect"
 * import * as Green from "greenlift"
 *
 * declare class Index {
 *   search(words: string): Array<string>
 * }
 *
 * const found = Effect.scoped(
 *   Effect.gen(function* () {
 *     const index = yield* Green.tpool.proxy<Index>({ module: new URL("./index.js", import.meta.url), name: "Index" })
 *     return yield* Green.tpool.call(index, "search", "study room")
 *   })
 * )
 */
export const proxy = <T = any>(
  target: face.Makes<T>,
  options?: face.ProxyOptions
): Effect.Effect<face.Proxied<T>, LiftedError, Scope.Scope> =>
  Effect.acquireRelease(
    lift(face.proxy as AnyFunction)(target, options) as Effect.Effect<face.Proxied<T>, LiftedError>,
    (made) => Effect.sync(() => face.close(made))
  )

/** Calls a method of the object behind a proxy. Interruption ends the wait; what was begun is done to its end. */
export const call = <T, K extends keyof T>(
  proxy: face.Proxied<T>,
  method: K,
  ...args: T[K] extends AnyFunction ? Parameters<T[K]> : never
): Effect.Effect<T[K] extends AnyFunction ? ResultOf<T[K]> : never, LiftedError> =>
  lift(proxy[method] as AnyFunction)(...(args as Array<unknown>)) as Effect.Effect<any, LiftedError>

/** Reads a property of the object behind a proxy. */
export const get = (proxy: object, key: string | number): Effect.Effect<any, LiftedError> => lift(face.get)(proxy, key)

/** Writes a property of the object behind a proxy. */
export const set = (proxy: object, key: string | number, value: unknown): Effect.Effect<void, LiftedError> =>
  lift(face.set)(proxy, key, value)

/** Whether the object behind a proxy has a property. */
export const has = (proxy: object, key: string | number): Effect.Effect<boolean, LiftedError> =>
  lift(face.has)(proxy, key)

/** The names of the properties of the object behind a proxy. */
export const keys = (proxy: object): Effect.Effect<Array<string>, LiftedError> => lift(face.keys)(proxy)

const step = <A>(iterator: Iterator<A>): Effect.Effect<A, Option.Option<LiftedError>> =>
  runTwin(() => callTwin(iterator.next, iterator, []), { name: "next" }).pipe(
    Effect.mapError(Option.some),
    Effect.flatMap(({ done, value }) => (done === true ? Effect.fail(Option.none()) : Effect.succeed(value)))
  )

const leave = (iterator: Iterator<unknown>): Effect.Effect<void> =>
  Effect.ignore(runTwin(() => callTwin(iterator.return!, iterator, []), { name: "return" }))

/** What iterating the object behind a proxy gives, each item as it is asked for. */
export const items = <A>(proxy: Iterable<A>): Stream.Stream<A, LiftedError> => {
  const iterate = lift(proxy[Symbol.iterator] as () => Iterator<A>)()
  return Stream.unwrapScoped(
    Effect.map(Effect.acquireRelease(iterate, leave), (iterator) => Stream.repeatEffectOption(step(iterator)))
  )
}
