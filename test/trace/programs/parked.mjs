import { GreenPool, Lock, scope, sleep, spawn } from "greenlift/green"

const lock = new Lock()
const pool = new GreenPool(1)

function holder() {
  lock.run(() => sleep(60_000))
}

scope(() => {
  spawn(holder)
  spawn(function waiter() {
    lock.acquire()
  })
  pool.spawn(sleep, 60_000)
  spawn(() => console.log("ready"))
})
