/** undici's agent as every exchange here wants it: no timeout but the request's own, and nothing left once it is closed. */
import { createRequire } from "node:module"
import type { Socket } from "node:net"
import type { Agent, buildConnector, Dispatcher } from "undici"

// Not the package's index: that loads fetch, WebSocket and `async_hooks` too, and takes three times as long.
const require = createRequire(import.meta.url)

export class HttpAgent {
  readonly dispatcher: Dispatcher
  private readonly sockets = new Set<Socket>()

  constructor() {
    const undici: { Agent: typeof Agent; buildConnector: typeof buildConnector } = {
      Agent: require("undici/lib/dispatcher/agent.js"),
      buildConnector: require("undici/lib/core/connect.js")
    }
    const connect = undici.buildConnector({ timeout: 0 }) as (...args: Parameters<buildConnector.connector>) => Socket
    this.dispatcher = new undici.Agent({
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (options, callback) => {
        const socket = connect(options, callback)
        this.sockets.add(socket)
        socket.once("close", () => this.sockets.delete(socket))
      }
    })
  }

  /** Cuts every connection, also those still being made, which undici would leave to themselves. */
  async close(): Promise<void> {
    await this.dispatcher.destroy()
    for (const socket of this.sockets) socket.destroy()
  }
}
