/** Queues of all kinds, as Effects. */
import * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import type { LiftedError } from "../../runtime/errors.js"
import { QueueShutDown } from "../errors.js"
import { LightQueue, shut } from "../light-queue.js"
import { Channel, LifoQueue, PriorityQueue, Queue } from "../queue.js"
import { served } from "./in-line.js"
import { stream } from "./streams.js"

/** Makes a `Queue`. */
export const makeQueue = <A>(capacity?: number | null, items?: Iterable<A>): Effect.Effect<Queue<A>> =>
  Effect.sync(() => new Queue(capacity, items))

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

/** What was served, unless that is the end of the queue. */
const there = <A>(served: Effect.Effect<A | typeof shut>): Effect.Effect<A, QueueShutDown> =>
  Effect.flatMap(served, (item) =>
    item === shut ? Effect.fail(new QueueShutDown("the queue")) : Effect.succeed(item as A)
  )

/** Takes the next item of a queue, waiting for one. Fails with `QueueShutDown` if there will be none. */
export const take = <A>(queue: LightQueue<A>): Effect.Effect<A, QueueShutDown> =>
  there(
    served<A | typeof shut>(
      (waiter) => queue.enterGet(waiter),
      (item) => queue.giveBack(item)
    )
  )

/** The next item of a queue, waiting for one, which stays in. Fails with `QueueShutDown` if there will be none. */
export const peek = <A>(queue: LightQueue<A>): Effect.Effect<A, QueueShutDown> =>
  there(served<A | typeof shut>((waiter) => queue.enterPeek(waiter)))

/** The items of a queue, as they come, until it is shut down and empty. */
export const itemsOf = <A>(queue: LightQueue<A>): Stream.Stream<A, LiftedError> =>
  stream(() => queue[Symbol.iterator]())

/** Takes items out of a queue, as they come, until one is `end`, or it is shut down and empty. */
export const takeUntil = <A>(queue: LightQueue<A>, end: A): Stream.Stream<A, LiftedError> =>
  stream(() => queue.until(end))

/** Puts an item into a queue, waiting for room. Fails with `QueueShutDown` if there will be none. From hand to hand it lets the one who takes it go on first. */
export const offer = <A>(queue: LightQueue<A>, item: A): Effect.Effect<void, QueueShutDown> => {
  const put = there(served<undefined | typeof shut>((waiter) => queue.enterPut(waiter, item)))
  const handed = Effect.zipRight(put, Effect.yieldNow())
  return Effect.suspend(() => (queue.full && queue.takes ? handed : put))
}

/** Waits until each item that was put into a queue has been reported done, by its `taskDone()`. */
export const allDone = (queue: Queue<any>): Effect.Effect<void> => served<void>((waiter) => queue.enterJoin(waiter))
