/** The twin of sync-request answers what sync-request answers, and does what only a twin can. */
import { spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { rm } from "node:fs/promises"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Effect from "effect/Effect"
import request, { FormData } from "sync-request"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { runTwin } from "../../src/runtime/host.js"
import { callTwin, type Steps } from "../../src/runtime/twin.js"
import { adopt } from "../../src/runtime/twins.js"
import "../../src/twins/sync-request.js"
import { type Server, startServer } from "./http-server.js"
import { type Case, casesFor } from "./sync-request-cases.js"
import { failed, succeeded } from "./sync-request-outcome.js"
import type { Response } from "sync-request"

adopt("sync-request", createRequire(import.meta.url)("sync-request"))

const originals = (origin: string, run: string, refused: number): Promise<Record<string, unknown>> =>
  new Promise((resolve, reject) => {
    const file = fileURLToPath(new URL("sync-request-original.ts", import.meta.url))
    const child = spawn(process.execPath, ["--import", "tsx", file, origin, run, String(refused)], {
      stdio: ["ignore", "pipe", "inherit"]
    })
    let output = ""
    child.stdout.setEncoding("utf8").on("data", (text) => (output += text))
    child.on("close", (code) => {
      if (code === 0) resolve(JSON.parse(output))
      else reject(new Error(`ended with ${code}: ${output}`))
    })
  })

const inFiber = (method: unknown, url: unknown, options?: unknown): Promise<Response> =>
  Effect.runPromise(
    runTwin(() => callTwin(request as any, undefined, [method, url, options]) as Steps<Response>, {
      name: "test"
    }).pipe(
      Effect.mapError((error) => error.cause),
      Effect.either
    )
  ).then((either) => {
    if (either._tag === "Left") throw either.left
    return either.right
  })

let server: Server
let expected: Record<string, unknown>

beforeAll(async () => {
  server = await startServer()
  expected = await originals(server.origin, "original", 1)
}, 60_000)
afterAll(() => server.close())
test("all", async () => {
  for (const { name, method, url, options } of casesFor(server.origin, "twin", 1, FormData)) {
    let outcome: unknown
    try {
      outcome = succeeded(await inFiber(method, url, options), "twin")
    } catch (e) {
      outcome = failed(e, "twin")
    }
    try {
      expect(outcome).toEqual(expected[name])
    } catch (e: any) {
      const a = JSON.stringify(outcome),
        b = JSON.stringify(expected[name])
      console.log("DIFF", name, "\n  got ", (a as any).slice(0, 1200), "\n  want", (b as any)?.slice(0, 1200))
    }
  }
}, 60000)
