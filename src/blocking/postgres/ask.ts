import type pg from "pg"
import { isFatal } from "./failure.js"
import { type Raw, rawOf, type Sent } from "./rows.js"

/** Runs a statement, and calls back when the connection is idle again, or broken. */
export const ask = (
  client: pg.ClientBase,
  sql: string,
  values: ReadonlyArray<Sent>,
  done: (error: Error | null, raw?: Raw) => void
): void => {
  const query = { text: sql, values: values as Array<unknown>, rowMode: "array" } as const
  client.query<Array<any>>(query, (error: Error | null | undefined, result) => {
    if (!error) done(null, rawOf(result))
    else if (isFatal(error)) done(error)
    else whenIdle(client, () => done(error))
  })
}

/** The server says in what state it is left only after it has reported what was wrong. */
const whenIdle = (client: pg.ClientBase, then: () => void): void => {
  const idle = (): void => {
    client.off("drain", idle).off("end", idle)
    then()
  }
  client.on("drain", idle).on("end", idle)
}

/** Whether a transaction is open on it, or was when it broke. */
export const isOpen = (client: pg.ClientBase): boolean =>
  ["T", "E"].includes((client as pg.Client).getTransactionStatus() as string)
