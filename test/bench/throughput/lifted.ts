/** A blocking script: asks for the list of pages, then for one page after another. It says what CPU its loop took. */
import request from "sync-request"

const url = process.env.PAGES_URL

function get(path: string) {
  return JSON.parse(request("GET", url + path).getBody("utf8") as string)
}

const ids: Array<number> = get("/pages")
let sum = 0

const startUp = process.cpuUsage()
const began = performance.now()

for (const id of ids) {
  const page = get(`/pages/${id}`)
  sum += page.likes
}

const wallMs = performance.now() - began
const { user, system } = process.cpuUsage(startUp)
const startUpMs = (startUp.user + startUp.system) / 1000
console.log(JSON.stringify({ sum, startUpMs, cpuMs: (user + system) / 1000, wallMs }))
