/** The cases of conformance sections 4.1 to 4.9 and 4.14 that have no test here, each with its reason. */
const notBuilt = "tpool, the offload to worker threads, is not built yet"

export const leftOut: Readonly<Record<string, string>> = {
  "GP-13": "Python only; that `null` for the function gives tuples is asserted with GP-14",
  "Q-25": "a process-level interrupt is no exception in JavaScript: SIGINT interrupts the run from outside",
  "X-19": notBuilt,
  ...Object.fromEntries(Array.from({ length: 31 }, (_, i) => [`TP-${String(i + 1).padStart(2, "0")}`, notBuilt]))
}
