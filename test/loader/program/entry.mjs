import { createRequire } from "node:module"
import { GreenPool } from "greenlift/green"
import { work as cjs } from "./cjs.cjs"
import { work as esm } from "./esm.mjs"
import js from "./js.js"
import { Typed } from "./typed.mjs"

const require = createRequire(import.meta.url)
const lines = []
const log = (line) => lines.push(line)
const pool = new GreenPool()
const typed = new Typed(log)
const dynamic = await import("./dynamic.mjs")

pool.spawn(esm, log)
pool.spawn(cjs, log)
pool.spawn(js.work, log)
pool.spawn(typed.work, typed)
pool.spawn(require("./required.cts").work, log)
pool.spawn(dynamic.work, log)
pool.waitall()
console.log(lines.join("\n"))
