/** What lifted source imports: the helpers it is written in, with every hand-written twin in place. */
import "../runtime/builtins/index.js"
import "../twins/index.js"
import "../concurrency/output.js"
import { detectDeadlocks } from "../trace/deadlock.js"
import { readFromFiles } from "./texts.js"

detectDeadlocks()
readFromFiles()

export { loop, turns } from "../concurrency/loop.js"
export { head } from "../concurrency/source.js"
export { attempt, commit, given, inOrder, isPlain } from "../concurrency/turn.js"
export * from "../runtime/emitted.js"
export { unlisted } from "./unlisted.js"
