/** Random programs with a loop: what turns share is counted, collected, compared, aliased, closed over and hidden behind functions. */
import * as fc from "effect/FastCheck"

/** Statements of a turn, over its item `x`. */
const simple: ReadonlyArray<string> = [
  "load(x.id)",
  "n++",
  "n += load(x.v)",
  "n -= x.v",
  "total = total * 2 + (x.v % 7)",
  "total = total + load(x.v) / 3",
  "text += x.id",
  'text += load(x.v) + ";"',
  "text += [x.v, x.n]",
  "text = x.id + text",
  "list.push(load(x.id))",
  "list.push(x)",
  "list.push({ id: x.id, n })",
  "list.push(...[x.id, load(x.v)])",
  "list[x.id] = load(x.v)",
  "seen.add(x.v % 3)",
  "m.set(x.v % 3, load(x.id))",
  "m.delete(x.v % 4)",
  "counts[x.v % 3] = (counts[x.v % 3] || 0) + 1",
  "delete counts[x.v % 2]",
  "stats.a++",
  "stats.b += load(x.v)",
  "stats.last = x.id",
  "stats.best = stats.best > x.v ? stats.best : x.v",
  "if (x.v > max) max = x.v",
  "if (x.v < max) { max = x.v; stats.at = x.id } else n++",
  "max = Math.max(max, load(x.v))",
  "x.v > max && (max = x.v)",
  "best = best === null || x.v > best.v ? x : best",
  "if (best === null || best.v < x.v) best = x",
  "best = best.v > x.v ? best : x",
  "last ??= x.id",
  "last = x.id",
  "x.n = load(x.n) + 1",
  "x.n++",
  "x.own.push(load(x.id))",
  "x.at = list.length",
  "x.team.sum += x.v",
  "x.team.last = load(x.id)",
  "{ const t = x.team; t.sum = t.sum * 2 + 1 }",
  "{ const { team } = x; team.sum++ }",
  "console.log(x.id, load(x.n))",
  "console.log(x.id, x)",
  "console.log(n, ++n)",
  "console.log(x.team.sum)",
  "console.log(`${n}/${++stats.a} ${x.id}`)",
  "console.log(list.length, text)",
  "console.log(best && best.id)",
  "console.log(counts)",
  "log(x.id)",
  "log(load(x.id))",
  "tick()",
  "tick(load(x.v))",
  "console.log(get(x.v % 3))",
  "remember(x.id)",
  "remember(load(x.id))",
  "console.log(recall())",
  "rename(x)",
  "bump(stats)",
  "bump(x)",
  "alias.push(x.id)",
  "list2.push(x.id)",
  "console.log(list2.length)",
  "other.a += 2",
  "console.log(other.a)",
  "x.bump()",
  "x.share()",
  "x.count()",
  "console.log(Item.made)",
  "new Made(load(x.v))",
  "service.call(x.v)",
  "console.log(service.calls)",
  "handlers[x.v % 2 ? 'odd' : 'even'](x)",
  "find(x.id).n += load(1)",
  "if (seen.has(x.v % 3)) load(x.id)",
  "if (x.v === 4) throw new Error('four ' + x.id)",
  "if (load(x.id) === 3) throw new Error('three')",
  "if (x.v % 2) CONTINUE",
  "if (seen.has(x.v)) CONTINUE",
  "if (n > 3) text += 'big'",
  "queue2.push(queue2.length)",
  "step = step + 1; load(step)"
]

interface Ties {
  statement: string
  block: string
}

const { block } = fc.letrec<Ties>((tie: fc.LetrecTypedTie<Ties>) => {
  const s = tie("block")
  return {
    statement: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      { arbitrary: fc.constantFrom(...simple), weight: 12 },
      { arbitrary: s.map((a) => `if (x.v % 3) { ${a} }`), weight: 1 },
      { arbitrary: s.map((a) => `if (load(x.v) > 3) { ${a} } else { load(0) }`), weight: 1 },
      {
        arbitrary: fc.tuple(s, s).map(([a, b]) => `try { ${a} } catch (e) { console.log(e.message); ${b} }`),
        weight: 1
      },
      { arbitrary: fc.tuple(s, s).map(([a, b]) => `try { ${a} } finally { ${b} }`), weight: 1 },
      {
        arbitrary: s.map(
          (a) => `{ let own = 0; for (const y of [1, 2, 3]) { own += load(y * x.v); ${loopless(a)} } console.log(own) }`
        ),
        weight: 1
      },
      { arbitrary: s.map((a) => `for (let i = 0; i < 2; i++) { ${loopless(a)} }`), weight: 1 },
      { arbitrary: s.map((a) => `[1, 2].forEach((y) => { load(y); ${loopless(a)} })`), weight: 1 },
      { arbitrary: s.map((a) => `{ const f = () => { ${loopless(a)} }; load(1); f() }`), weight: 1 },
      { arbitrary: s.map((a) => `switch (x.v % 3) { case 0: { ${a} } default: load(2) }`), weight: 1 }
    ),
    block: fc.array(tie("statement"), { minLength: 1, maxLength: 3 }).map((all) => all.join("; "))
  }
})

/** Without what would go on with another loop than the turn's. */
const loopless = (code: string): string => code.replaceAll("CONTINUE", "n--")

const heads: ReadonlyArray<(body: string) => string> = [
  (body) => `for (const x of items) { ${body.replaceAll("CONTINUE", "continue")} }`,
  (body) => `items.forEach((x) => { ${body.replaceAll("CONTINUE", "return")} })`,
  (body) => `for (let i = 0; i < items.length; i++) { const x = items[i]; ${body.replaceAll("CONTINUE", "continue")} }`,
  (body) => `while (queue.length > 0) { const x = queue.shift(); ${body.replaceAll("CONTINUE", "continue")} }`,
  (body) => `let x; while ((x = cursor.next()) !== null) { ${body.replaceAll("CONTINUE", "continue")} }`,
  (body) => `for (const x of generate()) { ${body.replaceAll("CONTINUE", "continue")} }`,
  (body) => `each: for (const { x } of items.map((x) => ({ x }))) { ${body.replaceAll("CONTINUE", "continue each")} }`
]

const itemsOf = (shared: boolean, twice: boolean): string =>
  `[1, 2, 3, 4, 5].map((id) => new Item(id, ${shared ? "id % 2 ? red : blue" : "{ sum: id, last: 0 }"}))${twice ? ".flatMap((each) => (each.id % 2 ? [each, each] : [each]))" : ""}`

/** A program; `load(x)` blocks in it. It exports what is left of what turns share, and, where no turn failed, the items. */
export const loopProgram: fc.Arbitrary<string> = fc
  .tuple(block, block, fc.constantFrom(...heads), fc.boolean(), fc.boolean(), fc.boolean())
  .map(
    ([first, second, head, shared, twice, inFunction]) => `
let n = 0, total = 1, text = "", max = 2, best = null, last, done = 0, made = 0, recent = 0, step = 0
const list = [], list2 = [], alias = list2, seen = new Set(), m = new Map(), counts = {}, stats = { a: 0, b: 0, last: 0, best: 0, at: 0 }, other = stats, memo = {}, queue2 = []
const red = { sum: 1, last: 0 }, blue = { sum: 2, last: 0 }
class Item { static made = 0; constructor(id, team) { this.id = id; this.v = (id * 7) % 5; this.n = id; this.team = team; this.own = [] } bump() { this.n += load(1) } share() { this.team.sum += this.v } count() { Item.made++ } }
class Made { constructor(v) { made += v } }
const service = { calls: 0, call(v) { this.calls++; return load(v) } }
const handlers = { odd(x) { stats.a += x.v }, even(x) { load(x.v) } }
const items = ${itemsOf(shared, twice)}, queue = [...items]
const cursor = { at: 0, next() { return this.at < items.length ? items[this.at++] : null } }
function* generate() { for (const each of items) yield each }
const log = (a) => { done++; console.log(done, a) }
const tick = () => { done++ }
const get = (k) => { if (!(k in memo)) memo[k] = load(k); return memo[k] }
const remember = (id) => { recent = recent * 2 + id }
const recall = () => recent
const rename = (x) => { x.name = "r" + load(x.id) }
const bump = (o) => { o.a = (o.a || 0) + 1 }
const find = (id) => items.find((each) => each.id === id)
let failed = false
${inFunction ? `const run = () => { ${head(`${first}; ${second}`)} }\ntry { run() } catch (e) { failed = true; console.log("caught", e.message) }` : `try { ${head(`${first}; ${second}`)} } catch (e) { failed = true; console.log("caught", e.message) }`}
module.exports = { n, total, text, max, last, done, made, recent, step, list2, seen, m, counts, stats, memo, red, blue, calls: service.calls, made2: Item.made, queue2 }
if (!failed) Object.assign(module.exports, { items, list, best }); else Object.assign(module.exports, { list: list.map((each) => each?.id ?? each), best: best && best.id })`
  )
