/** Starts an upstream stand-in as a process of its own, which ends with this one. */
import { fork } from "node:child_process"
import { once } from "node:events"
import { createRequire } from "node:module"
import { fileURLToPath, pathToFileURL } from "node:url"
import type { Command, Message, Stats, Switches } from "./switches.js"

export interface Upstream {
  readonly url: string
  /** What it has seen so far; it answers this even while it refuses connections. */
  stats(): Promise<Stats>
  /** Changes the switches given; the others stay as they are. */
  set(switches: Partial<Switches>): Promise<void>
  /** Starts every count again from zero. */
  countAnew(): Promise<void>
  stop(): Promise<void>
}

export interface UpstreamOptions extends Partial<Switches> {
  /** The file beside this one to run. */
  readonly file?: string
  /** 0, the default, takes any free one. */
  readonly port?: number
}

const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href

/**
 * Starts the Graph-like API, or another upstream of this folder. It has a process group of its own: a Ctrl-C on the
 * terminal must not take the upstream away from the program that is being stopped.
 */
export const startUpstream = async ({
  file = "graph.ts",
  port = 0,
  ...switches
}: UpstreamOptions = {}): Promise<Upstream> => {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), ["--port", String(port), "--latency", "0"], {
    execArgv: ["--import", loader],
    serialization: "advanced",
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    detached: true
  })
  const waiting = new Map<number, (stats: Stats) => void>()
  let lastId = 0
  const command = (what: Omit<Command, "id">): Promise<Stats> =>
    new Promise((resolve, reject) => {
      const id = ++lastId
      waiting.set(id, resolve)
      child.send({ id, ...what } satisfies Command, (error) => error && reject(error))
    })

  const url = await new Promise<string>((resolve, reject) => {
    child.on("message", (message: Message) => {
      if (message._tag === "Listening") return resolve(message.url)
      waiting.get(message.id)?.(message.stats)
      waiting.delete(message.id)
    })
    child.once("exit", (code) => reject(new Error(`the upstream ${file} ended with code ${code} before it listened`)))
  })
  await command({ set: switches })

  return {
    url,
    stats: () => command({}),
    set: async (changed) => void (await command({ set: changed })),
    countAnew: async () => void (await command({ countAnew: true })),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, "exit")
      child.kill("SIGKILL")
      await ended
    }
  }
}
