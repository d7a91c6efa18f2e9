/** Detects blocking by itself, in plain Node and lifted. Prints what it was told, and goes on. */
import { detectBlocking } from "greenlift/green"

const seen = []
const detection = detectBlocking({ ms: 50, onBlocked: (blocking) => seen.push(blocking) })
function compute(ms) {
  for (const end = performance.now() + ms; performance.now() < end; );
}
setTimeout(() => {
  compute(300)
  detection.stop()
  compute(200)
  console.log(JSON.stringify(seen))
}, 200)
