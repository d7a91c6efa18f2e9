/** The same with as little as can be: undici's `dispatch` and callbacks, in loops that take the next page from the list. */
import { Agent } from "undici"

const origin = process.env.PAGES_URL
const agent = new Agent()

const get = (path, then) => {
  const chunks = []
  agent.dispatch(
    { origin, path, method: "GET" },
    {
      onConnect() {},
      onHeaders: () => true,
      onData: (chunk) => chunks.push(chunk) > 0,
      onComplete: () => then(JSON.parse((chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)).toString())),
      onError(error) {
        throw error
      }
    }
  )
}

const ids = await new Promise((resolve) => get("/pages", resolve))
let sum = 0
let next = 0
let running = Number(process.argv[2])

const startUp = process.cpuUsage()
const began = performance.now()

await new Promise((resolve) => {
  const work = () => {
    if (next < ids.length) {
      get(`/pages/${ids[next++]}`, (page) => {
        sum += page.likes
        work()
      })
    } else if (--running === 0) resolve()
  }
  for (let loops = running; loops > 0; loops--) work()
})

const wallMs = performance.now() - began
const { user, system } = process.cpuUsage(startUp)
const startUpMs = (startUp.user + startUp.system) / 1000
console.log(JSON.stringify({ sum, startUpMs, cpuMs: (user + system) / 1000, wallMs }))
process.exit()
