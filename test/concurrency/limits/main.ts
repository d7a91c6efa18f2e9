import { ConnectionPool, GreenPool, limit, RateLimiter, retry, sleep } from "greenlift/green"

let running = 0
let peak = 0

function work(n: number): number {
  running++
  peak = Math.max(peak, running)
  sleep(2)
  running--
  return n * 2
}

const limited = limit({ concurrency: 2, rate: "500/s", key: (n: number) => n % 2 }, work)
const pool = new GreenPool(10)
for (const result of pool.imap(limited, [1, 2, 3, 4, 5, 6])) console.log(result)

let attempts = 0
console.log(
  retry({ times: 3, base: 1 }, () => {
    sleep(1)
    if (++attempts < 3) throw new Error("not yet")
    return `after ${attempts}`
  })
)

const limiter = new RateLimiter("1000/s")
const turns: Array<number> = []
for (let i = 0; i < 5; i++) pool.spawn(() => limiter.run(() => turns.push(i)))
pool.waitall()
console.log(turns.join())

class Connection {
  rollbacks = 0

  query(sql: string): string {
    sleep(1)
    return `rows of ${sql}`
  }

  rollback(): void {
    this.rollbacks++
  }

  close(): void {
    console.log(`closed after ${this.rollbacks}`)
  }
}

const connections = new ConnectionPool({ connect: () => new Connection(), max: 1 })
for (const table of ["a", "b"]) pool.spawn(() => console.log(connections.item((db) => db.query(table))))
pool.waitall()
connections.clear()
console.error(`peak ${peak}`)
