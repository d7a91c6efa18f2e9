/** The server as a program of its own, for tests that block: prints its origin, and ends when its standard input does. */
import { startServer } from "./http-server.js"

const server = await startServer()
console.log(server.origin)
process.stdin.resume().on("end", () => process.exit(0))
