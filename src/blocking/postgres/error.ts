import { fileURLToPath } from "node:url"
import { siteOf } from "../../runtime/sites.js"
import type { FailureData, PostgresReason, ServerReport } from "./failure.js"
import type { Settings } from "./options.js"

/** The call that failed. */
export interface Asked {
  readonly sql?: string
  /** The number of the call site, in lifted code. */
  readonly site: number
}

/**
 * What the methods of `Postgres` throw. `reason` says what kind of trouble it is, from a closed list; `sqlState` is the
 * server's own code, which tells one rejected statement from another.
 *
 * @example
 * import { Postgres, PostgresError } from "greenlift/blocking"
 *
 * const uniqueViolation = "23505"
 * const db = new Postgres()
 * try {
 *   db.query("INSERT INTO accounts (id) VALUES ($1)", [1])
 * } catch (error) {
 *   if (!(error instanceof PostgresError && error.sqlState === uniqueViolation)) throw error
 * }
 */
export class PostgresError extends Error implements ServerReport {
  readonly _tag = "PostgresError"
  override readonly name = "PostgresError"
  /** `GREENLIFT_POSTGRES_` and the reason: `GREENLIFT_POSTGRES_REFUSED`. */
  readonly code: string
  readonly reason: PostgresReason
  /** The statement, shortened. */
  declare readonly sql?: string
  /** `file:line:column` of the call in the program, where that is known. */
  declare readonly place?: string
  declare readonly sqlState?: string
  declare readonly detail?: string
  declare readonly hint?: string
  declare readonly position?: number
  declare readonly schema?: string
  declare readonly table?: string
  declare readonly column?: string
  declare readonly constraint?: string

  constructor(failure: FailureData, settings: Settings | undefined, asked: Asked) {
    super(describe(failure, settings, asked.sql))
    const { message, reason, ...report } = failure
    this.reason = reason
    this.code = `GREENLIFT_POSTGRES_${reason.replace(/(?<=[a-z])(?=[A-Z])/, "_").toUpperCase()}`
    Object.assign(this, report)
    if (asked.sql !== undefined) Object.assign(this, { sql: shorten(asked.sql) })
    captureWhole(this)
    const place = placeOf(asked.site, this.stack ?? "")
    if (place !== undefined) Object.assign(this, { place })
  }
}

/** A statement on one line, cut short. */
export const shorten = (sql: string, length = 200): string => {
  const line = sql.replace(/\s+/g, " ").trim()
  return line.length > length ? `${line.slice(0, length - 1)}…` : line
}

const describe = (failure: FailureData, settings: Settings | undefined, sql: string | undefined): string => {
  const { message, reason, sqlState } = failure
  const server = settings?.server ?? ""
  const said = `${message}${sqlState === undefined ? "" : ` (${sqlState})`}`
  switch (reason) {
    case "Refused":
      return `no connection to Postgres at ${server}: ${said}. Start the server, or correct the url given to Postgres.`
    case "Auth":
      return `Postgres at ${server} lets nobody in: ${said}. Correct the user and the password given to Postgres.`
    case "Query":
      return [`${said} in: ${shorten(sql ?? "")}`, failure.detail, failure.hint, advice(sqlState)]
        .filter((part) => part !== undefined)
        .map((part) => part.replace(/\.?$/, "."))
        .join(" ")
    case "Timeout":
      return sqlState === undefined
        ? `no connection to Postgres at ${server} within ${settings?.connectTimeout} ms. See whether it can be reached, or raise connectTimeout.`
        : `not done within ${settings?.queryTimeout} ms: ${shorten(sql ?? "")}. Make the statement faster, or raise queryTimeout.`
    case "Lost":
      return `lost the connection to Postgres at ${server}: ${said}. See whether the statement took effect, then run it again.`
    case "Closed":
      return "this Postgres session is closed. Close it after the last query, or make a new one."
    default:
      return message
  }
}

/** What to do about a rejected statement, by the class of its code. */
const advice = (sqlState = ""): string => {
  switch (sqlState.slice(0, 2)) {
    case "22":
      return "Correct the values"
    case "23":
      return "Change the values, or catch this error by its sqlState"
    case "25":
      return "Let the first error end the transaction"
    case "40":
      return "Run the transaction again"
    case "53":
    case "55":
      return "Try again later"
    case "57":
      return "Find out who cancelled it"
    default:
      return "Correct the statement"
  }
}

/** How many frames of the session's own, and of the engine's, may stand between an error and the call of the program. */
const ownFrames = 12

/** Takes the stack so far that the program's own frames are on it too. */
const captureWhole = (error: PostgresError): void => {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit += ownFrames
  Error.captureStackTrace(error, PostgresError)
  Error.stackTraceLimit = stackTraceLimit
}

const root = fileURLToPath(new URL("../../", import.meta.url))

const placeOf = (number: number, stack: string): string | undefined => {
  if (number !== 0) {
    const { column, file, line } = siteOf(number)
    return `${file}:${line}:${column}`
  }
  for (const line of stack.split("\n").slice(1)) {
    const found = /\(?((?:file:\/\/)?\/[^()]*):(\d+):(\d+)\)?$/.exec(line)
    if (found === null) continue
    const file = found[1]!.startsWith("file:") ? fileURLToPath(found[1]!) : found[1]!
    if (!file.startsWith(root)) return `${file}:${found[2]}:${found[3]}`
  }
  return undefined
}
