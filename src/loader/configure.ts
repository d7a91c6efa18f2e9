/** Registered to change the settings of hooks that are in place already, in the thread they run in. */
export { initialize } from "./hooks.js"
