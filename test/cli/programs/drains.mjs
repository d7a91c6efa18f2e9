import { sleep } from "greenlift/blocking"

for (const x of [1, 2, 3]) {
  sleep(4 - x)
  console.log(x)
}
process.exitCode = 4
setTimeout(() => console.log("later"), 20)
