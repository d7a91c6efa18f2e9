/** Starts workers. */
import { createRequire } from "node:module"
import { fileURLToPath, pathToFileURL } from "node:url"
import { Worker, type WorkerOptions } from "node:worker_threads"
import { createSyncFn } from "synckit"

/**
 * What a worker answers, as a function that blocks until it has. The worker does not keep the process alive.
 *
 * @param file where its module lies once it is built; run from the sources, its TypeScript is taken instead
 */
export const startWorker = <Asked, Answer>(file: URL): ((asked: Asked) => Answer) =>
  createSyncFn<(asked: Asked) => Promise<Answer>>(fileURLToPath(file), {
    tsRunner: "tsx",
    execArgv: runsFromSources ? ["--import", readTypeScript()] : []
  })

/**
 * A worker to send messages to. Its module is found as `startWorker` finds it. It is started without the program's own
 * `--import`, which would lift what runs there.
 */
export const openWorker = (file: URL, options: WorkerOptions): Worker =>
  runsFromSources
    ? new Worker(new URL(file.href.replace(/\.js$/, ".ts")), { ...options, execArgv: ["--import", readTypeScript()] })
    : new Worker(file, { ...options, execArgv: [] })

const runsFromSources = import.meta.url.endsWith(".ts")

/** A module that makes a worker read TypeScript: on Node 20 `--import tsx` does so in the main thread only. */
const readTypeScript = (): string => {
  const tsx = new URL("index.mjs", pathToFileURL(createRequire(import.meta.url).resolve("tsx/esm/api")))
  return `data:text/javascript,import { register } from "${tsx}"; register()`
}
