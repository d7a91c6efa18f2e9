/** The fiber dump on a signal. */
import { dump } from "./dump.js"

/** The signal that asks for a dump: `kill -USR2 PID`. SIGUSR1 is Node's own, and SIGQUIT is to end a process. */
export const dumpSignal = "SIGUSR2"

const print = (): void => void process.stderr.write(`greenlift: ${dump()}\n`)

/** Prints a dump on standard error whenever the signal comes, until it is told to stop. Windows has no such signal. */
export const dumpOnSignal = (): (() => void) => {
  if (process.platform === "win32") return () => {}
  process.on(dumpSignal, print)
  return () => void process.off(dumpSignal, print)
}
