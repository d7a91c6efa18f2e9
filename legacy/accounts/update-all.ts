import { FacebookAccount } from "./facebook-account.ts"

/** Updates every account, and returns how many there were. */
export function updateAll(): number {
  let updated = 0
  let fans = 0

  for (const account of FacebookAccount.query()) {
    account.update()
    console.log(`${account.id} ${account.name}: ${account.fanCount} fans`)
    updated++
    fans += account.fanCount
  }

  console.log(`${updated} accounts updated, ${fans} fans`)
  return updated
}
