/** What lifted source imports: the helpers it is written in, with every hand-written twin in place. */
export { commit, loop } from "../concurrency/loop.js"
export * from "../runtime/emitted.js"
