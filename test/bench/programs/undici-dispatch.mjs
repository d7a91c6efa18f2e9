import { Agent } from "undici"
const url = process.env.URL
const agent = new Agent()
const get = (path, done) => {
  const chunks = []
  agent.dispatch({ origin: url, path, method: "GET" }, {
    onConnect() {}, onHeaders() { return true },
    onData(chunk) { chunks.push(chunk); return true },
    onComplete() { done(JSON.parse((chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)).toString())) },
    onError(error) { throw error }
  })
}
const ids = await new Promise(r => get("/ids", r))
let total = 0, next = 0
const began = process.cpuUsage(), t = performance.now()
await new Promise(resolve => {
  let running = 64
  const work = () => {
    if (next === ids.length) { if (--running === 0) resolve(); return }
    get(`/pages/${ids[next++]}`, (page) => { total += page.fans; work() })
  }
  for (let i = 0; i < 64; i++) work()
})
const c = process.cpuUsage(began)
console.log(total, ((c.user + c.system) / 20000).toFixed(2), (began.user+began.system)/1000, performance.now() - t)
process.exit()
