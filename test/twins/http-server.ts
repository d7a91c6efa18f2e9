/** A server on port 0 that answers well, badly and not at all, for the tests of everything that speaks HTTP. */
import * as http from "node:http"
import type { AddressInfo, Socket } from "node:net"
import * as zlib from "node:zlib"

export interface Server {
  readonly origin: string
  /** The connections that are open now. */
  readonly sockets: ReadonlySet<Socket>
  /** How many connections there have been. */
  connections(): number
  /** The requests that have come, as `METHOD path`. */
  readonly requests: Array<string>
  /** Resolves when a request for a path starting so is there. */
  arrived(path: string): Promise<void>
  /** Resolves when no connection is open. */
  emptied(): Promise<void>
  close(): Promise<void>
}

type Handler = (request: http.IncomingMessage, response: http.ServerResponse, url: URL) => void

const raw =
  (text: string, then: "end" | "reset" | "leave" = "end"): Handler =>
  (request) => {
    const { socket } = request
    socket.write(text.replaceAll("\n", "\r\n"), "latin1", () => {
      if (then === "end") socket.end()
      else if (then === "reset") socket.resetAndDestroy()
    })
  }

const encoded =
  (encoding: string, body: Uint8Array, type = "text/plain"): Handler =>
  (_request, response) => {
    response.writeHead(200, { "content-encoding": encoding, "content-type": type }).end(body)
  }

const text = "something to read, ".repeat(200)

const echo: Handler = (request, response) => {
  const chunks: Array<Buffer> = []
  request.on("data", (chunk) => chunks.push(chunk))
  request.on("end", () => {
    const { method, url } = request
    const headers = Object.fromEntries(Object.entries(request.headers).sort(([a], [b]) => (a < b ? -1 : 1)))
    const seen = { method, url, headers, body: Buffer.concat(chunks).toString("latin1") }
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(seen))
  })
}

const makeHandlers = (): Record<string, Handler> => {
  const counts = new Map<string, number>()
  return {
    "/echo": echo,
    "/port": (request, response) => void response.end(String(request.socket.remotePort)),
    "/status": (_request, response, url) => {
      response.writeHead(Number(url.searchParams.get("code")), { "x-seen": "yes" }).end("body of the status")
    },
    "/redirect": (request, response, url) => {
      request.resume()
      const to = url.searchParams.get("to")
      response
        .writeHead(Number(url.searchParams.get("code") ?? 302), to === null ? {} : { location: to })
        .end("elsewhere")
    },
    "/loop": (_request, response, url) => {
      const left = Number(url.searchParams.get("left"))
      if (left > 0) response.writeHead(301, { location: `/loop?left=${left - 1}` }).end()
      else response.end("the end")
    },
    "/endless-redirect": (_request, response) => {
      response.writeHead(302, { location: "/status?code=200" }).write("never ")
    },
    "/gzip": encoded("gzip", zlib.gzipSync(text)),
    "/gzip-long": encoded("gzip", zlib.gzipSync(Buffer.alloc(400_000, "0123456789abcdefghijk"), { level: 0 })),
    "/deflate": encoded("deflate", zlib.deflateSync(text)),
    "/deflate-raw": encoded("deflate", zlib.deflateRawSync(text)),
    "/gzip-not": encoded("gzip", Buffer.from("this is not gzip")),
    "/gzip-cut": encoded("gzip", zlib.gzipSync(text).subarray(0, 40)),
    "/brotli": encoded("br", zlib.brotliCompressSync(text)),
    "/upper-gzip": encoded("GZIP", zlib.gzipSync(text)),
    "/bytes": encoded(
      "identity",
      Uint8Array.from({ length: 256 }, (_, i) => i),
      "application/octet-stream"
    ),
    "/chunked": (_request, response) => {
      for (let i = 0; i < 50; i++) response.write(`${i} `.repeat(1000))
      response.end()
    },
    "/repeated": raw(
      "HTTP/1.1 200 OK\nSet-Cookie: a=1\nX-Two: 1\nx-two: 2\nSet-Cookie: b=2; Path=/\nETag: first\nETag: second\nCookie: c\nCookie: d\nX-Latin: \xe4\xf6\nContent-Length: 2\nConnection: close\n\nok"
    ),
    "/inherited": raw("HTTP/1.1 200 OK\nconstructor: x\ntoString: y\nContent-Length: 2\nConnection: close\n\nok"),
    "/hint": raw("HTTP/1.1 103 Early Hints\nLink: </a>\n\nHTTP/1.1 200 OK\nContent-Length: 2\nConnection: close\n\nok"),
    "/to-the-end": raw("HTTP/1.1 200 OK\nConnection: close\n\nuntil the connection ends"),
    "/old": raw("HTTP/1.0 200 Fine\n\nof old"),
    "/not-modified": raw("HTTP/1.1 304 Not Modified\nETag: x\nContent-Length: 5\n\n", "leave"),
    "/hang-up": (request) => request.socket.end(),
    "/reset": (request) => request.socket.resetAndDestroy(),
    "/cut": raw("HTTP/1.1 200 OK\nContent-Length: 100\n\nonly this much"),
    "/cut-chunked": raw("HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n5\nhello\n", "reset"),
    "/parse": (request, response, url) => raw(`${url.searchParams.get("reply")}\n\n`)(request, response, url),
    "/half-a-header": raw("HTTP/1.1 200 OK\nContent-"),
    "/long-header": raw(`HTTP/1.1 200 OK\nX-Long: ${"x".repeat(20_000)}\n\n`),
    "/never": (request) => void request.resume(),
    "/slow-body": (request, response, url) => {
      request.resume()
      response.writeHead(200, { "content-length": 4 }).write("sl")
      setTimeout(() => response.end("ow"), Number(url.searchParams.get("ms")))
    },
    "/flaky": (_request, response, url) => {
      const key = url.searchParams.get("key")!
      const count = (counts.get(key) ?? 0) + 1
      counts.set(key, count)
      if (count <= Number(url.searchParams.get("fails"))) response.writeHead(503).end(`no ${count}`)
      else response.end(`yes at ${count}`)
    },
    "/hang-up-once": (request, response, url) => {
      const key = url.searchParams.get("key")!
      counts.set(key, (counts.get(key) ?? 0) + 1)
      if (counts.get(key) === 1) request.socket.end()
      else response.end("the second time")
    },
    "/etag": (request, response) => {
      if (request.headers["if-none-match"] === '"v1"') response.writeHead(304, { etag: '"v1"', "x-fresh": "1" }).end()
      else response.writeHead(200, { etag: '"v1"' }).end("version 1")
    },
    "/cacheable": (request, response, url) => {
      const key = url.searchParams.get("key")!
      counts.set(key, (counts.get(key) ?? 0) + 1)
      request.resume()
      response.writeHead(200, { "cache-control": "public, max-age=1000" }).end(`asked ${counts.get(key)} times`)
    }
  }
}

export const startServer = async (): Promise<Server> => {
  const handlers = makeHandlers()
  const sockets = new Set<Socket>()
  const requests: Array<string> = []
  const waiting = new Set<() => void>()
  let connections = 0
  const told = (): void => {
    for (const check of [...waiting]) check()
  }
  const server = http.createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`)
    told()
    const url = new URL(request.url!, "http://server")
    const handler = handlers[url.pathname] ?? ((_request, missing) => missing.writeHead(404).end("no such page"))
    handler(request, response, url)
  })
  server.on("connection", (socket) => {
    connections++
    sockets.add(socket)
    socket.on("error", () => {})
    socket.on("close", () => {
      sockets.delete(socket)
      told()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  const until = (condition: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (!condition()) return
        waiting.delete(check)
        resolve()
      }
      waiting.add(check)
      check()
    })
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sockets,
    connections: () => connections,
    requests,
    arrived: (path) => until(() => requests.some((request) => request.split(" ")[1]!.startsWith(path))),
    emptied: () => until(() => sockets.size === 0),
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}
