/**
 * The Effect face of the toolbox: the same objects that legacy code uses through `greenlift/green`, for Effects. So a
 * crawl in Effect and a lifted function share one pool, one semaphore, one queue, first come, first served across both.
 *
 * Interruption while in line leaves the line. One that comes just as its turn has come gives back what it was served.
 */
export * from "./effects/call.js"
export * from "./effects/connections.js"
export { CurrentTask } from "./effects/current.js"
export * from "./effects/dag.js"
export * from "./effects/local.js"
export * from "./effects/locks.js"
export * from "./effects/pools.js"
export * from "./effects/queues.js"
export * from "./effects/resources.js"
export * from "./effects/results.js"
export * from "./effects/semaphores.js"
export * from "./effects/streams.js"
export * from "./effects/tasks.js"
export * from "./effects/time.js"
