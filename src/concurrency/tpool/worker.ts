/** A worker thread: it does one job after another, unlifted, so that what blocks here blocks nobody else. */
import { workerData } from "node:worker_threads"
import type { Reach } from "../../runtime/exports.js"
import { Keeper, make } from "./kept.js"
import { follow } from "./reach.js"
import type { Start } from "./thread.js"
import { type Outcome, type Packed, pack, packThrown, type Reply, type Request } from "./wire.js"

const { port, replies, typescript } = workerData as Start

if (typescript) {
  const [{ install }, { defaults }] = await Promise.all([
    import("../../loader/install.js"),
    import("../../loader/settings.js")
  ])
  install({ ...defaults, plain: true })
}

const keeper = new Keeper()

const find = async (reach: Reach) => follow(await import(reach.module), reach)

const perform = async (request: Request): Promise<Packed> => {
  if ("execute" in request) {
    const { owner, value } = await find(request.execute)
    return pack(await Reflect.apply(value, owner, request.args))
  }
  if ("on" in request) return keeper.perform(request.on, request.deed)
  const { value } = await find(request.keep)
  return keeper.keep(await make(value, request.args), request.wrapping)
}

const outcomeOf = async (request: Request): Promise<Outcome> => {
  try {
    return { result: await perform(request) }
  } catch (error) {
    return { failure: packThrown(error) }
  }
}

/** Says that something has been sent to whoever blocks until then. */
const send = (reply: Reply): void => {
  port.postMessage(reply)
  Atomics.add(replies, 0, 1)
  Atomics.notify(replies, 0)
}

port.on("message", async ({ id, request }: { readonly id: number; readonly request: Request }) => {
  const outcome = await outcomeOf(request)
  try {
    send({ id, outcome })
  } catch (error) {
    send({ id, outcome: { stuck: (error as Error).message } })
  }
})
