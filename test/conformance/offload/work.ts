/** What the tests of worker threads have done in them. */
import { collectGarbage } from "../garbage.js"

const cell = new Int32Array(new SharedArrayBuffer(4))

/** Blocks its thread. */
export const block = (ms: number): string => {
  Atomics.wait(cell, 0, 0, ms)
  return "blocked"
}

export const token = (name: string, ms: number): string => {
  block(ms)
  return name
}

export const spin = (): never => {
  for (;;);
}

/** Notes in shared memory that it runs, and when it is through. */
export const noted = (shared: Int32Array, ms: number): string => {
  Atomics.add(shared, 0, 1)
  Atomics.notify(shared, 0)
  block(ms)
  Atomics.add(shared, 1, 1)
  return "through"
}

export const greet = (name: string, { greeting = "hello", mark = "" } = {}): string => `${greeting} ${name}${mark}`

export class TooBig extends RangeError {
  override readonly name = "TooBig"

  constructor(
    readonly limit: number,
    readonly unit: { readonly name: string },
    options?: ErrorOptions
  ) {
    super(`over ${limit}`, options)
  }
}

export const refuse = (limit: number): never => {
  throw new TooBig(limit, { name: "kg" }, { cause: new TypeError("not a number") })
}

export const fail = (kind: "type" | "value" | "many"): never => {
  if (kind === "type") throw new TypeError("wrong type")
  if (kind === "many") throw new AggregateError([new SyntaxError("first"), "second"], "several")
  throw { plain: "object" }
}

/** What greenlift sends home for a failure, as a result. */
export const looksLikeFailure = () => ({ failure: { error: { classes: ["Error"], message: "no", own: {} } } })

export const unsendable = () => () => 1

export const leave = (): void => process.exit(3)

export const later = async (ms: number): Promise<string> => {
  await new Promise((resolve) => setTimeout(resolve, ms))
  return "later"
}

export const bytes = (): Buffer => Buffer.from("bytes")

export const pair = (): Array<number> => [1, 2]

export const text = (): string => "a green thread"

export const dictionary = (): Map<string, number> =>
  new Map([
    ["a", 1],
    ["b", 2]
  ])

/** Before each number its thread blocks until the first cell of `ticks` has changed. */
export function* slowly(count: number, ticks: Int32Array): Generator<number, undefined> {
  for (let i = 0; i < count; i++) {
    Atomics.wait(ticks, 0, Atomics.load(ticks, 0))
    yield i
  }
}

export function* numbers(): Generator<number, undefined> {
  for (let i = 0; ; i++) yield i
}

export class Counter {
  count: number

  constructor(start = 0) {
    this.count = start
  }

  add(by: number, ms = 0): number {
    block(ms)
    this.count += by
    return this.count
  }

  copy(): Counter {
    return new Counter(this.count)
  }

  pair(): Array<number> {
    return [this.count, this.count]
  }

  missing(): void {
    ;(this as any).nothing()
  }
}

const seen = new Set<WeakRef<object>>()

/** Of the objects that were made by `remembered`, how many are still there. */
export const remaining = async (): Promise<number> => {
  for (let i = 0; i < 4; i++) {
    await new Promise((resolve) => setImmediate(resolve))
    collectGarbage()
  }
  return [...seen].filter((ref) => ref.deref() !== undefined).length
}

export const remembered = () => {
  const self = {
    child: () => remembered(),
    fail: () => {
      throw new Error("failed")
    },
    remaining: () => remaining()
  }
  seen.add(new WeakRef(self))
  return self
}
