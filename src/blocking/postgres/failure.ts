/** What can go wrong with a query, as data: found where the connection is, and sent to where the query was made. */

/**
 * Why a query failed.
 *
 * - `Refused`: no connection could be made
 * - `Auth`: the server did not accept the user or the password
 * - `Query`: the server rejected the statement, or gave it up
 * - `Timeout`: connecting took longer than `connectTimeout`, or a statement longer than `queryTimeout`
 * - `Lost`: the connection broke
 * - `Closed`: the session was closed before
 * - `Aborted`: the transaction was rolled back at its COMMIT, because a statement in it had failed
 * - `Rows`: `one` found no row, or several
 * - `Invalid`: an option or an argument was wrong
 * - `NotLifted`: a query inside a transaction was made through a frame that is not lifted
 */
export type PostgresReason =
  | "Refused"
  | "Auth"
  | "Query"
  | "Timeout"
  | "Lost"
  | "Closed"
  | "Aborted"
  | "Rows"
  | "Invalid"
  | "NotLifted"

/** What the server says about a failed statement besides its message. */
export interface ServerReport {
  readonly sqlState?: string
  readonly detail?: string
  readonly hint?: string
  /** Where in the statement, as a count of characters from 1. */
  readonly position?: number
  readonly schema?: string
  readonly table?: string
  readonly column?: string
  readonly constraint?: string
}

export interface FailureData extends ServerReport {
  readonly reason: PostgresReason
  readonly message: string
}

/** A failure on its way to the call that it belongs to, where it becomes a `PostgresError`. */
export class Failure {
  constructor(readonly data: FailureData) {}
}

interface Thrown {
  readonly message: string
  readonly code?: string
  readonly severity?: string
  readonly errors?: ReadonlyArray<Thrown>
  readonly detail?: string
  readonly hint?: string
  readonly position?: string
  readonly schema?: string
  readonly table?: string
  readonly column?: string
  readonly constraint?: string
}

const queryCanceled = "57014"
const refusing = new Set(["57P03", "53300", "3D000"])

/** Whether the server said it, rather than the network; and whether the connection outlives it. */
export const isReport = (error: unknown): boolean => (error as Thrown).severity !== undefined
export const isFatal = (error: unknown): boolean =>
  !isReport(error) || ["FATAL", "PANIC"].includes((error as Thrown).severity!)

/** The failure behind what `pg` threw while it connected. */
export const failedToConnect = (error: unknown): FailureData => {
  const thrown = error as Thrown
  const report = reportOf(thrown)
  const message = thrown.message || thrown.errors?.[0]?.message || String(error)
  if (report.sqlState?.startsWith("28") || message.startsWith("SASL")) return { reason: "Auth", message, ...report }
  if (/time(d )?out/i.test(message) && thrown.code === undefined) return { reason: "Timeout", message }
  return { reason: "Refused", message, ...report }
}

/** The failure behind what `pg` threw at a statement. */
export const failedToQuery = (error: unknown, timed: boolean): FailureData => {
  const thrown = error as Thrown
  const report = reportOf(thrown)
  const message = thrown.message || String(error)
  if (refusing.has(report.sqlState!)) return { reason: "Refused", message, ...report }
  if (isFatal(error)) return { reason: "Lost", message, ...report }
  return { reason: timed && report.sqlState === queryCanceled ? "Timeout" : "Query", message, ...report }
}

const reportOf = (thrown: Thrown): ServerReport => {
  if (!isReport(thrown)) return {}
  const { code, column, constraint, detail, hint, position, schema, table } = thrown
  const report = {
    sqlState: code,
    detail,
    hint,
    position: position === undefined ? undefined : Number(position),
    schema,
    table,
    column,
    constraint
  }
  return Object.fromEntries(Object.entries(report).filter(([, value]) => value !== undefined))
}

/** The connection that holds a transaction is gone, and the transaction with it. */
export const transactionLost: FailureData = {
  reason: "Lost",
  message: "the connection broke earlier in this transaction, of which nothing was kept"
}

/** Whether a statement ends a transaction without keeping anything. */
export const rollsBack = (sql: string): boolean => /^\s*(rollback|abort)\b(?!.*\bto\b)/is.test(sql)
