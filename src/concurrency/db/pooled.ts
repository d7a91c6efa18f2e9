/** What a pool of connections hands out: the connection, as it is, but for `close`, which gives it back. */
import type { Fiber } from "../../runtime/fiber.js"
import { isInterruption } from "../../runtime/interruption.js"
import { plain } from "../../runtime/plain.js"
import { callTwin, current, type Steps, stamp } from "../../runtime/twin.js"
import { GreenError } from "../errors.js"
import { isTimeout } from "../timeout.js"

/** A connection out of a pool. `close()` gives it back; after that it cannot be used any more. */
export type Pooled<C> = C & { close(): void }

/** What is behind what is handed out. */
export interface Lease<C> {
  readonly connection: C
  /** Whether it was given back. */
  over: boolean
  /** Whether a call on it was cut off, so that nobody knows what state it is in. */
  torn: boolean
}

const leases = new WeakMap<object, Lease<any>>()

/** The connection behind what a pool handed out, or null where that is something else. */
export const unwrap = (value: unknown): unknown => leases.get(value as object)?.connection ?? null

export const leaseOf = <C>(value: unknown): Lease<C> | undefined => leases.get(value as object)

/** @param giveBack the twin of `close` */
export const hand = <C extends object>(lease: Lease<C>, giveBack: (pooled: Pooled<C>) => Steps<void>): Pooled<C> => {
  const { connection } = lease
  const members = new Map<PropertyKey, unknown>()
  const close = function* (): Steps<void> {
    yield* giveBack(pooled)
  }
  members.set(
    "close",
    stamp(() => plain(close, undefined, []), close)
  )
  const pooled = new Proxy({} as Pooled<C>, {
    get: (_, key) => {
      if (!members.has(key)) {
        const member = (connection as any)[key]
        if (typeof member !== "function" || key === "constructor") {
          check(lease)
          return member
        }
        members.set(key, forwarded(lease, String(key), member))
      }
      return members.get(key)
    },
    set: (_, key, value) => {
      check(lease)
      return Reflect.set(connection, key, value)
    },
    has: (_, key) => Reflect.has(connection, key),
    getPrototypeOf: () => Reflect.getPrototypeOf(connection)
  })
  leases.set(pooled, lease)
  return pooled
}

const check = ({ over }: Lease<any>): void => {
  if (!over) return
  throw new GreenError(
    "GREENLIFT_CONNECTION_RETURNED",
    "this connection was given back to its pool: take one with get(), and give it back after the last use"
  )
}

/** The calls that are on their way, by connection. */
const users = new WeakMap<object, Fiber>()

/** A method of the connection, on the connection: for one task at a time, and noting where a call is cut off. */
const forwarded = <C extends object>(lease: Lease<C>, name: string, method: (...args: Array<any>) => unknown) => {
  const { connection } = lease
  const twin = function* (...args: Array<unknown>): Steps<unknown> {
    check(lease)
    const { fiber, site } = current
    const user = users.get(connection)
    if (user !== undefined && user !== fiber) throw shared(name, user, fiber)
    if (fiber !== null) users.set(connection, fiber)
    try {
      current.site = site
      return yield* callTwin(method, connection, args)
    } catch (error) {
      if (isInterruption(error) || isTimeout(error)) lease.torn = true
      throw error
    } finally {
      if (user === undefined) users.delete(connection)
    }
  }
  const entry = (...args: Array<unknown>): unknown => plain(twin, undefined, args)
  return stamp(Object.defineProperty(entry, "name", { value: name, configurable: true }), twin)
}

const shared = (name: string, user: Fiber, other: Fiber | null): GreenError =>
  new GreenError(
    "GREENLIFT_CONNECTION_SHARED",
    `${name} was called by ${other?.name ?? "code that is not lifted"} while ${user.name} is in a call on the same ` +
      "connection: take one from the pool for each task"
  )
