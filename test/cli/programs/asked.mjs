import { sleep } from "greenlift/blocking"

// @green concurrency 3
for (let i = 1; i <= 4; i++) {
  sleep(5 - i)
  console.log(i)
}
