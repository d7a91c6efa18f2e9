/** Runs programs as child processes of the tests. */
import { spawn } from "node:child_process"
import { createRequire } from "node:module"
import { fileURLToPath, pathToFileURL } from "node:url"

export interface Finished {
  /** null when a signal ended it. */
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly finished: Promise<Finished>
  signal(signal: NodeJS.Signals): void
  /** Waits until it has printed something like this, or has ended. */
  printed(pattern: RegExp): Promise<void>
}

const root = fileURLToPath(new URL("../..", import.meta.url))

const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href

/** Starts `node` with these arguments in the root of the project, and collects what it prints. */
export const start = (args: ReadonlyArray<string>, env: NodeJS.ProcessEnv): Running => {
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] })
  const output = { stdout: "", stderr: "" }
  const waiting = new Set<() => void>()
  const look = (): void => {
    for (const each of [...waiting]) each()
  }
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text) => {
      output[stream] += text
      look()
    })
  }
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on("error", reject)
    child.on("close", (code) => resolve({ code, ...output }))
  })
  const printed = (pattern: RegExp): Promise<void> => {
    const match = new Promise<void>((resolve) => {
      const check = (): void => {
        if (!pattern.test(output.stdout) && !pattern.test(output.stderr)) return
        waiting.delete(check)
        resolve()
      }
      waiting.add(check)
      check()
    })
    return Promise.race([match, finished.then(() => {})])
  }
  return { finished, printed, signal: (signal) => child.kill(signal) }
}

/** Starts `greenlift run` with these arguments. */
export const startGreenlift = (args: ReadonlyArray<string>, env: NodeJS.ProcessEnv): Running =>
  start(["dist/cli/main.js", "run", ...args], env)

/** Runs `greenlift run` with these arguments to its end. */
export const greenlift = (args: ReadonlyArray<string>, env: NodeJS.ProcessEnv): Promise<Finished> =>
  startGreenlift(args, env).finished

/** Runs a TypeScript program to its end, by tsx. */
export const runTsx = (args: ReadonlyArray<string>, env: NodeJS.ProcessEnv): Promise<Finished> =>
  start(["--import", tsx, ...args], env).finished

/** Runs `greenlift doctor` on a program. */
export const greenliftDoctor = (file: string): Promise<Finished> =>
  start(["dist/cli/main.js", "doctor", file], process.env).finished
