/** Queues of all kinds, as Effects. */
import * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { LiftedError } from "../../runtime/errors.js"
import { Channel, LifoQueue, LightQueue, PriorityQueue, Queue } from "../queue.js"
import { served } from "./in-line.js"
import { stream } from "./streams.js"

/** Makes a `Queue`. */
export const makeQueue = <A>(capacity?: number | null): Effect.Effect<Queue<A>> =>
  Effect.sync(() => new Queue(capacity))

/** Makes a `LightQueue`. */
export const makeLightQueue = <A>(capacity?: number | null): Effect.Effect<LightQueue<A>> =>
  Effect.sync(() => new LightQueue(capacity))

/** Makes a `PriorityQueue`. */
export const makePriorityQueue = <A>(
  capacity?: number | null,
  compare?: (a: A, b: A) => number
): Effect.Effect<PriorityQueue<A>> => Effect.sync(() => new PriorityQueue(capacity, compare))

/** Makes a `LifoQueue`. */
export const makeLifoQueue = <A>(capacity?: number | null): Effect.Effect<LifoQueue<A>> =>
  Effect.sync(() => new LifoQueue(capacity))

/** Makes a `Channel`: what is put into it is put when someone has taken it. */
export const makeChannel = <A>(): Effect.Effect<Channel<A>> => Effect.sync(() => new Channel())

/** Takes the next item of a queue, waiting for one. */
export const take = <A>(queue: LightQueue<A>): Effect.Effect<A> =>
  served<A>(
    (waiter) => queue.enterGet(waiter),
    (item) => queue.giveBack(item)
  )

/** The next item of a queue, waiting for one, which stays in. */
export const peek = <A>(queue: LightQueue<A>): Effect.Effect<A> => served<A>((waiter) => queue.enterPeek(waiter))

/** Takes items out of a queue, as they come, until one is `end`. */
export const takeUntil = <A>(queue: LightQueue<A>, end: A): Stream.Stream<A, LiftedError> =>
  stream(() => queue.until(end))

/** Puts an item into a queue, waiting for room. From hand to hand it lets the one who takes it go on first. */
export const offer = <A>(queue: LightQueue<A>, item: A): Effect.Effect<void> => {
  const put = served<void>((waiter) => queue.enterPut(waiter, item))
  const handed = Effect.zipRight(put, Effect.yieldNow())
  return Effect.suspend(() => (queue.full && queue.takes ? handed : put))
}

/** Waits until each item that was put into a queue has been reported done, by its `taskDone()`. */
export const allDone = (queue: Queue<any>): Effect.Effect<void> => served<void>((waiter) => queue.enterJoin(waiter))
