/** The header `Retry-After`: how long a server wants to be left alone. */

/**
 * Reads it, in ms from `date`; undefined where there is none, or nobody can make sense of it. It is a number of seconds, or
 * a date in any of the three forms of HTTP (RFC 9110, 5.6.7 and 10.2.3).
 *
 * @param date now, in ms since 1970
 */
export const retryAfterMs = (header: unknown, date: number): number | undefined => {
  if (typeof header === "number") return header >= 0 ? header * 1000 : undefined
  if (typeof header !== "string") return undefined
  const text = header.trim()
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000
  if (!/^[A-Z][a-z]{2,8},? /.test(text)) return undefined
  // The oldest form names no zone: all dates of HTTP are in GMT.
  const at = Date.parse(/GMT$/.test(text) ? text : `${text} GMT`)
  return Number.isNaN(at) ? undefined : Math.max(0, at - date)
}

/** The header in whatever an error carries of an answer: its headers, or a response with headers. */
export const retryAfterOf = (error: unknown): unknown => {
  for (const holder of [error, (error as any)?.response, (error as any)?.cause]) {
    const headers = holder?.headers
    if (typeof headers?.get === "function") {
      const found = headers.get("retry-after")
      if (found !== null && found !== undefined) return found
    } else if (typeof headers === "object" && headers !== null) {
      for (const name of Object.keys(headers)) if (name.toLowerCase() === "retry-after") return headers[name]
    }
  }
  return undefined
}
