/** Request headers, found whatever the case of their names, as the package `caseless` finds them. */

export type Headers = Record<string, unknown>

/** The name under which a header stands, or undefined where it does not. */
export const findHeader = (headers: Headers, name: string): string | undefined => {
  const lower = name.toLowerCase()
  for (const own of Object.keys(headers)) if (own.length === lower.length && own.toLowerCase() === lower) return own
  return undefined
}

/** The value of a header; of several, the last. */
export const getHeader = (headers: Headers, name: string): any => {
  const lower = name.toLowerCase()
  let value: unknown
  for (const own of Object.keys(headers)) if (own.toLowerCase() === lower) value = headers[own]
  return value
}

/** Replaces a header where it stands, or adds it. */
export const setHeader = (headers: Headers, name: string, value: unknown): void => {
  headers[findHeader(headers, name) ?? name] = value
}
