/** The options of a call as they reach the process that sync-request does its work in: as JSON, functions left out. */

/** One field of a form. */
export interface FormEntry {
  readonly key: unknown
  readonly value: unknown
  readonly fileName?: unknown
}

/** Nothing is known of their types: a program may have passed anything. */
export interface Options {
  qs?: unknown
  headers?: Record<string, unknown> | null
  body?: unknown
  json?: unknown
  form?: ReadonlyArray<FormEntry>
  timeout?: unknown
  socketTimeout?: unknown
  followRedirects?: unknown
  maxRedirects?: unknown
  allowRedirectHeaders?: ReadonlyArray<string> | null
  gzip?: unknown
  retry?: unknown
  retryDelay?: unknown
  maxRetries?: unknown
  cache?: unknown
  agent?: any
}

/** @param clone what a value is once it has been there and back */
export const optionsFrom = (given: unknown, clone: (value: unknown) => any): Options => {
  const options: Record<string, unknown> = {}
  if (!given) return options
  for (const name of Object.keys(given)) {
    const value = (given as Record<string, unknown>)[name]
    if (value === undefined || typeof value === "function") continue
    if (typeof value === "string" || typeof value === "boolean") options[name] = value
    else if (Buffer.isBuffer(value)) options[name] = Buffer.from(value)
    else if (name === "form") options[name] = value && formEntries(value, clone)
    else options[name] = isPlain(value) ? { ...value } : clone(value)
  }
  return options
}

const formEntries = (form: any, clone: (value: unknown) => any): unknown =>
  form._entries === undefined ? undefined : clone(form._entries)

/** Whether a value holds strings and nothing else, as headers mostly do. */
const isPlain = (value: unknown): value is Record<string, string> => {
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return false
  for (const name of Object.keys(value)) if (typeof (value as Record<string, unknown>)[name] !== "string") return false
  return true
}
