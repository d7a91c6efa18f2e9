import { Postgres } from "greenlift/blocking"
import { Event, spawn } from "greenlift/green"

const db = new Postgres({ url: process.env.DATABASE_URL, connections: 1 })
const sent = new Event()

spawn(function holder() {
  db.transaction(() => {
    db.query("SELECT 1")
    sent.wait()
  })
})
spawn(function sender() {
  db.query("SELECT 2")
  sent.send()
})
