/** The op of one query. */
import type { Fiber } from "../../runtime/fiber.js"
import { Op } from "../../runtime/op.js"
import { current } from "../../runtime/twin.js"
import { shorten } from "./error.js"
import { Failure } from "./failure.js"
import type { Pool } from "./green.js"
import type { Settings } from "./options.js"
import type { PlainSession } from "./plain.js"
import type { Raw, Sent } from "./rows.js"

type Green = typeof import("./green.js")

/** Brings in Effect's client, which a program that is run plainly does without. */
let green: Green | undefined
const loadGreen = async (): Promise<Green> => (green = await import("./green.js"))

/** The pool of a session in the run of a fiber, where it has one yet. */
export const poolOf = (settings: Settings, fiber: Fiber | null): Pool | undefined =>
  fiber?.run.opened.get(settings) as Pool | undefined

export class QueryOp extends Op<Raw> {
  /** Whether it has yet to get a connection. */
  queued = true
  private pool: Pool | undefined = undefined
  private readonly fiber = current.fiber

  constructor(
    readonly settings: Settings,
    private readonly session: PlainSession,
    readonly sql: string,
    readonly values: ReadonlyArray<Sent>
  ) {
    super()
  }

  get label(): string {
    const query = `query ${shorten(this.sql, 80)}`
    return this.queued ? `a connection to ${this.settings.server} for ${query}` : query
  }

  start(fiber: Fiber): void {
    if (green !== undefined) return this.enter(fiber, green)
    const enter = (loaded: Green): void => {
      if (fiber.waiting === this) this.enter(fiber, loaded)
    }
    loadGreen().then(enter, (error) => fiber.reject(this, error))
  }

  private enter(fiber: Fiber, { Pool }: Green): void {
    this.pool = poolOf(this.settings, fiber) ?? Pool.open(this.settings, fiber.run)
    this.pool.enter(this, fiber)
  }

  cancel(fiber: Fiber): boolean {
    return this.pool === undefined || this.pool.leave(this, fiber)
  }

  plain(): Raw {
    const { fiber } = this
    if (fiber !== null && poolOf(this.settings, fiber)?.holds(fiber)) throw new Failure(notLifted)
    return this.session.query(this.sql, this.values)
  }
}

const notLifted = {
  reason: "NotLifted",
  message:
    "this query belongs to a transaction of its fiber, but was called by code that is not lifted, which cannot wait for it: " +
    "lift the code between transaction() and this query, or make the query outside of it."
} as const
