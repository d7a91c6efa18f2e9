import { Account } from "./account.ts"

let updated = 0

for (const account of Account.query()) {
  account.update()
  updated++
}

console.log(`${updated} accounts updated`)
