import request from "sync-request"

const graphUrl = process.env.GRAPH_URL ?? "https://graph.facebook.com"
const timeout = Number(process.env.GRAPH_TIMEOUT_MS ?? 30_000)

export interface Page {
  id: string
  name: string
  category: string
  fan_count: number
  talking_about_count: number
  updated_time: string
}

/** Asks for the page of an account. Takes 2-3 seconds. */
export function getPage(id: string): Page {
  const response = request("GET", `${graphUrl}/v3.2/${id}`, {
    qs: { fields: "name,category,fan_count,talking_about_count,updated_time" },
    timeout
  })
  return JSON.parse(response.getBody("utf8") as string)
}
