import { sleep } from "greenlift/blocking"

const rows = []
console.group("rows")
try {
  for (const x of [1, 2, 3]) {
    sleep(4 - x)
    console.group(x)
    if (x === 2) throw new Error("two")
    console.log("row %s", x)
    console.groupEnd()
    rows.push(x)
  }
} catch (error) {
  console.log(error.message)
}
console.log(rows)
