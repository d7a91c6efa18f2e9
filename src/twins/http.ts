/**
 * HTTP for twins: one exchange as an op. See `http/exchange.ts` for what it does, `http/transfer.ts` for what goes in and
 * comes out.
 */
import "./http/session.js"

export { HttpAgent } from "./http/agent.js"
export { Exchange, NodeExchange } from "./http/exchange.js"
export { foldHeaders, type HttpHeaders } from "./http/headers.js"
export type { NodeRequest } from "./http/node-transfer.js"
export { type Closable, openedIn } from "./http/opened.js"
export { policed } from "./http/policed.js"
export { Failure, type HttpRequest, isRedirect, Refused, Reply, TimedOut } from "./http/transfer.js"
