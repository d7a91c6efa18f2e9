import { sleep } from "greenlift/blocking"

const cases = {}
const later = () => new Promise((resolve) => setTimeout(resolve, 1))

const leaf = async () => {
  await later()
  throw new Error("leaf")
}
async function middle() {
  return await leaf()
}
class Root {
  async run() {
    const value = await middle()
    return value
  }
  static async all() {
    return await new Root().run()
  }
}
cases["thrown through awaits"] = () => Root.all()

cases["before the first await"] = async () => {
  const now = async () => {
    throw new Error("now")
  }
  return await now()
}

cases["of a built-in, after an await"] = async () => {
  await later()
  return JSON.parse("{")
}

cases["of blocking code in it"] = async () => {
  const blocking = () => {
    sleep(0)
    throw new TypeError("blocking")
  }
  await later()
  blocking()
}

const descend = async (n) => {
  await later()
  if (n === 0) throw new Error("deep")
  return await descend(n - 1)
}
cases["thrown out of recursion"] = () => descend(4)

async function* numbers() {
  yield 1
  await later()
  throw new Error("numbers")
}
async function* doubled(xs) {
  for await (const x of xs) yield x * 2
}
cases["of an async generator, through another"] = async () => {
  for await (const x of doubled(numbers())) await x
}

cases["of blocking code in an async generator"] = async () => {
  const blocking = () => {
    sleep(0)
    throw new TypeError("blocking")
  }
  async function* blocked() {
    await later()
    yield 1
    await later()
    blocking()
  }
  for await (const x of blocked()) await x
}

const results = {}
for (const [name, run] of Object.entries(cases)) {
  try {
    await run()
  } catch (error) {
    results[name] = error.stack
  }
}
const here = () => {
  sleep(0)
  return new Error("here").stack
}
results["top level"] = here()
results["in a block"] = [1].map(() => here())[0]
console.log(JSON.stringify(results))
const last = () => {
  sleep(0)
  throw new Error("at the end")
}
last()
