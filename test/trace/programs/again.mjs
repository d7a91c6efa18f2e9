import { Event, LightQueue } from "greenlift/green"

const event = new Event()
const cleanup = new LightQueue()
try {
  event.wait()
} finally {
  cleanup.get()
}
