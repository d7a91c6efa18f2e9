/** Help with tests of lifted code, by vitest: `greenlift/testing`. */
export { dumpOnTimeout, type TestContext } from "./dump.js"
