/** What the program's own copy of sync-request is made of. Its pure pieces are used as they are. */
import { createRequire } from "node:module"
import { dirname, join } from "node:path"

export interface Response {
  readonly statusCode: number
  readonly headers: Record<string, string | Array<string>>
  readonly body: Buffer
  readonly url: string
}

interface Multipart {
  append(key: unknown, value: unknown, fileName: unknown): void
  getHeaders(): Record<string, string>
  on(event: "data", listener: (chunk: Buffer | string) => void): void
  resume(): void
}

interface CacheUtils {
  isMatch(requestHeaders: object, cached: object): boolean
  isExpired(cached: object): boolean
  canCache(response: object): boolean
}

export interface Library {
  /** The call itself, as the program knows it. */
  readonly request: (method: unknown, url: unknown, options: unknown) => Response
  readonly Response: new (statusCode: number, headers: object, body: Buffer, url: string) => Response
  /** Merges a query into a URL. */
  readonly withQuery: (url: string, query: unknown) => string
  readonly Multipart: new () => Multipart
  readonly cacheUtils: CacheUtils
  /** Where `cache: "file"` keeps its files. */
  readonly cacheFolder: string
  /** What a value is once it has been sent to the process that sync-request does its work in. */
  readonly clone: (value: unknown) => any
}

const require = createRequire(import.meta.url)

/**
 * The library behind the `request` function of a sync-request, by way of the file that exports it. Undefined where that
 * cannot be found, or is not version 6: then the call stays a blocking one, and is reported as such.
 */
export const libraryOf = (request: Library["request"]): Library | undefined => {
  const file = Object.values(require.cache).find((module) => module?.exports === request)?.filename
  if (file === undefined) return undefined
  const own = createRequire(file)
  try {
    return own("../package.json").version.startsWith("6.") ? open(request, own) : undefined
  } catch {
    return undefined
  }
}

const open = (request: Library["request"], own: NodeJS.Require): Library => {
  const asynchronous = createRequire(own.resolve("then-request"))
  const basic = asynchronous.resolve("http-basic")
  const json = createRequire(own.resolve("sync-rpc"))("./json-buffer")
  return {
    request,
    Response: own("http-response-object"),
    withQuery: (url, query) => asynchronous("./handle-qs").default(url, query),
    get Multipart() {
      return asynchronous("form-data")
    },
    get cacheUtils() {
      return createRequire(basic)("./cache-utils")
    },
    cacheFolder: join(dirname(basic), "cache"),
    clone: (value) => json.parse(json.stringify(value))
  }
}
