/**
 * Makes the current process an upstream stand-in. It prints one line, `{"url": …}`, once it listens, and ends with its
 * parent: when the parent's message channel or the pipe on standard input closes.
 */
import { fstatSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import type { Answer } from "./answer.js"
import { type Command, type Message, readArguments } from "./switches.js"
import { Traffic } from "./traffic.js"

/** @param answer what to answer to a URL (path and query) when nothing is to go wrong */
export const serve = (answer: (url: string) => Answer): void => {
  const { port, switches } = readArguments(process.argv.slice(2))
  const traffic = new Traffic(answer, switches)
  const server = createServer(traffic.handle)
  server.keepAliveTimeout = 0
  server.requestTimeout = 0

  const open = (at: number) => new Promise<void>((opened) => server.listen(at, "127.0.0.1", opened))
  const refuse = () =>
    new Promise<void>((closed) => {
      server.close(() => closed())
      server.closeAllConnections()
    })

  const start = async () => {
    await open(port)
    const address = server.address() as AddressInfo
    const url = `http://127.0.0.1:${address.port}`
    if (switches.refuse) await refuse()
    console.log(JSON.stringify({ url }))
    tell({ _tag: "Listening", url })
    process.on("message", async ({ id, set, countAnew }: Command) => {
      if (set !== undefined) traffic.set(set)
      if (set?.refuse === true && server.listening) await refuse()
      if (set?.refuse === false && !server.listening) await open(address.port)
      if (countAnew === true) traffic.counts.startAgain()
      tell({ _tag: "Reply", id, stats: traffic.counts.stats() })
    })
  }

  endWithParent()
  void start()
}

const tell = (message: Message): void => {
  process.send?.(message)
}

const endWithParent = (): void => {
  const end = () => process.exit()
  process.on("disconnect", end)
  const input = fstatSync(0)
  if (input.isFIFO() || input.isSocket()) process.stdin.on("end", end).resume()
}
