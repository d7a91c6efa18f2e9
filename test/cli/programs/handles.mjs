import { sleep } from "greenlift/blocking"

process.on("uncaughtException", (error) => {
  console.log("handled", error.message)
  process.exit(9)
})
for (const x of [1, 2, 3]) {
  sleep(1)
  if (x === 2) throw new Error("two")
  console.log(x)
}
