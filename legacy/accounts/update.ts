import { FacebookAccount } from "./facebook-account.ts"

let updated = 0
let fans = 0

for (const account of FacebookAccount.query()) {
  account.update()
  console.log(`${account.id} ${account.name}: ${account.fanCount} fans`)
  updated++
  fans += account.fanCount
}

console.log(`${updated} accounts updated, ${fans} fans`)
