import { sleep } from "greenlift/blocking"

let last = 0
for (const x of [1, 2, 3]) {
  sleep(last)
  last = x
}
console.log(last)
