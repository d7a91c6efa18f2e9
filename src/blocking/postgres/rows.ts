/**
 * Parameters and rows. Both are converted here, next to the program, by `pg`'s own converters, so they are the same
 * however the statement travels; in between they are the text of Postgres.
 */
import { createRequire } from "node:module"
import pg from "pg"

/** A parameter as it is sent. */
export type Sent = string | Uint8Array | null

/** A result as it comes. */
export interface Raw {
  /** The first word of the server's answer: `SELECT`, `COMMIT`, … */
  readonly command: string | null
  readonly rowCount: number | null
  readonly fields: ReadonlyArray<readonly [name: string, type: number]>
  readonly rows: ReadonlyArray<ReadonlyArray<string | null>>
}

/** What a query gives. */
export interface QueryResult<Row> {
  readonly rows: Array<Row>
  /** How many rows the statement returned, or how many it changed. */
  readonly rowCount: number
}

const { prepareValue } = createRequire(import.meta.url)("pg/lib/utils") as {
  readonly prepareValue: (value: unknown) => Sent
}

export const send = (params: ReadonlyArray<unknown>): Array<Sent> => params.map((value) => prepareValue(value))

const asItIs = (text: string): string => text

/** For a `pg` connection: leaves every value as the text it came in. */
export const untyped: pg.CustomTypesConfig = { getTypeParser: () => asItIs as never }

/** The result of the last statement, of a query that may hold several. */
export const rawOf = (result: pg.QueryArrayResult | Array<pg.QueryArrayResult>): Raw => {
  const { command, fields, rowCount, rows } = Array.isArray(result) ? result.at(-1)! : result
  return { command, rowCount, fields: fields.map(({ dataTypeID, name }) => [name, dataTypeID]), rows }
}

export const resultOf = <Row>({ fields, rowCount, rows }: Raw): QueryResult<Row> => {
  const columns = fields.map(([name, type]) => ({ name, parse: pg.types.getTypeParser(type, "text") }))
  const rowOf = (values: ReadonlyArray<string | null>): Row => {
    const row: Record<string, unknown> = {}
    columns.forEach(({ name, parse }, i) => {
      const value = values[i]!
      row[name] = value === null ? null : parse(value)
    })
    return row as Row
  }
  return { rows: rows.map(rowOf), rowCount: rowCount ?? 0 }
}
