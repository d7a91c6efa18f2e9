/** Makes every call of the table with the real sync-request, which blocks: hence a program of its own. */
import request, { FormData } from "sync-request"
import { casesFor } from "./sync-request-cases.js"
import { failed, succeeded } from "./sync-request-outcome.js"

const [origin, run, refused] = process.argv.slice(2) as [string, string, string]

const outcomes: Record<string, unknown> = {}
for (const { name, method, url, options } of casesFor(origin, run, Number(refused), FormData)) {
  try {
    outcomes[name] = succeeded(request(method as "GET", url as string, options as {}), run)
  } catch (error) {
    outcomes[name] = failed(error, run)
  }
}
process.stdout.write(JSON.stringify(outcomes))
