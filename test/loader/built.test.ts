import { execFile } from "node:child_process"
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { type BuildOptions, build } from "esbuild"
import ts from "typescript"
import { afterAll, assert, beforeAll, describe, it } from "vitest"

const root = fileURLToPath(new URL("../..", import.meta.url))
const folder = realpathSync(mkdtempSync(join(tmpdir(), "greenlift-bundles-")))

const files = {
  "main.ts": `import groupBy from "lodash/groupBy"
import { GreenPool } from "greenlift/green"
import { Account, accounts } from "./account"
const table = require("./table.cjs")

let fans = 0
for (const account of accounts(table.rows)) {
  account.update()
  fans += account.fans
  console.log(account.title, account.fans)
}
console.log(fans, Object.keys(groupBy(table.rows, "kind")), table.touch(1))
const pool = new GreenPool(2)
const order: Array<number> = []
for (const id of [1, 2]) pool.spawn(() => { order.push(id); new Account(id, "pooled").update(); order.push(id) })
pool.waitall()
console.error("order", order.join(""))
try { Account.fail() } catch (error) {
  console.error((error as Error).stack!.split("\\n").filter((line) => line.includes("account.ts")).join())
}
`,
  "account.ts": `import { sleep } from "greenlift/blocking"
export enum Kind { Plain, Business }
export class Account {
  fans = 0
  #factor = 10
  constructor(readonly id: number, readonly kind: string) {}
  update(): void {
    sleep(1)
    this.fans = this.id * this.#factor
  }
  get title(): string {
    sleep(1)
    return \`\${Kind[this.kind === "plain" ? Kind.Plain : Kind.Business]} \${this.id}\`
  }
  static fail(): never {
    sleep(1)
    throw new Error("failed")
  }
}
export function* accounts(rows: Iterable<{ id: number; kind: string }>) {
  for (const { id, kind } of rows) yield new Account(id, kind)
}
`,
  "table.cjs": `const { sleep } = require("greenlift/blocking")
exports.rows = [{ id: 3, kind: "plain" }, { id: 1, kind: "business" }, { id: 2, kind: "plain" }]
exports.touch = function touch(id) {
  sleep(1)
  return "touched " + id
}
`
}

beforeAll(() => {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
  mkdirSync(join(folder, "node_modules"))
  symlinkSync(root, join(folder, "node_modules/greenlift"))
  symlinkSync(join(root, "node_modules/lodash"), join(folder, "node_modules/lodash"))
})

afterAll(() => rmSync(folder, { recursive: true }))

const run = (...args: ReadonlyArray<string>) =>
  new Promise<{ readonly stdout: string; readonly stderr: string }>((resolve) => {
    const env = { ...process.env, GREENLIFT_CACHE: join(folder, "cache") }
    execFile(process.execPath, args, { cwd: folder, env }, (_, stdout, stderr) => resolve({ stdout, stderr }))
  })

const bundled = async (name: string, options: BuildOptions): Promise<string> => {
  await build({
    absWorkingDir: folder,
    entryPoints: ["main.ts"],
    bundle: true,
    platform: "node",
    external: ["greenlift/*"],
    outfile: join(folder, name),
    sourcemap: true,
    logLevel: "error",
    ...options
  })
  return name
}

/** An ES module has no `require` of its own for what stays outside of it. */
const banner = { js: `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);` }

const cli = join(root, "dist/cli/main.js")

describe("a bundle of a program is lifted as the program is", () => {
  const forms: Readonly<Record<string, readonly [name: string, BuildOptions]>> = {
    "an ES module": ["module.mjs", { format: "esm", banner }],
    CommonJS: ["common.cjs", { format: "cjs" }],
    "minified, its map inline": ["small.cjs", { format: "cjs", minify: true, keepNames: true, sourcemap: "inline" }],
    "one function": ["function.cjs", { format: "iife" }]
  }
  for (const [form, [name, options]] of Object.entries(forms)) {
    it(form, { timeout: 60_000 }, async () => {
      const file = await bundled(name, options)
      const plain = await run("--enable-source-maps", file)
      const lifted = await run(cli, "run", file)
      assert.strictEqual(lifted.stdout, plain.stdout, lifted.stderr)
      assert.match(plain.stderr, /order 1122/)
      assert.match(lifted.stderr, /order 1212/)
      assert.match(lifted.stderr, /fail \(\S*account\.ts:17:11\)/)
      assert.match(lifted.stderr, /greenlift: {3}account\.ts:8 .*sleep: 5 calls, at most 2 at once/)
      assert.match(lifted.stderr, /greenlift: {3}table\.cjs:4 .*: 1 calls/)
      assert.notInclude(lifted.stderr, "blocked")
    })
  }

  it("as webpack writes it, which keeps every module behind its own require", { timeout: 60_000 }, async () => {
    writeFileSync(join(folder, "webpack.cjs"), webpack)
    const lifted = await run(cli, "run", "webpack.cjs")
    assert.strictEqual(lifted.stdout, "1 2 1 2\n", lifted.stderr)
    assert.notInclude(lifted.stderr, "blocked")
  })
})

describe("what tsc makes of a program, as CommonJS", { timeout: 60_000 }, () => {
  const sources = {
    "update.ts": `import Item from "./item"
for (const id of [1, 2, 3]) {
  const item = new Item(id)
  item.update()
  console.log(item.text)
}`,
    "item.ts": `import * as children from "node:child_process"
import { sleep } from "greenlift/blocking"
export default class Item {
  text = ""
  constructor(readonly id: number) {}
  update() {
    sleep(10 - this.id)
    this.text = children.execFileSync("echo", [String(this.id)]).toString().trim()
  }
}`
  }

  const compiled = (item = sources["item.ts"]): void => {
    const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2021, esModuleInterop: true }
    for (const [name, source] of Object.entries({ ...sources, "item.ts": item })) {
      const { outputText } = ts.transpileModule(source, { compilerOptions })
      writeFileSync(join(folder, name.replace(".ts", ".js")), outputText)
    }
  }

  it("is lifted, and its loop made concurrent", async () => {
    compiled()
    const { stdout, stderr } = await run(cli, "run", "update.js", "--concurrency", "3")
    assert.strictEqual(stdout, "1\n2\n3\n", stderr)
    assert.match(stderr, /at most 3 in flight of 3/)
    assert.match(stderr, /children\.execFileSync: 3 calls, at most [23] at once/)
    assert.notInclude(stderr, "blocked")
  })

  it("or refused with the file and the line that keep it from it", async () => {
    compiled(`let last = 0\nexport default class Item {
  constructor(readonly id: number) {}
  get text() { return String(last) }
  update() { require("greenlift/blocking").sleep(1); last = last * 2 + this.id }
}`)
    const { stderr } = await run(cli, "run", "update.js", "--concurrency", "3")
    assert.match(stderr, /item\.js:9: GL3106 Item\.update changes `last`/)
  })
})

/** What webpack makes of a program of two modules, without its comments and helpers that are not called. */
const webpack = `(() => {
  var __webpack_modules__ = ({
    "./account.js": ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {
      __webpack_require__.d(__webpack_exports__, { Account: () => (Account) });
      var greenlift_blocking__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__("greenlift/blocking");
      class Account {
        constructor(id) { this.id = id }
        update() { (0, greenlift_blocking__WEBPACK_IMPORTED_MODULE_0__.sleep)(1) }
      }
    }),
    "greenlift/blocking": ((module) => { "use strict"; module.exports = require("greenlift/blocking"); }),
    "greenlift/green": ((module) => { "use strict"; module.exports = require("greenlift/green"); })
  });
  var __webpack_module_cache__ = {};
  function __webpack_require__(moduleId) {
    var cachedModule = __webpack_module_cache__[moduleId];
    if (cachedModule !== undefined) return cachedModule.exports;
    var module = __webpack_module_cache__[moduleId] = { exports: {} };
    __webpack_modules__[moduleId](module, module.exports, __webpack_require__);
    return module.exports;
  }
  __webpack_require__.d = (exports, definition) => {
    for (var key in definition) Object.defineProperty(exports, key, { enumerable: true, get: definition[key] });
  };
  var __webpack_exports__ = {};
  (() => {
    var greenlift_green__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__("greenlift/green");
    var _account_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__("./account.js");
    const pool = new greenlift_green__WEBPACK_IMPORTED_MODULE_0__.GreenPool(2);
    const order = [];
    for (const id of [1, 2]) pool.spawn(() => {
      order.push(id);
      new _account_js__WEBPACK_IMPORTED_MODULE_1__.Account(id).update();
      order.push(id);
    });
    pool.waitall();
    console.log(order.join(" "));
  })();
})();
`
