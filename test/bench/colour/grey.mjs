/** Work that may block wherever it calls, and never does: it splits HTML into tags and texts, counts, sorts and hashes. */
import { sleep } from "greenlift/blocking"
import { makePage, measure } from "./measure.mjs"

const isSlow = process.argv.includes("slow")

class Counter {
  counts = new Map()
  hash = 7

  tag(name) {
    if (isSlow) sleep(1)
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1)
  }

  text(text) {
    if (isSlow) sleep(1)
    for (let i = 0; i < text.length; i++) this.hash = (this.hash * 31 + text.charCodeAt(i)) | 0
  }
}

const parse = (page, handler) => {
  for (let at = 0; at < page.length; ) {
    const isTag = page[at] === "<"
    const found = page.indexOf(isTag ? ">" : "<", at)
    const end = found < 0 ? page.length : found
    if (isTag) handler.tag(/^\/?\w+/.exec(page.slice(at + 1, end))[0])
    else handler.text(page.slice(at, end))
    at = isTag ? end + 1 : end
  }
}

const compare = (a, b) => {
  if (isSlow) sleep(1)
  return a[0] < b[0] ? -1 : 1
}

const page = makePage()

measure(() => {
  const counter = new Counter()
  parse(page, counter)
  const sorted = [...counter.counts].sort(compare)
  const numbers = Array.from({ length: 5000 }, (_, i) => [(i * 7919) % 5003, i]).sort(compare)
  return [counter.hash, sorted.length, numbers[17][1]]
})
