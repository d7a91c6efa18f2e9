import pMap from "p-map"
import { request } from "undici"
const url = process.env.URL
const ids = await (await request(`${url}/ids`)).body.json()
let total = 0
const began = process.cpuUsage(), t = performance.now()
await pMap(ids, async (id) => {
  const { body } = await request(`${url}/pages/${id}`)
  const page = await body.json()
  total += page.fans
}, { concurrency: 64 })
const c = process.cpuUsage(began)
console.log(total, ((c.user + c.system) / 20000).toFixed(2), (began.user+began.system)/1000, performance.now() - t)
process.exit()
