/** A worker thread as the program sees it: requests go out, and what comes of them comes back. */
import { MessageChannel, type MessagePort, receiveMessageOnPort, type Worker } from "node:worker_threads"
import { openWorker } from "../../blocking/worker.js"
import { OffloadError } from "../errors.js"
import { failureOf, type Settled } from "./outcome.js"
import type { Reply, Request } from "./wire.js"

/** What a worker begins with. */
export interface Start {
  readonly port: MessagePort
  /** Counts the replies; who blocks for one waits on it. */
  readonly replies: Int32Array
  /** Whether the program has modules in TypeScript, which the thread then learns to load. */
  readonly typescript: boolean
}

type Done = (settled: Settled) => void

export class Thread {
  /** Called when it ends by itself: the code left the process, or ran out of memory. */
  onEnd: () => void = () => {}
  private readonly worker: Worker
  private readonly port: MessagePort
  private readonly replies = new Int32Array(new SharedArrayBuffer(4))
  private readonly asked = new Map<number, Done>()
  private last = 0
  private crash: unknown = undefined
  private over = false

  constructor(typescript: boolean) {
    const { port1, port2 } = new MessageChannel()
    const start: Start = { port: port2, replies: this.replies, typescript }
    this.port = port1
    this.worker = openWorker(new URL("./worker.js", import.meta.url), { workerData: start, transferList: [port2] })
    this.worker.unref()
    this.worker.on("error", (error) => {
      this.crash = error
    })
    this.worker.once("exit", (code) => this.ended(code))
    this.port.on("message", (reply: Reply) => this.received(reply))
    this.port.unref()
  }

  /** Sends a request. Returns how to take it back: nobody hears of it any more. Throws where it cannot be sent. */
  ask(request: Request, done: Done): () => void {
    const id = ++this.last
    this.post(id, request)
    this.asked.set(id, done)
    this.port.ref()
    return () => this.settle(id)
  }

  /** Sends a request, and blocks until it is done. */
  askNow(request: Request): Settled {
    let settled: Settled | undefined
    this.ask(request, (done) => {
      settled = done
    })
    for (;;) {
      const seen = Atomics.load(this.replies, 0)
      for (let got = receiveMessageOnPort(this.port); got !== undefined; got = receiveMessageOnPort(this.port)) {
        this.received(got.message)
      }
      if (settled !== undefined) return settled
      Atomics.wait(this.replies, 0, seen)
    }
  }

  /** Ends the thread where it stands. What it was asked fails. */
  end(): void {
    void this.worker.terminate()
    this.ended(0)
  }

  private post(id: number, request: Request): void {
    try {
      this.port.postMessage({ id, request })
    } catch (cause) {
      throw new OffloadError(
        "GREENLIFT_OFFLOAD_CLONE",
        `the arguments cannot be sent to a worker thread: ${(cause as Error).message} Give plain data, without functions`,
        { cause }
      )
    }
  }

  private received({ id, outcome }: Reply): void {
    const done = this.settle(id)
    done?.(outcome)
  }

  private settle(id: number): Done | undefined {
    const done = this.asked.get(id)
    this.asked.delete(id)
    if (this.asked.size === 0) this.port.unref()
    return done
  }

  private ended(code: number): void {
    if (this.over) return
    this.over = true
    this.port.close()
    this.onEnd()
    const failure = failureOf(
      new OffloadError(
        "GREENLIFT_OFFLOAD_ENDED",
        `the worker thread ended (code ${code}) before it was through${advice}`,
        {
          cause: this.crash
        }
      )
    )
    for (const done of [...this.asked.values()]) done(failure)
    this.asked.clear()
  }
}

const advice =
  ": `cause` says why, if it is known. Let the function return instead of ending the process, and give it less at a time"
