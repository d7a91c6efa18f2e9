/** All kinds of queues, as Effects. They are taken from and put into by `take` and `offer`. */
import * as Effect from "effect/Effect"
import { Channel, LifoQueue, LightQueue, PriorityQueue, type Queue } from "../queue.js"
import { served } from "./in-line.js"

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

/** Waits until each item that was put into a queue has been reported done, by its `taskDone()`. */
export const allDone = (queue: Queue<any>): Effect.Effect<void> => served<void>((waiter) => queue.enterJoin(waiter))
