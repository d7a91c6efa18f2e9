import { sleep } from "greenlift/blocking"

for (const x of [1, 2, 3, 4]) {
  sleep(5 - x)
  console.log("begin", x)
  sleep(1)
  if (x === 3) {
    console.log("giving up")
    process.exit(3)
  }
  console.log("end", x)
}
