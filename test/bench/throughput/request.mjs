/** The same as one would write it today: `undici.request`, with p-map for the bound. */
import pMap from "p-map"
import { request } from "undici"

const url = process.env.PAGES_URL

const get = async (path) => {
  const { body } = await request(url + path)
  return body.json()
}

const ids = await get("/pages")
let sum = 0

const startUp = process.cpuUsage()
const began = performance.now()

await pMap(
  ids,
  async (id) => {
    const page = await get(`/pages/${id}`)
    sum += page.likes
  },
  { concurrency: Number(process.argv[2]) }
)

const wallMs = performance.now() - began
const { user, system } = process.cpuUsage(startUp)
const startUpMs = (startUp.user + startUp.system) / 1000
console.log(JSON.stringify({ sum, startUpMs, cpuMs: (user + system) / 1000, wallMs }))
process.exit()
