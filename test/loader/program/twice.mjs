import { readFileSync } from "node:fs"
import { sleep } from "greenlift/blocking"

const source = readFileSync(new URL(import.meta.url), "utf8")
sleep(1)
console.log(source.split("\n").length, (import.meta.url.match(/twice/g) ?? []).length)
