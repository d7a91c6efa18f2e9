import { Account, Kind } from "./active.js"
import { page } from "./page.jsx"

console.log(Account.all.map((account) => account.describe("this is") + account.tags + account.owner))
console.log(Kind, Object.keys(new Account(3)), JSON.stringify(page("text")))
