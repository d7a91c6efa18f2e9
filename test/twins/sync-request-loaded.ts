/** The real sync-request, its calls made green. */
import { createRequire } from "node:module"
import type { Response } from "sync-request"
import { callTwin, type Steps } from "../../src/runtime/twin.js"
import { adopt } from "../../src/runtime/twins.js"
import "../../src/twins/sync-request.js"
import type { SyncRequest } from "./sync-request-cases.js"

const before = process.listeners("exit")

export const request: SyncRequest = adopt("sync-request", createRequire(import.meta.url)("sync-request"))

const added = process.listeners("exit").filter((listener) => !before.includes(listener))

/** Stops the process that sync-request starts as it loads, and stops as this one exits: Vitest ends its workers otherwise. */
export const stop = (): void => {
  for (const listener of added) listener(0)
}

/** The call, for `runTwin`. */
export const called = (method: unknown, url: unknown, options?: unknown) => (): Steps<Response> =>
  callTwin(request, undefined, [method, url, options])
