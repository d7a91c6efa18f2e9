/**
 * The connections of a run, or of a session: as many as are needed at once, kept open for the next request, and discarded
 * when an exchange on them fails or is given up.
 *
 * Each is a `Client` of undici's. Its `Agent` would do, but for three things: it opens twice as many connections as there
 * are requests at once, since one that has just answered is not free yet; it leaves those behind that are still being
 * made when it closes; and it costs 2 µs a request.
 */
import { createRequire } from "node:module"
import type { Socket } from "node:net"
import type { buildConnector, Client, Dispatcher } from "undici"

// Not the package's index: that loads fetch, WebSocket and `async_hooks` too, and takes three times as long.
const require = createRequire(import.meta.url)

const undici = (): { Client: typeof Client; buildConnector: typeof buildConnector } => ({
  Client: require("undici/lib/dispatcher/client.js"),
  buildConnector: require("undici/lib/core/connect.js")
})

/** Makes a socket, and returns it, which undici's types do not tell. */
type Connect = (...args: Parameters<buildConnector.connector>) => Socket

/** One connection to an origin. It connects when it is first used, and again where the server has closed it. */
export class Connection {
  private readonly client: Client
  private socket: Socket | null = null

  constructor(
    readonly agent: HttpAgent,
    readonly origin: string,
    connect: Connect
  ) {
    this.client = new (undici().Client)(origin, {
      // The request's own timeout is the only one.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (options, callback) => {
        this.socket = connect(options, callback)
      }
    })
    this.client.on("disconnect", () => agent.disconnected(this))
  }

  dispatch(request: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): void {
    this.client.dispatch(request, handler)
  }

  /** Cuts it, even while it is still being made. */
  async close(): Promise<void> {
    const closed = this.client.destroy()
    this.socket?.destroy()
    await closed
  }
}

export class HttpAgent {
  private readonly all = new Set<Connection>()
  private readonly idle = new Map<string, Array<Connection>>()
  private readonly connect = undici().buildConnector({ timeout: 0 }) as Connect

  /** A connection for one exchange, then to be given back or discarded. Throws where the origin is not valid. */
  take(origin: string): Connection {
    const idle = this.idle.get(origin)?.pop()
    if (idle !== undefined) return idle
    const connection = new Connection(this, origin, this.connect)
    this.all.add(connection)
    return connection
  }

  giveBack(connection: Connection): void {
    const idle = this.idle.get(connection.origin)
    if (idle === undefined) this.idle.set(connection.origin, [connection])
    else idle.push(connection)
  }

  discard(connection: Connection): void {
    if (this.all.delete(connection)) void connection.close()
  }

  /** The server has closed it, or it has not been used for long. */
  disconnected(connection: Connection): void {
    const idle = this.idle.get(connection.origin)
    const at = idle?.indexOf(connection) ?? -1
    if (at < 0) return
    idle!.splice(at, 1)
    if (idle!.length === 0) this.idle.delete(connection.origin)
    this.discard(connection)
  }

  /** Cuts every connection. */
  async close(): Promise<void> {
    const open = [...this.all]
    this.all.clear()
    this.idle.clear()
    await Promise.all(open.map((connection) => connection.close()))
  }
}
