/** The world the account-update program runs in: a Postgres with its accounts, and a Graph-like API. */
import pg from "pg"
import { startPostgres } from "../../support/postgres.js"
import { graphPage } from "../../upstreams/graph-data.js"
import { startUpstream, type Upstream } from "../../upstreams/start.js"

export interface WorldOptions {
  /** How many accounts there are; 500 unless given. */
  readonly accounts?: number
  /** ms the API takes for an answer; `LATENCY_MS` or 250 unless given. */
  readonly latency?: number
}

export interface World {
  /** The environment to run the program in. */
  readonly env: NodeJS.ProcessEnv
  readonly graph: Upstream
  readonly ids: ReadonlyArray<string>
  /** Every row as it is now, as text, in the order of the ids. */
  rows(): Promise<ReadonlyArray<string>>
  /** Every row as it is before the program runs. */
  readonly rowsBefore: ReadonlyArray<string>
  /** Every row as it must be when each account has been updated exactly once. */
  readonly rowsAfter: ReadonlyArray<string>
  /** What the program prints when it updates each account. */
  readonly output: string
  /** Puts the rows back as they were, and starts the API's counts again. */
  reset(): Promise<void>
  stop(): Promise<void>
}

const firstId = 100_000_000_000_001

const longAgo = "2017-01-01T00:00:00+0000"

const createTable = `
  CREATE TABLE facebook_accounts (
    id bigint PRIMARY KEY,
    name text NOT NULL,
    category text NOT NULL,
    fan_count integer NOT NULL,
    talking_about_count integer NOT NULL,
    updated_time timestamptz NOT NULL,
    lock_version integer NOT NULL DEFAULT 0
  )`

const fillTable = `
  INSERT INTO facebook_accounts (id, name, category, fan_count, talking_about_count, updated_time)
  SELECT id, 'Account ' || id, 'Unknown', 0, 0, $2 FROM unnest($1::bigint[]) AS id`

const rowsAsText = `
  SELECT concat_ws(' | ', id, name, category, fan_count, talking_about_count,
                   to_char(updated_time AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"+0000"'), lock_version) AS row
    FROM facebook_accounts ORDER BY id`

/** Brings up the world. */
export const startWorld = async (options: WorldOptions = {}): Promise<World> => {
  const ids = Array.from({ length: options.accounts ?? 500 }, (_, n) => String(firstId + n))
  const latency = options.latency ?? Number(process.env.LATENCY_MS ?? 250)
  const postgres = await startPostgres()
  const graph = await startUpstream({ latency })
  const admin = new pg.Client({ connectionString: postgres.url })
  await admin.connect()
  await admin.query(createTable)

  const pages = ids.map(graphPage)
  const world: World = {
    env: { ...process.env, DATABASE_URL: postgres.url, GRAPH_URL: graph.url },
    graph,
    ids,
    rows: async () => (await admin.query<{ row: string }>(rowsAsText)).rows.map(({ row }) => row),
    rowsBefore: ids.map((id) => [id, `Account ${id}`, "Unknown", 0, 0, longAgo, 0].join(" | ")),
    rowsAfter: pages.map((page) => [...Object.values(page), 1].join(" | ")),
    output: [
      ...pages.map((page) => `${page.id} ${page.name}: ${page.fan_count} fans\n`),
      `${pages.length} accounts updated, ${pages.reduce((sum, page) => sum + page.fan_count, 0)} fans\n`
    ].join(""),
    reset: async () => {
      await admin.query("TRUNCATE facebook_accounts")
      await admin.query(fillTable, [ids, longAgo])
      await graph.countAnew()
    },
    stop: async () => {
      await admin.end()
      await postgres.stop()
      await graph.stop()
    }
  }
  await world.reset()
  return world
}
