/** Measures a CPU-bound function in the process it runs in: ms of CPU, the median of some rounds, and what it gives. */
export const measure = (once) => {
  for (let round = 0; round < 3; round++) once()
  const times = []
  let result
  for (let round = 0; round < 7; round++) {
    const before = process.cpuUsage()
    result = once()
    const { user, system } = process.cpuUsage(before)
    times.push((user + system) / 1000)
  }
  times.sort((a, b) => a - b)
  console.log(JSON.stringify({ cpuMs: times[3], result }))
}

/** 1 MB of HTML. */
export const makePage = () => {
  const rows = []
  for (let i = 0, length = 0; length < 1e6; i++) {
    rows.push(`<div class="c${i % 7}" id=i${i}><a href="/x?${i}">link ${i} &amp; more</a><ul><li>1<li>2</ul></div>`)
    length += rows.at(-1).length
  }
  return rows.join("")
}
