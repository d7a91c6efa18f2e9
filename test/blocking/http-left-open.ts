/** A program that makes a request and never closes its session. */
import { Worker } from "node:worker_threads"
import { HttpSession } from "../../src/blocking/http.js"

const serve = `
  const { parentPort } = require("node:worker_threads")
  const server = require("node:http").createServer((request, response) => response.end("hello"))
  server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port))`

const worker = new Worker(serve, { eval: true })
worker.once("message", (port) => {
  console.log(new HttpSession().get(`http://127.0.0.1:${port}`).text())
  worker.unref()
})
