import { GreenPool } from "greenlift/green"
import { FacebookAccount } from "./facebook-account.ts"

const pool = new GreenPool(50)
const accounts = FacebookAccount.query()
for (const account of accounts) pool.spawn(account.update, account)
pool.waitall()

let updated = 0
let fans = 0

for (const account of accounts) {
  console.log(`${account.id} ${account.name}: ${account.fanCount} fans`)
  updated++
  fans += account.fanCount
}

console.log(`${updated} accounts updated, ${fans} fans`)
