/** The op of one HTTP exchange. */
import type { Fiber, Run } from "../../runtime/fiber.js"
import { Op } from "../../runtime/op.js"
import { HttpAgent } from "./agent.js"
import { overTheWire, throughClient } from "./effect.js"
import { NodeAgents, type NodeRequest, NodeTransfer } from "./node-transfer.js"
import { openedIn } from "./opened.js"
import { type Failure, type HttpRequest, type Listener, type Reply, type Transfer, UndiciTransfer } from "./transfer.js"

/** The key of `HttpClient` of `@effect/platform`, which takes 180 ms to load. */
const httpClientKey = "@effect/platform/HttpClient"

const agentKey = Symbol("undici's agent")
const nodeAgentsKey = Symbol("Node's agents")

const openAgent = (): HttpAgent => new HttpAgent()
const openNodeAgents = (): NodeAgents => new NodeAgents()

/**
 * One HTTP exchange. Resumes its fiber with a `Reply` or a `Failure`, and never throws into it: what an error looks like
 * is for the API to say that the exchange stands for.
 *
 * It goes through undici's `dispatch`, over the one agent of the run, which closes with the run. Where the environment
 * holds an `HttpClient`, it goes through that. Interruption cuts the connection.
 */
export class Exchange<R extends HttpRequest = HttpRequest, A = never>
  extends Op<Reply | Failure | A>
  implements Listener
{
  private fiber: Fiber | null = null
  private transfer: Transfer | null = null

  /** @param plain the original call, blocking; what it returns is what the exchange then resumes with */
  constructor(
    readonly request: R,
    readonly plain: () => A
  ) {
    super()
  }

  get label(): string {
    return `${this.request.method} ${this.request.origin}${this.request.path}`
  }

  start(fiber: Fiber): void {
    this.fiber = fiber
    const { run } = fiber
    const client = run.host.service(httpClientKey)
    if (client !== undefined) {
      run.host.perform(fiber, this, throughClient(this.request, client))
    } else if (this.request.timeout > 0 && !run.liveClock) {
      const timeless = { ...this.request, timeout: 0 }
      run.host.perform(
        fiber,
        this,
        overTheWire(this.request, (listener) => this.send(timeless, listener, run))
      )
    } else {
      this.transfer = this.send(this.request, this, run)
    }
  }

  cancel(fiber: Fiber): boolean {
    if (this.fiber === null) return true
    if (this.transfer === null) fiber.run.host.cancel(fiber)
    else this.transfer.abandon()
    return this.transfer !== null
  }

  settled(outcome: Reply | Failure): void {
    this.fiber!.resume(this, outcome)
  }

  /** Puts the request on the wire. */
  protected send(request: R, listener: Listener, run: Run): Transfer {
    return new UndiciTransfer(request, listener).send(openedIn(run, agentKey, openAgent))
  }
}

/** One HTTP exchange by Node's own client, for what undici refuses to send. */
export class NodeExchange<A = never> extends Exchange<NodeRequest, A> {
  protected override send(request: NodeRequest, listener: Listener, run: Run): Transfer {
    return new NodeTransfer(request, listener).send(openedIn(run, nodeAgentsKey, openNodeAgents))
  }
}
