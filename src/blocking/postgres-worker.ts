/** The thread that holds the connections of sessions run plainly: one for each session. See `postgres/plain.ts`. */
import pg from "pg"
import { runAsWorker } from "synckit"
import { ask, isOpen } from "./postgres/ask.js"
import { failedToConnect, failedToQuery, isFatal, rollsBack, transactionLost } from "./postgres/failure.js"
import type { Settings } from "./postgres/options.js"
import type { Answer, Query, Request } from "./postgres/plain.js"
import { type Raw, untyped } from "./postgres/rows.js"

/** How long a server may take to say goodbye. */
const goodbyeMs = 500

const nothing: Raw = { command: null, rowCount: null, fields: [], rows: [] }

class Session {
  private client: pg.Client | undefined = undefined
  /** Whether the connection broke while it held a transaction. */
  private lost = false

  async query({ settings, sql, values }: Query): Promise<Answer> {
    if (this.lost) return this.afterLoss(sql)
    let client: pg.Client
    try {
      client = this.client ?? (await this.connect(settings))
    } catch (error) {
      return { failure: failedToConnect(error), open: false }
    }
    return new Promise((answer) => {
      ask(client, sql, values, (error, raw) => {
        if (error === null) return answer({ raw: raw!, open: isOpen(client) })
        if (isFatal(error)) this.lose(client)
        const failure = failedToQuery(error, settings.queryTimeout !== undefined)
        answer({ failure, open: this.lost || isOpen(client) })
      })
    })
  }

  private async connect(settings: Settings): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: settings.url,
      connectionTimeoutMillis: settings.connectTimeout,
      application_name: settings.applicationName,
      types: untyped,
      ...(settings.ssl === undefined ? {} : { ssl: settings.ssl })
    })
    client.on("error", () => this.lose(client))
    await client.connect()
    return (this.client = client)
  }

  private lose(client: pg.Client): void {
    if (this.client !== client) return
    this.lost = isOpen(client)
    this.client = undefined
    client.end().catch(() => {})
  }

  private afterLoss(sql: string): Answer {
    if (!rollsBack(sql)) return { failure: transactionLost, open: true }
    this.lost = false
    return { raw: { ...nothing, command: "ROLLBACK" }, open: false }
  }

  async close(): Promise<void> {
    const { client } = this
    this.client = undefined
    this.lost = false
    const late = new Promise((resolve) => setTimeout(resolve, goodbyeMs).unref())
    await Promise.race([client?.end().catch(() => {}), late])
  }
}

const sessions = new Map<string, Session>()

const close = async (ids: Iterable<string>): Promise<Answer> => {
  const closing = [...ids].map((id) => {
    const session = sessions.get(id)
    sessions.delete(id)
    return session?.close()
  })
  await Promise.all(closing)
  return { raw: nothing, open: false }
}

runAsWorker((request: Request): Promise<Answer> => {
  if ("closeAll" in request) return close(sessions.keys())
  if ("close" in request) return close([request.close])
  const { id } = request.query.settings
  let session = sessions.get(id)
  if (session === undefined) sessions.set(id, (session = new Session()))
  return session.query(request.query)
})
