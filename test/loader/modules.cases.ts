/**
 * Programs of several modules, by name: the files of each, and how it is started. Each prints the same lifted as unlifted.
 */
export interface ModuleCase {
  readonly entry: string
  readonly files: Readonly<Record<string, string>>
  /** Whether this Node runs it unlifted. */
  readonly needs?: (version: readonly [major: number, minor: number]) => boolean
}

const sleep = `const { sleep } = require("greenlift/blocking")\n`
const importSleep = `import { sleep } from "greenlift/blocking"\n`
const esmPackage = `{ "type": "module" }`

export const moduleCases: Readonly<Record<string, ModuleCase>> = {
  "live bindings": {
    entry: "main.mjs",
    files: {
      "main.mjs": `${importSleep}import { count, increment, later } from "./counter.mjs"
import * as all from "./counter.mjs"
console.log(count, later)
increment()
sleep(1)
increment()
console.log(count, all.count, Object.keys(all))
try { count++ } catch (error) { console.log(error.message) }
console.log(typeof all, String(all), Object.isFrozen(all))`,
      "counter.mjs": `${importSleep}export let count = 0
export function increment() { sleep(1); count++ }
sleep(1)
export const later = "later"
export { count as "a string name" }`
    }
  },
  "cycles of ES modules": {
    entry: "main.mjs",
    files: {
      "main.mjs": `import { a } from "./a.mjs"
import { b } from "./b.mjs"
console.log(a(), b())`,
      "a.mjs": `${importSleep}import { b, early } from "./b.mjs"
console.log("a", early, typeof b)
export function a() { sleep(1); return "a" + b(1) }
export const value = (sleep(1), "value of a")`,
      "b.mjs": `${importSleep}import { a, value } from "./a.mjs"
export const early = "early"
export function b(n) { sleep(1); return n ? "b" : a() + value }
console.log("b", typeof a)
try { console.log(value) } catch (error) { console.log(error.name, error.message) }`
    }
  },
  "super called twice by a constructor that blocks, above one that does not": {
    entry: "main.cjs",
    files: {
      "main.cjs": `${sleep}let made = 0, fields = 0
class Base { constructor() { made++ } }
class Account extends Base {
  field = ++fields
  constructor() {
    sleep(1)
    super()
    try { (() => super())() } catch (error) { console.log(error.name) }
  }
}
console.log(new Account(), made, fields)`
    }
  },
  "what was compiled, beside what it was compiled from": {
    entry: "main.cjs",
    files: {
      "main.cjs": `${sleep}console.log(require("./part").name)\nsleep(1)`,
      "part.js": `exports.name = require("greenlift/blocking").sleep(1) ?? "compiled"`,
      "part.ts": `export const name: string = "source"`
    }
  },
  "import.meta": {
    entry: "main.mjs",
    files: {
      "main.mjs": `${importSleep}import { basename } from "node:path"
sleep(1)
const where = () => { sleep(1); return import.meta.url }
console.log(basename(where()), basename(import.meta.filename ?? "main.mjs"), typeof import.meta.resolve)
console.log(basename(import.meta.resolve("./other.mjs")), Object.getPrototypeOf(import.meta))`,
      "other.mjs": ""
    }
  },
  "dynamic import": {
    entry: "main.mjs",
    files: {
      "main.mjs": `${importSleep}console.log("begin")
const load = async (name) => { sleep(1); const module = await import("./" + name + ".mjs"); sleep(1); return module }
const first = await load("part")
const second = await import("./part.mjs")
console.log(first === second, first.value, first.default())
try { await import("./absent.mjs") } catch (error) { console.log(error.code) }
try { await import("./throws.mjs") } catch (error) { console.log(error.message) }
try { await import("./throws.mjs") } catch (error) { console.log(error.message) }
const { default: cjs, named } = await import("./common.cjs")
console.log(cjs, named)
import("./part.mjs").then(({ value }) => console.log("then", value))`,
      "part.mjs": `${importSleep}console.log("part begins")
sleep(2)
export const value = 42
export default () => { sleep(1); return "called" }
console.log("part ends")`,
      "throws.mjs": `${importSleep}sleep(1)
console.log("throws")
throw new Error("at the top of throws")`,
      "common.cjs": `exports.named = "named"`
    }
  },
  "dynamic import from CommonJS": {
    entry: "main.cjs",
    files: {
      "main.cjs": `${sleep}console.log("begin")
const main = async () => {
  const { value } = await import("./part.mjs")
  sleep(1)
  console.log(value, (await import("./part.mjs")).default)
}
main().then(() => console.log("end"))
console.log("sync end")`,
      "part.mjs": `${importSleep}sleep(1)
export const value = "part"
export default await Promise.resolve("default")`
    }
  },
  "top-level await": {
    entry: "main.mjs",
    files: {
      "main.mjs": `${importSleep}import { a } from "./a.mjs"
import { b } from "./b.mjs"
console.log(a, b)
for await (const x of (async function* () { yield 1; yield 2 })()) { console.log(x) }
const [p, q] = await Promise.all([Promise.resolve("p"), (sleep(1), "q")])
if (await Promise.resolve(true)) { sleep(1); console.log(p, q) }
export const exported = await new Promise((resolve) => setTimeout(resolve, 1, "exported"))
console.log(exported)
label: { await null; console.log("in a block"); break label }`,
      "a.mjs": `console.log("a begins")
await new Promise((resolve) => setTimeout(resolve, 5))
console.log("a ends")
export const a = "a"`,
      "b.mjs": `${importSleep}console.log("b begins")
sleep(1)
console.log("b ends")
export const b = await "b"`
    }
  },
  "CommonJS cycles": {
    entry: "main.cjs",
    files: {
      "main.cjs": `console.log("main")
const a = require("./a.cjs")
const b = require("./b.cjs")
console.log(a, b, a.late(), b.late())
console.log(require("./a.cjs") === a, module.children.length, require.main === module)`,
      "a.cjs": `${sleep}console.log("a begins")
exports.done = false
sleep(1)
const b = require("./b.cjs")
console.log("in a, b is", b)
exports.done = true
exports.late = () => { sleep(1); return b.done }
console.log("a ends", module.loaded)`,
      "b.cjs": `${sleep}console.log("b begins")
exports.done = false
const a = require("./a.cjs")
sleep(1)
console.log("in b, a is", a, require.cache[require.resolve("./a.cjs")].loaded)
module.exports = { done: true, replaced: true, late: () => (sleep(1), a.done) }
console.log("b ends")`
    }
  },
  "require in the middle of a function": {
    entry: "main.js",
    files: {
      "main.js": `${sleep}const load = (name) => {
  console.log("before", name)
  const loaded = require("./" + name)
  console.log("after", name, module.children.map(({ loaded }) => loaded))
  return loaded
}
function middle() { sleep(1); const { value } = require("./middle"); return value + load("late").value }
console.log(middle(), middle())
console.log(module.children.map(({ id }) => require("path").basename(id)))`,
      "middle.js": `${sleep}sleep(1)
exports.value = 1
console.log("middle", module.loaded, module.parent === require.main, require.main.filename === module.parent.filename)`,
      "late/index.js": `${sleep}sleep(1)
module.exports = function late() {}
module.exports.value = 2
return
console.log("never")`
    }
  },
  "modules that throw while they load": {
    entry: "main.cjs",
    files: {
      "main.cjs": `${sleep}for (const attempt of [1, 2]) {
  try {
    sleep(1)
    require("./broken.cjs")
  } catch (error) {
    console.log(attempt, error.message, require.resolve("./broken.cjs") in require.cache, module.children.length)
  }
}
try { require("./absent.cjs") } catch (error) { console.log(error.code) }
globalThis.fine = true
console.log(require("./broken.cjs"))`,
      "broken.cjs": `${sleep}exports.partial = true
sleep(1)
if (!globalThis.fine) throw new Error("broken")
exports.whole = true`
    }
  },
  "this, arguments and the module object": {
    entry: "main.cjs",
    files: {
      "main.cjs": `${sleep}sleep(1)
console.log(this === module.exports, arguments.length, typeof __filename, require("node:path").basename(__dirname).length > 0)
console.log(require("./strict.cjs"), require("./late.cjs")())
delete require.cache[require.resolve("./strict.cjs")]
console.log(require("./strict.cjs"))`,
      "strict.cjs": `"use strict"
${sleep}sleep(1)
console.log("strict", this === exports, arguments[2] === module, (function () { return this })())
exports = { lost: true }
module.exports.kept = true`,
      "late.cjs": `${sleep}sleep(1)
setTimeout(() => { module.exports.tooLate = 1 }, 0)
module.exports = () => { sleep(1); return Object.keys(require.cache).filter((file) => file.startsWith(__dirname)).length }`
    }
  },
  JSON: {
    entry: "main.cjs",
    files: {
      "main.cjs": `${sleep}sleep(1)
console.log(require("./data.json"), require("./data") === require("./data.json"))
try { require("./bad.json") } catch (error) { console.log(error.name) }`,
      "data.json": `{ "a": [1, 2] }`,
      "bad.json": "{"
    }
  },
  "JSON in ES modules": {
    entry: "main.mjs",
    files: {
      "main.mjs": `${importSleep}import data from "./data.json" with { type: "json" }
sleep(1)
console.log(data, (await import("./data.json", { with: { type: "json" } })).default === data)`,
      "data.json": `{ "a": [1, 2] }`
    }
  },
  "require of an ES module": {
    entry: "main.cjs",
    files: {
      "main.cjs": `${sleep}sleep(1)
const esm = require("./esm.mjs")
console.log(esm.value, esm.default(), esm.__esModule, Object.keys(esm))
const again = () => { sleep(1); return require("./esm.mjs") }
console.log(again() === esm)
try { require("./waits.mjs") } catch (error) { console.log(error.code) }`,
      "esm.mjs": `${importSleep}import common from "./common.cjs"
sleep(1)
export const value = common.value
export default function () { sleep(1); return "default" }`,
      "common.cjs": `${sleep}sleep(1); exports.value = 7`,
      "waits.mjs": "await 1"
    },
    needs: ([major, minor]) => major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19)
  },
  "both kinds, each importing the other": {
    entry: "main.js",
    files: {
      "package.json": esmPackage,
      "main.js": `${importSleep}import { createRequire } from "node:module"
import common, { named } from "./common.cjs"
import * as namespace from "./common.cjs"
const require = createRequire(import.meta.url)
sleep(1)
console.log(common.value, named, Object.keys(namespace).sort(), require("./common.cjs") === common)
console.log(await common.later())
console.log(require("./lazy.cjs").value)`,
      "common.cjs": `${sleep}console.log("common")
sleep(1)
exports.named = "named"
exports.value = 1
exports.later = async () => { sleep(1); return (await import("./part.js")).part }`,
      "part.js": `${importSleep}import { value } from "./common.cjs"
sleep(1)
export const part = "part " + value`,
      "lazy.cjs": `${sleep}console.log("lazy"); sleep(1); exports.value = "lazy value"`
    }
  },
  "exports handed on": {
    entry: "main.mjs",
    files: {
      "main.mjs": `import value, * as all from "./index.mjs"
import { renamed, nested } from "./index.mjs"
console.log(value, renamed(), nested.deep(), Object.keys(all))`,
      "index.mjs": `export * from "./one.mjs"
export { one as renamed, default } from "./one.mjs"
export * as nested from "./two.mjs"`,
      "one.mjs": `${importSleep}sleep(1)
export const one = () => (sleep(1), "one")
export default class { static { this.x = (sleep(1), 1) } }`,
      "two.mjs": `${importSleep}export const deep = () => (sleep(1), "deep")`
    }
  },
  "an entry that exits": {
    entry: "main.mjs",
    files: {
      "main.mjs": `${importSleep}process.on("exit", (code) => console.log("exit", code))
sleep(1)
process.exitCode = 3
setTimeout(() => { sleep(1); console.log("timer") }, 1)`
    }
  },
  "an entry that throws": {
    entry: "main.mjs",
    files: {
      "main.mjs": `${importSleep}process.on("exit", (code) => console.log("exit", code))
sleep(1)
console.log("before")
throw new RangeError("at the top")`
    }
  },
  "a CommonJS entry that throws": {
    entry: "main.cjs",
    files: {
      "main.cjs": `${sleep}process.on("exit", (code) => console.log("exit", code))
sleep(1)
console.log("before")
throw new RangeError("at the top")`
    }
  },
  "a module that throws below the entry": {
    entry: "main.cjs",
    files: {
      "main.cjs": `${sleep}process.on("exit", (code) => console.log("exit", code)); sleep(1); require("./inner.cjs")`,
      "inner.cjs": `${sleep}sleep(1); throw new Error("inner")`
    }
  },
  "an entry without an ending": {
    entry: "script",
    files: {
      script: `#!/usr/bin/env node\n${sleep}sleep(1)\nconsole.log(require("./part").value, __filename.endsWith("script"))`,
      "part.js": `exports.value = 1`
    }
  },
  "an entry by its name without the ending": {
    entry: "main",
    files: { "main.js": `${sleep}sleep(1)\nconsole.log("main", process.argv.length)` }
  },
  "an entry that is a folder": {
    entry: ".",
    files: { "index.js": `${sleep}sleep(1)\nconsole.log("index", require.main === module)` }
  },
  "an entry of .js in a package of ES modules": {
    entry: "main.js",
    files: {
      "package.json": esmPackage,
      "main.js": `${importSleep}sleep(1)\nconsole.log(typeof require, import.meta.url.endsWith("main.js"))`
    }
  },
  "an entry behind a link": {
    entry: "link.mjs",
    files: {
      "real/main.mjs": `${importSleep}import { value } from "./part.mjs"\nsleep(1)\nconsole.log(value, import.meta.url.endsWith("real/main.mjs"))`,
      "real/part.mjs": `export const value = 1`,
      "link.mjs": "-> real/main.mjs"
    }
  },
  "texts of functions, read from their files": {
    entry: "entry.mjs",
    files: {
      "entry.mjs": `
        import { worker, Job } from "./esm.mjs"
        import { createRequire } from "node:module"
        const { legacy, ask, white } = createRequire(import.meta.url)("./legacy.cjs")
        console.log("(" + worker + ")(3)", (0, eval)("(" + worker + ")(3)"), String(Job), worker.toString(), \`\${Job}\`)
        console.log(ask(legacy), ask(worker), ask(white), ask(Job.prototype.run), ask(Math.max))
        const later = async () => { const f = () => worker(1); return [\`\${f}\`, f.toString(), ask(later)] }
        console.log(await later())
        console.log(\`\${later}\`)
      `,
      "esm.mjs": `
        const sleep = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
        export function worker(n) { /* of a page */ if (n > 1 && typeof sleep === "function") sleep(1); return n * 2 }
        export class Job { run ( n ) { sleep(1); return worker(n) } }
      `,
      "legacy.cjs": `\uFEFF"use strict"
        const sleep = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
        exports.legacy = function (a, b) { sleep(1); return a + b }
        exports.white = (a) => { const helper = () => sleep(1)
          return [a, helper] }
        exports.ask = (f) => { sleep(1); return ["" + f, f.toString(), Function.prototype.toString.call(f)].join("\\n") }
      `
    }
  }
}
