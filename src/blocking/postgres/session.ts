/**
 * What the methods of `Postgres` do, written once, as twins: run plainly, they block; run in a fiber, they wait.
 */
import type { Fiber } from "../../runtime/fiber.js"
import { callTwin, current, type Steps } from "../../runtime/twin.js"
import { currentPolicy } from "../../twins/policy.js"
import { CloseOp } from "./close.js"
import { PostgresError } from "./error.js"
import { Failure, type FailureData } from "./failure.js"
import { poolOf, QueryOp } from "./op.js"
import { type PostgresOptions, type Settings, settle } from "./options.js"
import { PlainSession } from "./plain.js"
import { type QueryResult, type Raw, resultOf, send } from "./rows.js"

export class Session {
  private readonly settings: Settings
  private readonly plain: PlainSession
  private closed = false
  /** By fiber, and null where there is none: how many calls of `transaction` it is inside. */
  private readonly depths = new Map<Fiber | null, number>()

  constructor(options: PostgresOptions | string) {
    try {
      this.settings = settle(options)
    } catch (failure) {
      throw failure instanceof Failure ? new PostgresError(failure.data, undefined, { site: current.site }) : failure
    }
    this.plain = new PlainSession(this.settings)
  }

  *query<Row>(sql: string, params: ReadonlyArray<unknown> = []): Steps<QueryResult<Row>> {
    if (typeof sql !== "string" || !Array.isArray(params)) {
      throw this.error({
        reason: "Invalid",
        message: "query takes a string of SQL and a list of parameters for $1, $2, …"
      })
    }
    return resultOf<Row>(yield* this.run(sql, params))
  }

  *one<Row>(sql: string, params?: ReadonlyArray<unknown>): Steps<Row> {
    const { rows } = yield* this.query<Row>(sql, params)
    if (rows.length === 1) return rows[0]!
    const message = `one() found ${rows.length} rows, not 1: use query() where there may be none or several.`
    throw this.error({ reason: "Rows", message }, sql)
  }

  *transaction<A>(self: unknown, fn: (self: any) => A): Steps<A> {
    const { fiber, site } = current
    const depth = this.depths.get(fiber) ?? 0
    const savepoint = `greenlift_${depth}`
    this.depths.set(fiber, depth + 1)
    try {
      yield* this.run(depth === 0 ? "BEGIN" : `SAVEPOINT ${savepoint}`)
      const value = yield* callTwin(fn, undefined, [self])
      // What follows is this call's doing, not that of the last one inside.
      current.site = site
      if (isPromise(value)) throw this.error(promised)
      const { command } = yield* this.run(depth === 0 ? "COMMIT" : `RELEASE SAVEPOINT ${savepoint}`)
      if (command === "ROLLBACK") throw this.error(aborted)
      return value
    } catch (error) {
      current.site = site
      if (this.isOpen(fiber)) yield* this.undo(fiber, depth, savepoint)
      throw error
    } finally {
      if (depth === 0) this.depths.delete(fiber)
      else this.depths.set(fiber, depth)
    }
  }

  /** Rolls back, and if that does not work either, gives the connection up, so that the server does it. */
  private *undo(fiber: Fiber | null, depth: number, savepoint: string): Steps<void> {
    try {
      yield* this.run(depth === 0 ? "ROLLBACK" : `ROLLBACK TO SAVEPOINT ${savepoint}; RELEASE SAVEPOINT ${savepoint}`)
    } catch (error) {
      if (depth === 0) {
        poolOf(this.settings, fiber)?.abandon(fiber!)
        if (this.plain.open) this.plain.close()
      }
      if (!(error instanceof PostgresError)) throw error
    }
  }

  private isOpen(fiber: Fiber | null): boolean {
    return this.plain.open || (fiber !== null && poolOf(this.settings, fiber)?.holds(fiber) === true)
  }

  /** Rolls back what is open: here, or, where another fiber has left it so, by ending its connection. */
  *rollback(): Steps<void> {
    const { fiber } = current
    if (this.isOpen(fiber)) yield* this.run("ROLLBACK")
    else if (fiber !== null) poolOf(this.settings, fiber)?.abandonAll()
  }

  *close(): Steps<void> {
    this.closed = true
    yield new CloseOp(this.settings, this.plain)
  }

  private *run(sql: string, params: ReadonlyArray<unknown> = []): Steps<Raw> {
    if (this.closed) throw this.error({ reason: "Closed", message: "" }, sql)
    const op = new QueryOp(this.settings, this.plain, sql, send(params))
    try {
      return yield* this.policed(op)
    } catch (thrown) {
      throw thrown instanceof Failure ? this.error(thrown.data, sql, op.site) : thrown
    }
  }

  /** Performs a query as the policy of the run has it. Those of a transaction that is open have been let in with it. */
  private *policed(op: QueryOp): Steps<Raw> {
    const { fiber, site } = current
    const policy = currentPolicy()
    if (policy === undefined || this.isOpen(fiber)) return (yield op) as Raw
    const host = this.settings.server.replace(/\/.*/, "")
    return yield* policy.around<Raw>({ host, general: false, method: null, trouble: () => null }, () => {
      current.site = site
      return op[Symbol.iterator]()
    })
  }

  private error(failure: FailureData, sql?: string, site = current.site): PostgresError {
    return new PostgresError(failure, this.settings, sql === undefined ? { site } : { sql, site })
  }
}

const isPromise = (value: unknown): boolean => typeof (value as { then?: unknown } | null)?.then === "function"

const promised: FailureData = {
  reason: "Invalid",
  message:
    "the function given to transaction() returned a promise, which cannot be waited for: use blocking calls in it."
}

const aborted: FailureData = {
  reason: "Aborted",
  message:
    "the transaction was rolled back at its end, because a statement in it had failed: " +
    "let that error leave the function given to transaction()."
}
