import { gunzipSync, gzipSync } from "node:zlib"
import { GreenPool, tpool } from "greenlift/green"
import { Index, sum, TooBig, together } from "./work.ts"

const pool = new GreenPool(3)
for (const total of pool.imap((n: number) => tpool.execute(sum, n, { by: 2 }), [10, 1000, 20])) console.log(total)

try {
  tpool.execute(sum, 2_000_000)
} catch (error) {
  if (!(error instanceof TooBig)) throw error
  console.log(error.name, error.message, error.limit)
}

console.log(gunzipSync(tpool.execute(gzipSync, "packed")).toString())

const index = tpool.proxy(Index, { args: [["a", "b"]] })
console.log(index.find("b"))
tpool.close(index)

const shared = new Int32Array(new SharedArrayBuffer(4))
const tasks =
  process.argv[2] === "lifted" ? [1, 2, 3].map(() => pool.spawn(() => tpool.execute(together, shared, 3))) : []
let all = 0
for (const task of tasks) if (task.wait()) all++
console.error(`together: ${all}`)
