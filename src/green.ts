/**
 * The sync-looking face of the toolbox, for legacy code: `greenlift/green`. Lifted, its calls suspend the fiber they
 * are in; unlifted, the same program runs, one thing at a time.
 */
export type { Patience } from "./concurrency/arguments.js"
export { Barrier, type BarrierOptions } from "./concurrency/barrier.js"
export { CappedSemaphore } from "./concurrency/capped.js"
export { DAGPool, type NodeFunction } from "./concurrency/dag.js"
export { type Credentials, DatabaseConnector, type DatabaseConnectorOptions } from "./concurrency/db/connector.js"
export {
  type Cleanup,
  ConnectionPool,
  type ConnectionPoolBounds,
  type ConnectionPoolOptions
} from "./concurrency/db/pool.js"
export type { Pooled } from "./concurrency/db/pooled.js"
export * from "./concurrency/errors.js"
export { AsyncResult, Event, timedOut } from "./concurrency/event.js"
export { Group } from "./concurrency/group.js"
export type { GreenIterator } from "./concurrency/iterator.js"
export { LightQueue } from "./concurrency/light-queue.js"
export type { BackoffOptions } from "./concurrency/limits/backoff.js"
export { type LimitOptions, limit } from "./concurrency/limits/limit.js"
export { RateLimiter, type RateLimiterOptions } from "./concurrency/limits/limiter.js"
export type { Rate } from "./concurrency/limits/rate.js"
export { type RetryOptions, retry } from "./concurrency/limits/retry.js"
export { Local, type LocalOptions } from "./concurrency/local.js"
export { Condition, Lock, RLock } from "./concurrency/lock.js"
export { GreenPile } from "./concurrency/pile.js"
export { GreenPool, type WaitallOptions } from "./concurrency/pool.js"
export { Channel, LifoQueue, PriorityQueue, Queue } from "./concurrency/queue.js"
export { Pool, type PoolOptions, Token, TokenPool } from "./concurrency/resources.js"
export { scope } from "./concurrency/scope.js"
export { BoundedSemaphore, Semaphore } from "./concurrency/semaphore.js"
export { getcurrent, kill, spawn, spawnAfter, spawnAfterLocal } from "./concurrency/spawn.js"
export type { KillOptions } from "./concurrency/stop.js"
export type { Task } from "./concurrency/task.js"
export { isTimeout, Timeout, type TimeoutError, timeout, withTimeout } from "./concurrency/timeout.js"
export { sleep } from "./concurrency/timer.js"
export { iwait, type JoinOptions, joinall, killall } from "./concurrency/together.js"
export * as tpool from "./concurrency/tpool.js"
export { type Blocking, type BlockingDetection, type BlockingOptions, detectBlocking } from "./trace/blocking.js"
export { dump, type FiberInfo, fibers } from "./trace/dump.js"
