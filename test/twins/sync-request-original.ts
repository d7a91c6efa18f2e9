/** Makes every call of the table with the real sync-request, which blocks: hence a program of its own. */
import { createRequire } from "node:module"
import type { SyncRequest } from "./sync-request-cases.js"
import { casesFor } from "./sync-request-cases.js"
import { failed, succeeded } from "./sync-request-outcome.js"

const request: SyncRequest = createRequire(import.meta.url)("sync-request")
const [origin, run, refused] = process.argv.slice(2) as [string, string, string]

const outcomes: Record<string, unknown> = {}
for (const { name, method, url, options } of casesFor(origin, run, Number(refused), request.FormData)) {
  try {
    outcomes[name] = succeeded(request(method, url, options), run)
  } catch (error) {
    outcomes[name] = failed(error, run)
  }
}
process.stdout.write(JSON.stringify(outcomes))
