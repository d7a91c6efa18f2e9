/** A server of pages: bare `node:http`, answering at once, on connections kept open. Ends with the process that forked it. */
import { createServer } from "node:http"

const ids = JSON.stringify(Array.from({ length: Number(process.argv[2]) }, (_, index) => index + 1))

const bodyOf = (url) => {
  if (url === "/pages") return ids
  const id = url.slice("/pages/".length)
  return `{"id":"${id}","name":"Page ${id}","category":"Community","likes":${id}}`
}

const server = createServer((request, response) => {
  const body = bodyOf(request.url)
  response.writeHead(200, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) })
  response.end(body)
})
server.keepAliveTimeout = 0

server.listen(0, "127.0.0.1", () => process.send(`http://127.0.0.1:${server.address().port}`))

process.on("message", () => {
  const { user, system } = process.cpuUsage()
  process.send((user + system) / 1000)
})
process.on("disconnect", () => process.exit())
