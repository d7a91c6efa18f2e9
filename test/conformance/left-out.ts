/** The cases of conformance sections 4.1 to 4.10 and 4.14 that have no test here, each with its reason. */
const python = "Python only: what a proxy answers to an operator of the language, which JavaScript does not let it tell"

export const leftOut: Readonly<Record<string, string>> = {
  "GP-13": "Python only; that `null` for the function gives tuples is asserted with GP-14",
  "Q-25": "a process-level interrupt is no exception in JavaScript: SIGINT interrupts the run from outside",
  "TP-06": python,
  "TP-07": python,
  "TP-08": python,
  "TP-09": python,
  "TP-30": "there is no process-wide default timeout of sockets that a thread could inherit"
}
