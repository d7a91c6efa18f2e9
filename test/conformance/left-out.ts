/** The cases of conformance sections 4.1 to 4.11 and 4.13 to 4.15 that have no test here, each with its reason. */
const python = "Python only: what a proxy answers to an operator of the language, which JavaScript does not let it tell"

/** The ids `PREFIX-from` to `PREFIX-to`, all for one reason. */
const range = (prefix: string, from: number, to: number, reason: string): Record<string, string> =>
  Object.fromEntries(
    Array.from({ length: to - from + 1 }, (_, i) => [`${prefix}-${String(from + i).padStart(2, "0")}`, reason])
  )

const onlyPython = "Python only"
const sockets = "sockets are Node's: what is made green are requests, queries and child processes"
const servers = "the toolbox has no servers: Node's own run beside the fibers"
const backends = "the event loop is Node's, and cannot be chosen"
const threads = "Node's threads share no objects: a task cannot be used from another one"
const weak = "Python only: what the garbage collector does there at once"

export const leftOut: Readonly<Record<string, string>> = {
  "GP-13": "Python only; that `null` for the function gives tuples is asserted with GP-14",
  "Q-25": "a process-level interrupt is no exception in JavaScript: SIGINT interrupts the run from outside",
  "TP-06": python,
  "TP-07": python,
  "TP-08": python,
  "TP-09": python,
  "H-04": sockets,
  "H-08": "there is nothing to switch on: a fiber's records are kept at all times, for the dump",
  "H-09": "there is nothing to switch on: a failure that nobody waits for always reaches its scope",
  "H-11": onlyPython,
  "H-12": onlyPython,
  "H-17": onlyPython,
  "H-18": onlyPython,
  "H-20": "a task has no parent to return to: its scope owns it, and ends after it",
  "H-21": backends,
  "H-22": backends,
  ...range("DB", 1, 7, "Python only: a tracer of lines, which Node's inspector has"),
  "DB-09": "a failure that somebody waits for is not printed as well, as X-20 asserts",
  "TH-06": onlyPython,
  "TH-07": "each worker thread of Node loads the toolbox for itself",
  "TM-01": onlyPython,
  ...range("AP", 1, 5, sockets),
  "AP-09": onlyPython,
  ...range("CV", 1, 11, servers),
  "EN-01": backends,
  "EN-02": "names are looked up by Node, in threads of its own",
  ...range("EN", 3, 5, "the number of threads is the program's to set, by `tpool.setNumThreads` (TP-21)"),
  ...range("BD", 1, 4, "Node has its inspector, and a running program prints its fibers on SIGUSR2"),
  "AS-01": "promises and what is built on them run as they are, beside the fibers",
  "AS-05": "timers of promises are Node's own",
  "AS-14": "covered by the cases of tpool",
  "AS-15": "names are looked up by Node",
  "AS-16": "nothing is patched",
  ...range("VP", 8, 12, "a pool runs what it was given to run: tasks from elsewhere are put in a `Group`"),
  "VQ-04": "a queue's storage is chosen by its class, not by hooks of a subclass",
  "VQ-05": onlyPython,
  "VQ-17": "a queue's storage is chosen by its class",
  "VQ-27": weak,
  ...range("VE", 13, 17, threads),
  "VG-06": "there is one kind of link, which is told how its task ended",
  "VG-07": "there is one kind of link, which is told how its task ended",
  "VG-34": "instruments hear of every fiber that is spawned",
  "VG-35": onlyPython,
  "VG-36": onlyPython,
  "VG-57": weak,
  "VL-03": weak,
  "VL-04": weak,
  "VL-06": threads,
  "VL-07": threads,
  ...range("VL", 9, 11, threads),
  "VL-13": onlyPython,
  "VT-04": "`false` is of meaning to a block only, and a timeout is nothing but a block's",
  "VT-05": "what a timeout throws is given as an error, which has a text of its own",
  "VT-15": weak,
  "TP-30": "there is no process-wide default timeout of sockets that a thread could inherit"
}

const same = "nothing in it waits, and the object is the same in both faces"
const turn = "an Effect may take a turn where a call goes on at once"
const uncatchable =
  "an Effect that is killed with an error is interrupted and fails with it: there is nothing to catch it in"
const session =
  "a session of `Postgres` belongs to the run of lifted code it is used in; programs of Effects have `SqlClient`"
const process = "it is of the process, and the same in both faces"

/** The cases that are tested in the sync-looking face only, each with its reason. */
export const onlyGreen: Readonly<Record<string, string>> = {
  "GP-23": same,
  "Q-21": same,
  "Q-22": same,
  "S-07": same,
  "T-01": same,
  "T-02": same,
  "T-06": same,
  "D-03": turn,
  "D-04": turn,
  "D-14": same,
  "D-15": same,
  "DP-02": session,
  "DP-10": session,
  "DP-11": session,
  "DP-25": session,
  "DP-26": session,
  "TP-29": process,
  "TP-31": process,
  "H-13": process,
  "H-14": process,
  "H-15": process,
  "H-16": process,
  "H-19": "what is left of a run is looked for after each test of either face",
  "DB-08": "what an Effect waits for is known to Effect's own tools",
  "TH-03": "what an Effect calls plainly is no method of a task",
  "TH-04": "the values of an Effect fiber are Effect's to let go",
  "TH-05": same,
  "TM-02": "what is left of a run is looked for after each test of either face",
  "AP-06": uncatchable,
  "VP-14": same,
  "VP-36": same,
  "VS-05": uncatchable,
  "VS-09": uncatchable,
  "VG-27": same
}
