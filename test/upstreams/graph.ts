/**
 * A stand-in for Facebook's Graph API, as much of it as an account update uses: `GET /v3.2/{id}?fields=a,b`. Run it by
 * itself with `npx tsx test/upstreams/graph.ts --port 0 --latency 250`; `GET /stats` says what it has seen. A request may
 * ask for trouble of its own with `misbehave=…` and `latency=…` in its query.
 */
import { type Answer, json } from "./answer.js"
import { graphPage } from "./graph-data.js"
import { serve } from "./serve.js"

const pageUrl = /^\/v3\.2\/(\d+)(?:\?|$)/

const unsupported = json(400, {
  error: { message: "Unsupported get request.", type: "GraphMethodException", code: 100 }
})

const answerTo = (url: string): Answer => {
  const id = pageUrl.exec(url)?.[1]
  if (id === undefined) return unsupported
  const page = graphPage(id)
  const fields = new URL(url, "http://graph").searchParams.get("fields")
  if (fields === null) return json(200, { name: page.name, id })
  const asked = new Set(fields.split(","))
  return json(200, Object.fromEntries(Object.entries(page).filter(([field]) => field === "id" || asked.has(field))))
}

const answers = new Map<string, Answer>()

serve((url) => {
  let answer = answers.get(url)
  if (answer === undefined) answers.set(url, (answer = answerTo(url)))
  return answer
})
