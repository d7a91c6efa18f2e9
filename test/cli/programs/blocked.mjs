import { sleep } from "greenlift/blocking"

const compare = (a, b) => {
  sleep(1)
  return a - b
}
const typed = new Proxy({}, { get: () => compare(1, 2) })

for (const x of [1, 2]) {
  sleep(1)
  console.log(x, typed.anything, JSON.stringify({ toJSON: () => compare(x, 0) }))
}
