export { work } from "./dynamic-inner.mjs"
