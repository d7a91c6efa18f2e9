import { FacebookAccount } from "../../../legacy/accounts/facebook-account.ts"

for (const account of FacebookAccount.query()) {
  try {
    account.update()
  } finally {
    console.error(`done with ${account.id}`)
  }
}
