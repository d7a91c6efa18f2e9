/** The server of the throughput bench, as a process of its own. */
import { fork } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"

export interface Pages {
  readonly url: string
  /** What the likes of all pages add up to. */
  readonly sum: number
  /** The CPU the server has used so far, in ms. */
  cpuMs(): Promise<number>
  stop(): void
}

/** Starts it, with so many pages. */
export const startPages = async (pages: number): Promise<Pages> => {
  const server = fork(fileURLToPath(new URL("server.mjs", import.meta.url)), [String(pages)], { execArgv: [] })
  const [url] = (await once(server, "message")) as [string]
  return {
    url,
    sum: (pages * (pages + 1)) / 2,
    cpuMs: async () => {
      server.send("how much CPU?")
      const [ms] = (await once(server, "message")) as [number]
      return ms
    },
    stop: () => void server.kill()
  }
}
