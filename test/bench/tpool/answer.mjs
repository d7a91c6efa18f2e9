/** What the bench calls in a thread: as a function, and, started as a worker, for messages. */
import { parentPort } from "node:worker_threads"

export const answer = (n) => n + 1

export default answer

if (parentPort !== null) parentPort.on("message", (n) => parentPort.postMessage(answer(n)))
