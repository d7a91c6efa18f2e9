/**
 * The table of loops: small programs, each with the verdict on its first loop that blocks. `load(x)` blocks, and gives x.
 *
 * "independent": nothing is shared; "carried": what is shared is noted and carried out in order; "waits": from some statement
 * on, a turn waits for those before it. A code says why a loop is refused.
 */
import type { Reason } from "../../src/compiler/index.js"

export type Verdict = "independent" | "carried" | "waits" | Reason

export interface LoopProgram {
  readonly verdict: Verdict
  readonly source: string
}

const xs = "const xs = [5, 3, 8, 1, 9, 2, 7, 4]; "

export const loopTable: Readonly<Record<string, LoopProgram>> = {
  // Independent.
  "a call for each item": {
    verdict: "independent",
    source: `${xs} for (const x of xs) { console.log("a", load(x)); console.log("b", load(x)) }`
  },
  "items that are changed": {
    verdict: "independent",
    source: `const us = [{ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }]; module.exports = us; for (const u of us) { u.n = load(u.n) * 2; u.seen = load(true) }`
  },
  "an item that comes twice": {
    verdict: "independent",
    source: `const u = { n: 1 }; const us = [u, { n: 2 }, u, u, { n: 3 }]; module.exports = us; for (const each of us) { each.n = load(each.n) + 1; console.log(each.n) }`
  },
  "methods of the items": {
    verdict: "independent",
    source: `class A { constructor(n) { this.n = n; this.log = [] } update() { const v = load(this.n); this.log.push(v); this.n = load(v) + 1 } }
      const as = [1, 2, 3, 4].map((n) => new A(n)); module.exports = as; for (const a of as) { a.update(); console.log(a.n) }`
  },
  "an inner loop of the turn's own": {
    verdict: "independent",
    source: `for (const x of [1, 2, 3]) { let own = 0; for (const y of [1, 2, 3]) { own += load(x * y) } console.log(own) }`
  },
  "continue, and a label of its own": {
    verdict: "independent",
    source: `${xs} each: for (const x of xs) { if (x % 2) continue; for (const y of [1, 2, 3]) { if (load(y) === 2) continue each; console.log(x, y) } }`
  },
  "closures over the turn's variables": {
    verdict: "independent",
    source: `${xs} for (const x of xs) { const f = (y) => load(x * y); console.log([1, 2].map(f).join()) }`
  },
  "counting by two with two variables": {
    verdict: "independent",
    source: `for (let i = 0, n = 9; i < n; i += 2) { const f = () => i * n; console.log(load(i), f()) }`
  },
  "a head that needs arithmetic": {
    verdict: "independent",
    source: `${xs} for (let i = 0; i < Math.min(xs.length, 6); i++) console.log(load(xs[i]))`
  },
  "keys of an object": {
    verdict: "independent",
    source: `const o = { b: 2, a: 1, c: 3 }; for (const key in o) console.log(key, load(o[key]))`
  },
  map: { verdict: "independent", source: `module.exports = [4, , 2, 7].map((x, i) => load(x * i))` },
  "failures caught in the turn": {
    verdict: "independent",
    source: `${xs} for (const x of xs) { try { if (load(x) % 2) throw new Error("odd " + x); console.log(x) } catch (e) { console.log(e.message) } finally { console.log("f", load(x)) } }`
  },
  "a failure of one turn": {
    verdict: "independent",
    source: `${xs} for (const x of xs) { console.log("a", load(x)); if (x === 9) throw new Error("nine"); console.log("b", load(x)) }`
  },
  "a generator that writes as it goes": {
    verdict: "independent",
    source: `function* source() { for (let i = 0; i < 5; i++) { yield i } } for (const x of source()) console.log(load(x))`
  },
  "entries of a map": {
    verdict: "independent",
    source: `const m = new Map([["a", 1], ["b", 2], ["c", 3]]); for (const [k, v] of m) console.log(k, load(v))`
  },

  // Carried.
  "a counter": {
    verdict: "carried",
    source: `${xs} let n = 0; for (const x of xs) { load(x); n++ } module.exports = n`
  },
  "a counter in the middle, and a failure": {
    verdict: "carried",
    source: `${xs} let n = 0; try { for (const x of xs) { load(x); n++; if (load(x) === 9) throw new Error("nine"); n += 10 } } catch (e) { console.log(e.message) } module.exports = n`
  },
  "a sum of fractions": {
    verdict: "carried",
    source: `let total = 0; for (const x of [0.1, 0.7, 1e17, -1e17, 0.3]) total += load(x); module.exports = total`
  },
  "a sum spelt out": {
    verdict: "carried",
    source: `${xs} let total = 1; for (const x of xs) { const v = load(x); total = total * 2 + v } module.exports = total`
  },
  "text that grows": {
    verdict: "carried",
    source: `${xs} let out = ""; for (const x of xs) { out += load(x) + ","; load(x); out += \`<\${x}>\` } module.exports = out`
  },
  "a list": {
    verdict: "carried",
    source: `${xs} const out = []; for (const x of xs) { if (load(x) === 8) continue; out.push(load(x), x) } module.exports = out`
  },
  "a list, by spreading": {
    verdict: "carried",
    source: `${xs} const out = []; for (const x of xs) { const rows = [load(x)]; out.push(...rows, ...[x, x]); rows.push(0) } module.exports = out`
  },
  "a map, a set and an object": {
    verdict: "carried",
    source: `${xs} const m = new Map(), s = new Set(), o = {}; for (const x of xs) { m.set(x % 3, load(x)); s.add(x % 4); o["k" + (x % 3)] = load(x) } module.exports = [[...m], [...s], o]`
  },
  "an array by index": {
    verdict: "carried",
    source: `${xs} const out = []; for (let i = 0; i < xs.length; i++) { out[i] = load(xs[i]) } module.exports = out`
  },
  "properties that count": {
    verdict: "carried",
    source: `${xs} const stats = { updated: 0, bytes: 0 }; for (const x of xs) { stats.bytes += load(x); stats.updated++ } module.exports = stats`
  },
  "properties of a parameter": {
    verdict: "carried",
    source: `${xs} const run = (stats) => { for (const x of xs) { stats.bytes += load(x); stats.updated++ } return stats }; module.exports = run({ updated: 0, bytes: 0 })`
  },
  "properties of this": {
    verdict: "carried",
    source: `${xs} class Updater { constructor() { this.updated = 0; this.last = null } run() { for (const x of xs) { this.last = load(x); this.updated++ } } } const u = new Updater(); u.run(); module.exports = u`
  },
  "counts by key": {
    verdict: "carried",
    source: `${xs} const counts = {}; for (const x of xs) { const key = load(x) % 3; counts[key] = (counts[key] || 0) + 1 } module.exports = counts`
  },
  "the greatest, by if": {
    verdict: "carried",
    source: `${xs} let max = -Infinity; for (const x of xs) { const v = load(x); if (v > max) max = v } module.exports = max`
  },
  "the greatest, by Math.max": {
    verdict: "carried",
    source: `${xs} let max = 0; for (const x of xs) { max = Math.max(max, load(x)) } module.exports = max`
  },
  "the best item": {
    verdict: "carried",
    source: `const as = [{ s: 3 }, { s: 9, a: 1 }, { s: 9, a: 2 }, { s: 1 }]; let best = as[0]; for (const a of as) { load(a.s); best = a.s > best.s ? a : best } module.exports = best`
  },
  "the best item, with its index": {
    verdict: "carried",
    source: `${xs} let best = null, at = -1; for (let i = 0; i < xs.length; i++) { const v = load(xs[i]); if (best === null || v >= best) { best = v; at = i } } module.exports = [best, at]`
  },
  "a counter that is written as it goes": {
    verdict: "carried",
    source: `${xs} let done = 0; for (const x of xs) { load(x); console.log(\`\${++done}/\${xs.length} \${x}\`) } module.exports = done`
  },
  "progress, every third": {
    verdict: "carried",
    source: `${xs} let done = 0; for (const x of xs) { console.log("got", load(x)); done++; if (done % 3 === 0) console.log("done", done) }`
  },
  forEach: {
    verdict: "carried",
    source: `${xs} let n = 0; const out = []; xs.forEach((x) => { if (x === 1) return; out.push(load(x)); n += load(x) }); module.exports = [n, out]`
  },
  "forEach of an expression": {
    verdict: "carried",
    source: `${xs} let total = 0; xs.forEach((x) => total += load(x)); module.exports = total`
  },
  "a counter in a function that is called": {
    verdict: "carried",
    source: `${xs} let calls = 0; const get = (x) => { calls++; return load(x) }; try { for (const x of xs) { console.log(get(x)); if (x === 9) throw new Error("nine") } } catch (e) { console.log(e.message) } module.exports = calls`
  },
  "sums of two loops, one in the other": {
    verdict: "carried",
    source: `let all = 0; for (const x of [3, 1, 2]) { let own = 0; for (const y of [1, 2, 3]) { own += load(x * y); all += load(y) } console.log(x, own) } module.exports = all`
  },
  "what every turn assigns": {
    verdict: "carried",
    source: `${xs} let last; for (const x of xs) { load(x); last = { x } } module.exports = last`
  },
  "objects that items share": {
    verdict: "carried",
    source: `const team = { total: 1 }; const us = [{ n: 5, team }, { n: 2, team }, { n: 3, team }]; for (const u of us) { u.team.total = u.team.total * 2 + load(u.n) } module.exports = team`
  },
  "a queue that is emptied": {
    verdict: "independent",
    source: `const queue = [5, 3, 8, 1, 9]; while (queue.length) { const x = queue.shift(); console.log(load(x)) } module.exports = queue`
  },
  "a cursor": {
    verdict: "carried",
    source: `const make = () => { let i = 0; return { next: () => (i < 6 ? { id: i++ } : null) } }; const cursor = make(); let row, n = 0;
      while ((row = cursor.next()) !== null) { row.name = "r" + load(row.id); console.log(row.name); n++ } module.exports = n`
  },
  "pages, each of which tells of the next": {
    verdict: "independent",
    source: `const page = (n) => load({ n, next: n < 5 ? n + 1 : 0 }); for (let p = page(1); p.n !== 0; p = p.next ? page(p.next) : { n: 0 }) console.log(load(p.n))`
  },
  "for ever, until there is no more": {
    verdict: "independent",
    source: `let i = 0; const next = () => (i < 6 ? load({ v: i++ }) : null); for (;;) { const r = next(); if (!r) break; console.log(load(r.v)) }`
  },
  "a regular expression's matches": {
    verdict: "independent",
    source: `const re = /[a-z](\\d)/g; let m; while ((m = re.exec("a1 b2 c3 d4 e5")) !== null) { console.log(m[1], load(m.index)) }`
  },
  "do, while there is more": {
    verdict: "independent",
    source: `const queue = [3, 1, 2]; do { const x = queue.shift(); console.log(load(x)) } while (queue.length > 0)`
  },

  // A turn waits for those before it, from some statement on.
  "a list of what was seen": {
    verdict: "waits",
    source: `${xs} const seen = new Set(); for (const x of xs) { const v = load(x) % 4; if (seen.has(v)) continue; seen.add(v); console.log(load(v)) } module.exports = [...seen]`
  },
  "what the outer loop changes, told of two loops further in": {
    verdict: "carried",
    source: `const stats = { a: 0 }, other = stats; for (const x of [1, 2, 3]) { for (const y of [1, 2]) { load(y); for (const z of [1, 2]) { console.log(other.a, x, y, z); load(z) } } stats.a++ } module.exports = stats`
  },
  "a step behind a function, two loops further in": {
    verdict: "waits",
    source: `let last = 0; const step = (x) => { last = last * 2 + x; return last }; for (const x of [1, 2, 3]) { for (const y of [1, 2]) { load(y); for (const z of [1, 2]) { load(z); console.log(step(x), x, y, z) } } } module.exports = last`
  },
  "a store behind a function": {
    verdict: "waits",
    source: `${xs} const rows = {}; let last = 0; const store = (v) => { rows[v % 3] = (rows[v % 3] ?? last) + v; last = v }; for (const x of xs) { const v = load(x); store(v) } module.exports = [rows, last]`
  },
  "objects that are added up": {
    verdict: "carried",
    source: `${xs} let out = ""; for (const x of xs) { const row = [load(x)]; out += row; row.push(1); console.log(row) } module.exports = out`
  },
  "a log of what was done": {
    verdict: "waits",
    source: `${xs} let done = 0; const log = (x) => { done++; console.log(done, x) }; for (const x of xs) { const v = load(x); log(v) }`
  },

  // Refused.
  break: { verdict: "GL3101", source: `${xs} for (const x of xs) { if (load(x) === 8) break; console.log(x) }` },
  return: {
    verdict: "GL3101",
    source: `${xs} const f = () => { for (const x of xs) { if (load(x) === 8) return x } }; f()`
  },
  "continue of an outer loop": {
    verdict: "GL3101",
    source: `${xs} const f = (y) => { outer: do { for (const x of xs) { if (load(x) === y) continue outer } } while (false) }; f(1)`
  },
  "a variable that the next turn reads": {
    verdict: "GL3102",
    source: `${xs} let last = 0; for (const x of xs) { console.log(load(x + last)); last = x }`
  },
  "a variable declared nowhere": {
    verdict: "GL3102",
    source: `${xs} for (const x of xs) { result = load(x); console.log(result) }`
  },
  "a request that is used again": {
    verdict: "GL3103",
    source: `${xs} const state = {}; for (const x of xs) { state.url = x; console.log(load(state.url)) }`
  },
  "a list with two names": {
    verdict: "GL3103",
    source: `const rows = [1, 2, 3]; const more = rows; for (const x of rows) { if (x < 9) more.push(load(x) * 3) }`
  },
  "a list that may have two names": {
    verdict: "GL3103",
    source: `const run = (list, out) => { for (const x of list) { if (x < 9) out.push(load(x) * 3) } }; const l = [1, 2]; run(l, l)`
  },
  "the next page computed by the body": {
    verdict: "GL3104",
    source: `let page = 1; while (page) { const r = load({ next: page < 4 ? page + 1 : 0 }); console.log(r.next); page = r.next }`
  },
  "a queue that the body fills": {
    verdict: "GL3104",
    source: `const queue = [1]; while (queue.length) { const x = queue.shift(); if (load(x) < 5) queue.push(x + 1) }`
  },
  "a queue that is iterated and filled": {
    verdict: "GL3103",
    source: `const queue = [1]; for (const x of queue) { if (load(x) < 5) queue.push(x + 1) }`
  },
  "matches, where the body reads the cursor": {
    verdict: "GL3104",
    source: `const re = /\\d/g; let m; while ((m = re.exec("1 2 3"))) { console.log(load(re.lastIndex)) }`
  },
  "a count that the body changes": {
    verdict: "GL3104",
    source: `for (let i = 0; i < 5; i++) { if (load(i) === 2) i++ }`
  },
  "a variable of the loop that lives on": {
    verdict: "GL3105",
    source: `${xs} let x; for (x of xs) load(x); console.log(x)`
  },
  var: { verdict: "GL3105", source: `${xs} for (const x of xs) { var y = load(x) } console.log(y)` },
  "a memo in a function that is called": {
    verdict: "GL3106",
    source: `${xs} const memo = {}; const get = (k) => { if (!(k in memo)) memo[k] = load(k); return memo[k] }; for (const x of xs) console.log(get(x % 3))`
  },
  "a token that is fetched once": {
    verdict: "GL3106",
    source: `${xs} let token = null; const get = (x) => { if (token === null) token = load("t"); return load(token + x) }; for (const x of xs) console.log(get(x))`
  },
  "an object whose methods change it": {
    verdict: "GL3106",
    source: `${xs} class Api { get(x) { this.url = x; return load(this.url) } } const api = new Api(); for (const x of xs) console.log(api.get(x))`
  },
  "one file": {
    verdict: "GL3107",
    source: `const fs = require("fs"); ${xs} const log = (x) => fs.appendFileSync("log", x); for (const x of xs) { log(load(x)) }`
  },
  "a generator's yields": {
    verdict: "GL3101",
    source: `${xs} function* g() { for (const x of xs) { yield load(x) } } [...g()]`
  },
  "a cleanup that counts and decides": {
    verdict: "GL3106",
    source: `${xs} let open = 0; for (const x of xs) { try { load(x) } finally { if (open++ > 3) load(x) } }`
  }
}
