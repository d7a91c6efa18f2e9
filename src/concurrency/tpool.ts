/** Worker threads, for what computes or cannot be made green: `import { tpool } from "greenlift/green"`. */
export { execute, killall, numThreads, setNumThreads, type Target } from "./tpool/execute.js"
export { close, get, has, keys, type Makes, type Proxied, type ProxyOptions, proxy, set } from "./tpool/proxy.js"
export type { Named } from "./tpool/reach.js"
