/** A program as a team would write it with greenlift/green. What it prints does not depend on whether it is lifted. */
import {
  DAGPool,
  Event,
  GreenPile,
  GreenPool,
  joinall,
  Pool,
  Queue,
  RLock,
  Semaphore,
  scope,
  sleep,
  spawn,
  timeout
} from "greenlift/green"

class Account {
  constructor(id) {
    this.id = id
    this.balance = 0
  }

  update(by) {
    sleep(10)
    if (this.id === 13) throw new Error(`account ${this.id} is unlucky`)
    this.balance += by
    return this.balance
  }
}

const accounts = Array.from({ length: 20 }, (_, i) => new Account(i))
const pool = new GreenPool(10)
let peak = 0
const began = (account) => {
  peak = Math.max(peak, pool.running())
  return account.update(5)
}
for (const account of accounts) pool.spawn(began, account)
try {
  pool.waitall()
} catch (error) {
  console.log("waitall:", error.message)
}
for (const account of accounts) pool.spawn(account.update, account, 1)
pool.waitall({ fail: false })
console.log(accounts.map((account) => account.balance).join(" "), pool.failures.length)

let mapping = 0
let mappingPeak = 0
const double = (i) => {
  mappingPeak = Math.max(mappingPeak, ++mapping)
  sleep(5 - i)
  mapping--
  return i * 2
}
function* upTo(last) {
  for (let i = 1; i <= last; i++) {
    sleep(1)
    yield i
  }
}
for (const result of pool.imap(double, [1, 2, 3, 4])) console.log("imap", result)
for (const result of pool.imap(double, upTo(9))) {
  console.log("imap of a generator", result)
  if (result === 6) break
}
const [least, ...others] = [...pool.imapUnordered((i) => i, upTo(3))].sort()
console.log("imapUnordered", least, others.join(" "))

const pile = new GreenPile(3)
for (const i of [3, 2, 1]) {
  pile.spawn(() => {
    sleep(i)
    return i
  })
}
for (const result of pile) console.log("pile", result)

const fast = () => {
  sleep(1)
  return "in time"
}
console.log(timeout(5000, fast, () => "late"))

const sum = scope(() => {
  const queue = new Queue()
  const ready = new Event()
  ready.send("ready")
  const tasks = [1, 2, 3].map((i) =>
    spawn(() => {
      sleep(i)
      ready.wait()
      queue.put(i)
    })
  )
  joinall(tasks)
  let total = 0
  for (let i = 0; i < tasks.length; i++) total += queue.get()
  return total
})
console.log("sum", sum)

const dag = new DAGPool({ a: 1 })
const depends = new Map([
  ["c", ["b", "a"]],
  ["b", ["a"]]
])
dag.spawnMany(depends, (_key, inputs) => {
  let total = 1
  for (const [, value] of inputs) total += value
  sleep(1)
  return total
})
console.log("dag", JSON.stringify(Object.fromEntries(dag.waitall())))

const held = () => {
  sleep(1)
  return "held"
}
console.log(new Semaphore(1).run(held), new RLock().run(held))
const connections = new Pool({
  max: 2,
  create: () => {
    sleep(1)
    return { open: true }
  }
})
console.log(
  "open",
  connections.use((connection) => {
    sleep(1)
    return connection.open
  })
)
console.error(JSON.stringify([peak, mappingPeak]))
