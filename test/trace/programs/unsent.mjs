import { Event, spawn } from "greenlift/green"

const event = new Event()
spawn(function waiter() {
  event.wait()
})
