/** What a Postgres session is opened with, checked, and as one URL, which both ways to run it understand alike. */
import { randomUUID } from "node:crypto"
import { Failure } from "./failure.js"

/** How TLS is set up; `true` demands a certificate that can be verified. */
export type PostgresTls =
  | boolean
  | {
      /** False to take any certificate. @default true */
      readonly rejectUnauthorized?: boolean
      readonly ca?: string
      readonly cert?: string
      readonly key?: string
    }

/** Where the database is and who asks. What is not given is read from libpq's environment (`PGHOST`, `PGUSER`, …). */
export interface PostgresOptions {
  /**
   * `postgres://user:password@host:port/database`.
   * @default the variable `DATABASE_URL`, where neither this nor a host, a port, a user nor a database is given
   */
  readonly url?: string
  /** A name, an address, or the directory of a Unix socket. */
  readonly host?: string
  readonly port?: number
  readonly user?: string
  readonly password?: string
  readonly database?: string
  readonly ssl?: PostgresTls
  /**
   * The most connections that the fibers of one run use at once; the others wait in line. One more is opened for the
   * moment that it takes to cancel a query. Run plainly, a session has a single connection.
   * @default 10
   */
  readonly connections?: number
  /** How long to try to connect, in milliseconds. @default 10000 */
  readonly connectTimeout?: number
  /** How long a statement may run before the server ends it, in milliseconds. @default no limit */
  readonly queryTimeout?: number
  /** What the server's own lists show for this program. @default "greenlift" */
  readonly applicationName?: string
}

/** A session's options, settled; can be sent to another thread. */
export interface Settings {
  readonly id: string
  readonly url: string
  /** Host, port and database, as errors name them. */
  readonly server: string
  readonly ssl: PostgresTls | undefined
  readonly connections: number
  readonly connectTimeout: number
  readonly queryTimeout: number | undefined
  readonly applicationName: string
}

const invalid = (message: string): Failure => new Failure({ reason: "Invalid", message })

/** Settles options, or throws a `Failure` that says which of them is wrong. */
export const settle = (given: PostgresOptions | string): Settings => {
  const options = typeof given === "string" ? { url: given } : given
  const url = urlOf(options)
  const { applicationName = "greenlift", ssl } = options
  const queryTimeout = options.queryTimeout === undefined ? undefined : atLeastOne(options, "queryTimeout", 0)
  for (const name of ["host", "user", "password"] as const) {
    if (options[name] !== undefined) url.searchParams.set(name, options[name])
  }
  if (options.port !== undefined) url.searchParams.set("port", `${atLeastOne(options, "port", 0)}`)
  if (options.database !== undefined) url.pathname = `/${encodeURIComponent(options.database)}`
  if (queryTimeout !== undefined) url.searchParams.set("statement_timeout", `${queryTimeout}`)
  return {
    id: randomUUID(),
    url: url.href,
    server: serverOf(url),
    ssl,
    connections: atLeastOne(options, "connections", 10),
    connectTimeout: atLeastOne(options, "connectTimeout", 10_000),
    queryTimeout,
    applicationName
  }
}

const urlOf = ({ database, host, port, url, user }: PostgresOptions): URL => {
  const named = [host, port, user, database].some((part) => part !== undefined)
  const text = url ?? (named ? "" : process.env["DATABASE_URL"] || "")
  try {
    return new URL(text === "" ? "postgres:///" : text)
  } catch {
    // The text may hold a password, so it is not shown.
    throw invalid("the url given to Postgres is no URL: write it as postgres://user:password@host:5432/database.")
  }
}

const atLeastOne = (
  options: PostgresOptions,
  name: "connections" | "connectTimeout" | "port" | "queryTimeout",
  otherwise: number
): number => {
  const value = options[name] ?? otherwise
  if (Number.isInteger(value) && value >= 1) return value
  throw invalid(`the option ${name} of Postgres is ${String(value)}: give a whole number of at least 1.`)
}

const serverOf = (url: URL): string => {
  const host = url.searchParams.get("host") || url.hostname || process.env["PGHOST"] || "localhost"
  const port = url.searchParams.get("port") || url.port || process.env["PGPORT"] || "5432"
  const database = decodeURIComponent(url.pathname.slice(1)) || process.env["PGDATABASE"]
  return `${decodeURIComponent(host)}:${port}${database === undefined ? "" : `/${database}`}`
}
