import { Event } from "greenlift/green"

const event = new Event()
setTimeout(() => event.send("sent"), 50)
console.log(event.wait())
