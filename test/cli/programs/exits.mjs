import { sleep } from "greenlift/blocking"

for (const x of [1, 2, 3]) {
  sleep(1)
  if (x === 2) process.exit(7)
}
