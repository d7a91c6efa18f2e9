/**
 * An exchange by Node's own client, for what undici refuses to send: an `expect` header, an invalid header whose error the
 * program knows, an agent of the program's choice.
 */
import * as http from "node:http"
import * as https from "node:https"
import { type HttpRequest, Refused, Transfer } from "./transfer.js"

export interface NodeRequest extends HttpRequest {
  /** What `http.request` is given, but for the agent. */
  readonly options: http.RequestOptions
  /** Whether the program names the agent; else the run's is used. */
  readonly ownAgent: boolean
  /** How long nothing may happen on the socket before the reply comes, in ms; 0 for as long as it likes. */
  readonly socketTimeout: unknown
}

/** Node's agents, one for each scheme. */
export class NodeAgents {
  private readonly http = new http.Agent({ keepAlive: true, scheduling: "lifo", timeout: 5000 })
  private readonly https = new https.Agent({ keepAlive: true, scheduling: "lifo", timeout: 5000 })

  for(origin: string): http.Agent {
    return origin.startsWith("https:") ? this.https : this.http
  }

  async close(): Promise<void> {
    this.http.destroy()
    this.https.destroy()
  }
}

export class NodeTransfer extends Transfer<NodeRequest> {
  private outgoing: http.ClientRequest | null = null

  send(agents: NodeAgents): this {
    const { origin, options, ownAgent, socketTimeout, body } = this.request
    const { request } = origin.startsWith("https:") ? https : http
    try {
      this.outgoing = request(ownAgent ? options : { ...options, agent: agents.for(origin) }, (reply) =>
        this.read(reply)
      )
      this.outgoing.on("error", (error) => this.fail(error))
      if (socketTimeout) this.outgoing.setTimeout(socketTimeout as number, () => this.answered || this.expire())
      this.outgoing.end(body ?? undefined)
    } catch (error) {
      this.settle(new Refused(error as Error))
    }
    return this
  }

  protected cut(): void {
    this.outgoing?.destroy()
  }

  private read(reply: http.IncomingMessage): void {
    this.begin(reply.statusCode ?? 0, reply.headers as Record<string, string | Array<string>>)
    reply.on("data", (chunk: Buffer) => this.add(chunk))
    reply.on("end", () => this.complete())
    reply.on("error", (error) => this.fail(error))
  }
}
