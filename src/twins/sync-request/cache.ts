/** The two caches that sync-request can be told to use, kept as it keeps them. */
import { createHash } from "node:crypto"
import * as fs from "node:fs/promises"
import { join } from "node:path"
import type { HttpHeaders } from "../http.js"
import type { Library } from "./library.js"

/** A cached response without its body: what stands in the file. */
interface Meta {
  readonly statusCode: number
  readonly headers: HttpHeaders
  readonly requestHeaders: Record<string, unknown>
  /** When it was asked for, in ms since 1970. */
  readonly requestTimestamp: number
}

export interface Cached extends Meta {
  readonly body: Buffer
}

export interface Cache {
  read(url: string): Promise<Cached | null>
  write(url: string, cached: Cached): Promise<void>
  /** Deletes what is kept for a URL. Rejects where that cannot be done. */
  invalidate(url: string): Promise<void>
}

/** `cache: "memory"`: as long as the process lives. */
class MemoryCache implements Cache {
  private readonly kept = new Map<string, Cached>()

  async read(url: string): Promise<Cached | null> {
    return this.kept.get(url) ?? null
  }

  async write(url: string, cached: Cached): Promise<void> {
    this.kept.set(url, cached)
  }

  async invalidate(url: string): Promise<void> {
    this.kept.delete(url)
  }
}

/** `cache: "file"`: in the files of http-basic's own, so that what one has kept the other finds. */
class FileCache implements Cache {
  constructor(private readonly folder: string) {}

  async read(url: string): Promise<Cached | null> {
    const file = this.file(url)
    try {
      const meta = JSON.parse(await fs.readFile(`${file}.json`, "utf8")) as Meta
      return { ...meta, body: await fs.readFile(`${file}.body`) }
    } catch (error) {
      if (!isMissing(error)) console.warn(`Error reading from cache: ${(error as Error).message}`)
      return null
    }
  }

  async write(url: string, { body, ...meta }: Cached): Promise<void> {
    const file = this.file(url)
    try {
      await fs.mkdir(this.folder, { recursive: true })
      await fs.writeFile(`${file}.body`, body)
      await fs.writeFile(`${file}.json`, JSON.stringify(meta, null, "  "))
    } catch (error) {
      console.warn(`Error writing to cache: ${(error as Error).message}`)
    }
  }

  async invalidate(url: string): Promise<void> {
    await fs.rm(`${this.file(url)}.json`, { force: true })
  }

  private file(url: string): string {
    return join(this.folder, createHash("sha512").update(url).digest("hex"))
  }
}

const memoryCaches = new WeakMap<Library, Cache>()

/** The cache that an option names. Throws what http-basic does where it names none. */
export const cacheOf = (option: unknown, library: Library): Cache | null => {
  if (!option) return null
  if (option === "file") return new FileCache(library.cacheFolder)
  if (option !== "memory") {
    const needed = "`getResponse`, `setResponse` and `invalidateResponse` methods"
    throw new TypeError(`${option} is not a valid cache, caches must have ${needed}.`)
  }
  let cache = memoryCaches.get(library)
  if (cache === undefined) memoryCaches.set(library, (cache = new MemoryCache()))
  return cache
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === "ENOENT"
