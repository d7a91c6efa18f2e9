const { EventEmitter } = require("node:events")
const { execSync } = require("node:child_process")
const { sleep } = require("greenlift/blocking")

const cases = {}
const made = () => {
  sleep(0)
  return new Error("made")
}

function declared() {
  return made()
}
const expression = function () {
  return declared()
}
const arrow = (first = 1) => expression(first)
exports.inferred = function () {
  return arrow()
}
const o = {
  method() {
    return exports.inferred()
  },
  "with-dash"() {
    return this.method()
  },
  property: () => o["with-dash"](),
  "dashed-arrow": () => o.property()
}
class Base {
  #secret() {
    return o["dashed-arrow"]()
  }
  inherited() {
    return this.#secret()
  }
}
class Derived extends Base {
  inherited() {
    return super.inherited()
  }
  static fixed(derived) {
    return derived.inherited()
  }
}
cases.names = () => Derived.fixed(new Derived())

class Lazy {
  get total() {
    return made()
  }
  set total(into) {
    into.error = made()
  }
  get #hidden() {
    return made()
  }
  hidden() {
    return this.#hidden
  }
}
cases.accessors = () => {
  const into = {}
  new Lazy().total = into
  return into.error
}
cases.getters = () => new Lazy().total
cases["private getters"] = () => new Lazy().hidden()
cases["getters of objects"] = () => ({ get it() { return made() } }).it

function Constructed() {
  sleep(0)
  this.error = made()
}
cases.constructed = () => new Constructed().error

cases.anonymous = () => (() => (function () {
  return made()
})())()

cases.lines = () => {
  const deep = { chain: () => deep, end: made }
  return deep
    .chain()
    .chain(
      1,
      2
    )
    .end(
      1
    )
}

cases.unlifted = () => {
  const text = "x"
  return [
    text
      .trim()
      .toLowerCase(),
    JSON
      .parse("{")
  ]
}

cases.nullish = () => {
  sleep(0)
  const nothing = null
  return nothing
    .property
}

cases.uncallable = () => {
  sleep(0)
  o.missing(made())
}

const callbacks = {
  map: (f) => [1].map(f),
  forEach: (f) => [1].forEach(f),
  reduce: (f) => [1, 2].reduce(f),
  sort: (f) => [1, 2].sort(f),
  flatMap: (f) => [1].flatMap(f),
  find: (f) => [1].find(f),
  Map: (f) => new Map([[1, 2]]).forEach(f),
  Set: (f) => new Set([1]).forEach(f),
  replace: (f) => "a".replace("a", f),
  stringify: (f) => JSON.stringify({ a: { toJSON() { return f() } } }),
  parse: (f) => JSON.parse("[1]", f),
  call: (f) => f.call(null),
  apply: (f) => f.apply(null, [1]),
  bind: (f) => f.bind(null)(),
  from: (f) => Array.from([1], f)
}
for (const [name, use] of Object.entries(callbacks)) {
  cases[`callback of ${name}`] = () =>
    use(() => {
      throw made()
    })
}

cases.emitter = () => {
  const emitter = new EventEmitter()
  emitter.on("event", function () {
    throw made()
  })
  emitter.emit("event")
}

cases.proxy = () => {
  const trapped = new Proxy({}, { get() { throw made() } })
  return trapped.property
}

const recursive = (n) => {
  if (n === 0) return made()
  return recursive(n - 1)
}
cases["made in recursion, read after it"] = () => recursive(12)

const failing = (n) => {
  sleep(0)
  if (n === 0) throw new Error("deep")
  return failing(n - 1) + 1
}
cases["thrown out of recursion"] = () => failing(5)

const catching = (n) => {
  try {
    return n === 0 ? null.x : catching(n - 1)
  } catch (error) {
    sleep(0)
    if (n !== 3) throw error
    return error
  }
}
cases["caught half way"] = () => catching(5)

const even = (n) => (n === 0 ? failing(0) : odd(n - 1))
const odd = (n) => [n].map((m) => even(m - 1))[0]
cases["recursion through a built-in"] = () => even(2)

const plainly = (n) => (n === 0 ? made() : new EventEmitter().on("event", function () { throw plainly(n - 1) }).emit("event"))
cases["recursion through code that is not lifted"] = () => plainly(2)

cases["a limit of 3"] = () => {
  Error.stackTraceLimit = 3
  const error = recursive(9)
  Error.stackTraceLimit = 10
  return error
}
cases["a limit of 25"] = () => {
  const before = Error.stackTraceLimit
  Error.stackTraceLimit = 25
  const error = recursive(40)
  Error["stackTraceLimit"] = before
  return error
}
cases["no limit"] = () => {
  Error.stackTraceLimit = Number.POSITIVE_INFINITY
  const error = recursive(40)
  Error.stackTraceLimit = 10
  return error
}
cases["no stack"] = () => {
  Error.stackTraceLimit = 0
  const error = made()
  Error.stackTraceLimit = 10
  return error
}

class Own extends Error {
  constructor(message) {
    super(message)
    Error.captureStackTrace(this, Own)
  }
}
cases["captured below its class"] = () => {
  sleep(0)
  throw new Own("own")
}
function assertion() {
  sleep(0)
  const error = {}
  Error.captureStackTrace(error, assertion)
  return error
}
cases["captured below a function"] = () => assertion()

cases["sites for the program's own formatter"] = () => {
  const before = Error.prepareStackTrace
  Error.prepareStackTrace = (error, sites) =>
    [
      String(error),
      ...sites.map((site) => `    at ${site.getFunctionName()} (${site.getFileName()}:${site.getLineNumber()}:1)`)
    ].join("\n")
  const { stack } = recursive(4)
  Error.prepareStackTrace = before
  return { stack }
}

cases["a command that fails"] = () => execSync("exit 3", { stdio: "ignore" })

const results = {}
for (const [name, run] of Object.entries(cases)) {
  let error
  try {
    error = run()
  } catch (caught) {
    error = caught
  }
  results[name] = error.stack
}
console.log(JSON.stringify(results))
sleep(0)
const last = () => {
  sleep(0)
  throw new Error("at the end")
}
last()
