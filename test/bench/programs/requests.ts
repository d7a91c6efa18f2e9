import request from "sync-request"
const url = process.env.URL!
const ids: Array<number> = JSON.parse(request("GET", `${url}/ids`).getBody("utf8") as string)
let total = 0
const began = process.cpuUsage(), t = performance.now()
for (const id of ids) {
  const page = JSON.parse(request("GET", `${url}/pages/${id}`).getBody("utf8") as string)
  total += page.fans
}
const c = process.cpuUsage(began)
console.log(total, ((c.user + c.system) / 20000).toFixed(2), (began.user+began.system)/1000, performance.now() - t)
