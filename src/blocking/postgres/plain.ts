/** A session run plainly: its connection lives in a worker, and this thread blocks until the worker has answered. */
import { startWorker } from "../worker.js"
import { Failure, type FailureData } from "./failure.js"
import type { Settings } from "./options.js"
import type { Raw, Sent } from "./rows.js"

export interface Query {
  readonly settings: Settings
  readonly sql: string
  readonly values: ReadonlyArray<Sent>
}

/** What the worker is asked: a query; to close a session, by its id; or to close them all. */
export type Request = { readonly query: Query } | { readonly close: string } | { readonly closeAll: true }

/** What it answers, and whether the session has a transaction open since. */
export type Answer = ({ readonly raw: Raw } | { readonly failure: FailureData }) & { readonly open: boolean }

type Ask = (request: Request) => Answer

let ask: Ask | undefined

/** One for the process, started by the first query: a program that runs in fibers does without. */
const worker = (): Ask => {
  if (ask !== undefined) return ask
  const started = startWorker<Request, Answer>(new URL("../postgres-worker.js", import.meta.url))
  process.once("exit", () => {
    try {
      started({ closeAll: true })
    } catch {
      // The worker is gone, and its connections with it.
    }
  })
  return (ask = started)
}

/** One session's side of it. */
export class PlainSession {
  /** Whether a transaction is open. */
  open = false
  private used = false

  constructor(private readonly settings: Settings) {}

  query(sql: string, values: ReadonlyArray<Sent>): Raw {
    this.used = true
    const answer = worker()({ query: { settings: this.settings, sql, values } })
    this.open = answer.open
    if ("failure" in answer) throw new Failure(answer.failure)
    return answer.raw
  }

  /** Ends the connection, and with it a transaction that is open. The next query makes a new one. */
  close(): void {
    if (!this.used) return
    this.used = false
    this.open = false
    worker()({ close: this.settings.id })
  }
}
