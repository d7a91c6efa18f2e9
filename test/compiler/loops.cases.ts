/** Loops of small programs, and whether their turns can run at once. `fetch` and `save` block. */
export interface LoopCase {
  readonly source: string
  /** What the first obstacle says, or null where there is none. */
  readonly obstacle: RegExp | null
}

const head = `const { fetch, save } = require("./blocking"); const items = [1, 2, 3]; `

const independent = (source: string): LoopCase => ({ source: head + source, obstacle: null })
const dependent = (source: string, obstacle: RegExp): LoopCase => ({ source: head + source, obstacle })

export const loopCases: Readonly<Record<string, LoopCase>> = {
  "a call for each item": independent(`for (const x of items) save(x)`),
  "variables of the turn": independent(
    `for (const x of items) { let y = fetch(x); y += 1; const z = { y }; z.y = 2; save(z) }`
  ),
  "continue, also in a nested loop": independent(
    `for (const x of items) { if (x === 1) continue; for (const y of [1]) { if (y) continue; break } save(x) }`
  ),
  "try and finally": independent(
    `for (const x of items) { try { save(x) } catch (e) { save(e) } finally { save(0) } }`
  ),
  "a counter": independent(`let n = 0; for (const x of items) { save(x); n++ } save(n)`),
  "a sum over what was fetched": independent(`let total = 0; for (const x of items) total += fetch(x); save(total)`),
  "pushing to a list": independent(`const list = []; for (const x of items) { list.push(fetch(x)) } save(list)`),
  "filling a map, a set, an object": independent(
    `const m = new Map(), s = new Set(), o = {}; for (const x of items) { m.set(x, fetch(x)); s.add(x); o[x] = fetch(x) } save([m, s, o])`
  ),
  "destructured items": independent(`for (const { a, b: [c] } of items) save(a + c)`),
  "calling methods of an object from outside": independent(
    `const db = new Db(); for (const x of items) db.save(fetch(x))`
  ),
  "closures that read what is outside": independent(
    `const k = 2; for (const x of items) save(items.map((y) => y * k + x))`
  ),
  "a counter in a function that is called": independent(
    `let calls = 0; function get(x) { calls++; return fetch(x) } for (const x of items) save(get(x))`
  ),
  counting: independent(`for (let i = 0, n = items.length; i < n; i += 1) save(items[i])`),
  "keys of an object": independent(`const o = { a: 1 }; for (const key in o) save(o[key])`),
  "forEach with an arrow": independent(
    `let n = 0; items.forEach((x) => { if (x === 1) return; save(x); n++ }); save(n)`
  ),
  "map with a function of the module": independent(`function get(x) { return fetch(x) } save(items.map(get))`),
  "awaiting in an async function": independent(
    `async function main() { let n = 0; for (const x of items) { n += await fetch(x) } return n } main()`
  ),
  "what handlers of events assign": independent(
    "const e = new (require('events'))(); let last; e.on('x', (x) => { last = x }); for (const x of items) { e.emit('x', x); save(x) }"
  ),
  break: dependent(`for (const x of items) { if (fetch(x)) break }`, /`break` leaves the loop/),
  return: dependent(
    `function f() { for (const x of items) { if (fetch(x)) return x } } f()`,
    /`return` leaves the loop/
  ),
  "continue of an outer loop": dependent(
    `a: for (const y of items) for (const x of items) { if (fetch(x)) continue a }`,
    /`continue` leaves the loop/
  ),
  "a variable read and written across turns": dependent(
    `let last = 0; for (const x of items) { save(x + last); last = fetch(x) }`,
    /`last` is written by one turn and read by others/
  ),
  "a counter that the body reads": dependent(`let n = 0; for (const x of items) { n++; save(n) }`, /`n` is written/),
  "a counter that a function reads which is called before anything blocks": dependent(
    `let n = 0; const log = () => save(n); for (const x of items) { n++; log(); save(x) }`,
    /`n` is written/
  ),
  "lost updates by concatenation": dependent(
    `let all = []; for (const x of items) all = all.concat(fetch(x)); save(all)`,
    /`all` is written by one turn/
  ),
  "an undeclared global": dependent(`for (const x of items) { result = fetch(x); save(result) }`, /declared nowhere/),
  "a loop variable from outside": dependent(`let x; for (x of items) save(x)`, /outlives the turn/),
  "a var in the body that is used after it": dependent(
    `for (const x of items) { var y = fetch(x) } save(y)`,
    /`var` makes `y` one variable/
  ),
  "one request object for all turns": dependent(
    `const xhr = new XMLHttpRequest(); for (const x of items) { xhr.open("GET", x); fetch(x); save(xhr.responseText) }`,
    /one object for all turns/
  ),
  "a property of an object from outside": dependent(
    `const state = {}; for (const x of items) { state.current = x; save(fetch(state)) }`,
    /`state.current` is changed/
  ),
  "a property of this that is read": dependent(
    `class A { run() { for (const x of items) { this.current = x; save(fetch(this.current)) } } } new A().run()`,
    /`this` is the same object in every turn/
  ),
  "a cursor": dependent(
    `const it = items.values(); for (const x of items) save([fetch(x), it.next()])`,
    /changes `it`/
  ),
  "a regular expression with a cursor": dependent(
    `const re = /a/g; for (const x of items) save([fetch(x), re.exec("aaa")])`,
    /changes `re`/
  ),
  "a list that is read in the loop": dependent(
    `const seen = []; for (const x of items) { if (seen.includes(x)) continue; seen.push(x); save(x) }`,
    /changes `seen`/
  ),
  "a count that the body changes": dependent(
    `for (let i = 0; i < 3; i++) { if (fetch(i)) i++ }`,
    /`i` decides on the next turn, and the body changes it/
  ),
  "a count that calls decide on": dependent(
    `for (let i = 0; i < items.filter((x) => x).length; i++) save(i)`,
    /decides on the next turn, and may depend on the body/
  ),
  "a for loop without an end": dependent(
    `for (let i = 0; ; i++) { if (fetch(i)) break }`,
    /only `break` or `return` can end it/
  ),
  "the next page read from the last by the body": dependent(
    `let page = 1; while (page) { const rows = fetch(page); save(rows); page = rows.next }`,
    /depends on the turn before it/
  ),
  "forEach that changes what is outside": dependent(
    `let last; items.forEach((x) => { save(last); last = fetch(x) }); save(last)`,
    /`last` is written by one turn/
  ),
  "a queue that a called function feeds": dependent(
    `const queue = [1]; const add = (x) => { if (x < 5) queue.push(x) }; for (const x of queue) { fetch(x); add(x + 1) }`,
    /add changes `queue`/
  ),
  "an object whose methods change it": dependent(
    `class Api { get(x) { this.url = x; return fetch(this.url) } } const api = new Api(); for (const x of items) save(api.get(x))`,
    /Api.get changes its object/
  ),
  "something taken out of a collection": dependent(
    `const users = { a: { n: 0 } }; for (const x of items) { const user = users[x]; user.n = user.n + fetch(x) }`,
    /`user.n` is changed, and `users` was made outside/
  ),
  "adding up deep in the items, and using that": dependent(
    `for (const x of items) { save(x.team.total); x.team.total += 1 }`,
    /`x.team.total` is changed in an object that other items may have too/
  ),
  "a list of this": dependent(
    `class A { constructor() { this.rows = [] } run() { for (const x of items) { this.rows.push(fetch(x)) } } } new A().run()`,
    /`this` is the same object/
  ),
  "state of an enclosing function": dependent(
    `const make = () => { let session = null; return { get: (x) => { if (!session) session = fetch("s"); return session + x } } }; const c = make(); for (const x of items) save(c.get(x))`,
    /get changes `session`/
  ),
  "a list with another name": dependent(
    `const rows = []; const self = { rows }; for (const x of items) { rows.push(fetch(x)); save(self.rows.length) }`,
    /changes `rows`/
  ),
  "borrowed push": dependent(
    `const rows = []; for (const x of items) { Array.prototype.push.apply(rows, [fetch(x)]) } save(rows)`,
    /changes `rows`/
  ),
  "a file that a called function writes": dependent(
    `const fs = require("fs"); const log = (x) => fs.appendFileSync("log.csv", x); for (const x of items) { log(fetch(x)) }`,
    /log calls fs.appendFileSync/
  ),
  "the working directory": dependent(`for (const x of items) { process.chdir("/"); save(x) }`, /process.chdir/),
  "a regular expression that is tested with a cursor": dependent(
    `const re = /a/g; for (const x of items) { fetch(x); save(re.test(x)) }`,
    /changes `re`/
  ),
  "yield in a generator": dependent(
    `function* g() { for (const x of items) { yield fetch(x) } } save([...g()])`,
    /`yield` in its body hands its turns out/
  ),
  "a condition that depends on the body": dependent(
    `let page = 1; while (page) { page = fetch(page) }`,
    /depends on the turn before it/
  ),
  "shared state behind a function": dependent(
    `let token = null; function get(x) { if (token === null) token = fetch("t"); return fetch(x + token) } for (const x of items) save(get(x))`,
    /get changes `token`, and every turn calls it/
  ),
  "this of a function that is borrowed": dependent(
    "const st = { n: 0 }; function inc(x) { const b = this.n; fetch(x); this.n = b + x } for (const x of items) inc.call(st, x); save(st.n)",
    /changes its object/
  ),
  "this of a function that is applied by Reflect": dependent(
    "const st = { n: 0 }; function inc(x) { const b = this.n; fetch(x); this.n = b + x } for (const x of items) Reflect.apply(inc, st, [x]); save(st.n)",
    /changes its object/
  ),
  "this of a function that was bound": dependent(
    "const o = { n: 1, inc(x) { this.n = this.n * 2 + x } }; const f = o.inc.bind(o); for (const x of items) { fetch(x); f(x) } save(o.n)",
    /changes its object/
  ),
  "a property that is defined": dependent(
    "const o = { x: 0 }; for (const x of items) { fetch(x); Object.defineProperty(o, 'x', { value: o.x * 2 + x, configurable: true }) } save(o.x)",
    /`o/
  ),
  "a property that is set by Reflect": dependent(
    "const o = { x: 0 }; for (const x of items) { fetch(x); Reflect.set(o, 'x', Reflect.get(o, 'x') * 3 + x) } save(o.x)",
    /`o/
  ),
  "shared memory": dependent(
    "const a = new Int32Array(new SharedArrayBuffer(4)); for (const x of items) { save(Atomics.add(a, 0, 1)); fetch(x) }",
    /`a/
  ),
  "a date that is moved on": dependent(
    "const d = new Date(0); for (const x of items) { fetch(x); d.setDate(d.getDate() * 2 + x) } save(d)",
    /changes `d`/
  ),
  "push by another name": dependent(
    "const { push } = Array.prototype, a = []; for (const x of items) { fetch(x); save(push.call(a, x)) }",
    /changes `a`/
  ),
  "what a copy has in common with its original": dependent(
    "const st = { a: { n: 0 } }; for (const x of items) { const c = { ...st }; fetch(x); c.a.n = c.a.n * 2 + x } save(st)",
    /`c\.a\.n` is changed/
  ),
  "code made from text": dependent("let n; for (const x of items) { eval('n = x'); fetch(x); save(n) }", /`eval`/),
  "what a conversion to text changes": dependent(
    "let k = 0; const o = { toString() { return String(k++) } }; for (const x of items) { fetch(x); save(`${o}` + x) }",
    /toString changes `k`/
  ),
  "what a getter that was defined changes": dependent(
    "let k = 0; const o = {}; Object.defineProperty(o, 'x', { get() { return k++ } }); for (const x of items) { fetch(x); save(o.x) }",
    /changes `k`/
  ),
  "what a trap of a proxy changes": dependent(
    "let k = 0; const p = new Proxy({}, { get: (o, key) => k++ }); for (const x of items) { fetch(x); save(p.a) }",
    /changes `k`/
  )
}
