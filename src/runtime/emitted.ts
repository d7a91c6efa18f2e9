/**
 * What lifted source imports. The compiler emits calls to these by name; nothing else should use them.
 */

import { AWAIT, END, LEFT, RETURN, YIELD } from "./answering.js"
import { drive, stampAsync } from "./async.js"
import { produce, stampProducing } from "./async-generator.js"
import { failure, noteCallers, traceNow } from "./callers.js"
import { isInterruption } from "./interruption.js"
import { plain } from "./plain.js"
import { shown, standsFor } from "./texts.js"
import { current, FAILED, stamp, type Twin } from "./twin.js"

export { accessor, accessors, asking, getter, handedOut, setter, superGetter, taken } from "./accessors.js"
export { awaited, drive, stampAsync, wait } from "./async.js"
export { delegates, produce, returns, stampProducing, yields } from "./async-generator.js"
export { isObject } from "./builtins/operations.js"
export { constructible, maker, stampFunction, stampMaking } from "./construct.js"
export {
  above,
  constructed,
  constructedOn,
  constructs,
  field,
  fields,
  givenBack,
  initialised,
  inside,
  nowhere,
  statics
} from "./construction.js"
export { delegate } from "./delegate.js"
export { moduleTop, topLevel } from "./entry.js"
export { exported } from "./exports.js"
export { activation, generator, generators, resumed, through } from "./generator.js"
export { plain } from "./plain.js"
export { requiring } from "./require.js"
export { addSites as sites } from "./sites.js"
export { errors, noted } from "./stack/formatter.js"
export { elements, fieldsOf } from "./take-apart.js"
export { addSource as source, shown } from "./texts.js"
export { current as at, stamp, twinOf as twin } from "./twin.js"
export { adopt } from "./twins.js"
export { unpack } from "./unpack.js"
export { spread, walk } from "./walk.js"
export { walkAsync } from "./walk-async.js"

/** `f.call(self, ...args)` without looking up `call` on `f`, which a program may have overridden. */
export const call: (f: unknown, self: unknown, ...args: Array<any>) => any = Function.prototype.call.bind(
  Function.prototype.call
) as any

/** The callee as it is, or, where it cannot be called, a function that says so in V8's words once the arguments are evaluated. */
export const callable = (f: unknown, text: string): any =>
  typeof f === "function"
    ? f
    : () => {
        throw new TypeError(`${text} is not a function`)
      }

/** The arguments of an arrow: the named ones, then the rest. By index, for a program may have changed how arrays iterate. */
export const joined = (named: Array<unknown>, rest: ReadonlyArray<unknown>): Array<unknown> => {
  for (let i = 0; i < rest.length; i++) named[named.length] = rest[i]
  return named
}

/** First thing in every lifted `catch`: an interruption is not the program's to catch. */
export const rethrow = (caught: unknown): void => {
  if (isInterruption(caught)) throw caught
  noteCallers(caught)
}

/** Hands a callee to the driver, which gives back what `returned` takes. */
export const handOver = <A>(callee: A): A => {
  current.handed = callee
  current.trace = traceNow(handOver)
  return callee
}

/** What a callee that was handed to the driver gave; its failure is thrown here. */
export const returned = (value: unknown): unknown => {
  if (value === FAILED) throw failure()
  return value
}

const { defineProperty, getOwnPropertyDescriptor, getPrototypeOf } = Object

/** Gives a function the name that it would have had where it stood. */
export const named = <F extends (...args: Array<any>) => unknown>(f: F, name: string): F =>
  defineProperty(f, "name", { value: name, configurable: true })

/** What the entry of a method does for its twin. */
type Form = "returns" | "awaits" | "produces"

/** The entry of a method whose twin is given: no constructor, with the method's name and length. */
export const method = (
  twin: Twin,
  name: PropertyKey,
  length: number,
  form: Form
): ((...args: Array<any>) => unknown) => {
  const { returns, awaits, produces } = {
    returns(...args: Array<any>) {
      return plain(twin, this, args)
    },
    async awaits(...args: Array<any>) {
      for (const run = drive(twin, this, args); ; ) {
        if (run.step()) return run.value
        try {
          run.give(await run.value)
        } catch (error) {
          run.fail(error)
        }
      }
    },
    // biome-ignore lint/complexity/noArguments: what the parameters do is done as the generator is called
    async *produces(this: unknown, ...{ run = produce(twin, this, arguments) }: any): any {
      for (;;) {
        const kind = run.proceed()
        if (kind === END) return
        try {
          if (kind === RETURN) return run.value
          run.sent(kind === AWAIT ? await run.value : kind === YIELD ? yield run.value : yield* run.value)
        } catch (error) {
          run.thrown(error)
        } finally {
          if (run.left) {
            for (run.leave(); ; ) {
              const kind = run.proceed()
              if (kind === LEFT) break
              // biome-ignore lint/correctness/noUnsafeFinally: the body's own return outweighs the one it was told
              if (kind === END) return
              try {
                // biome-ignore lint/correctness/noUnsafeFinally: the same
                if (kind === RETURN) return run.value
                run.sent(kind === AWAIT ? await run.value : kind === YIELD ? yield run.value : yield* run.value)
              } catch (error) {
                run.thrown(error)
              } finally {
                // biome-ignore lint/correctness/noUnsafeFinally: the same
                if (run.left && (yield* run.rest())) return run.value
              }
            }
          }
        }
      }
    }
  }
  const entry = { returns, awaits, produces }[form]
  defineProperty(twin, "name", { value: `${nameOf(name)}$g`, configurable: true })
  defineProperty(entry, "name", { value: nameOf(name), configurable: true })
  defineProperty(entry, "length", { value: length, configurable: true })
  standsFor(entry, twin)
  return form === "returns"
    ? stamp(entry, twin)
    : form === "awaits"
      ? stampAsync(entry, twin)
      : stampProducing(entry, twin)
}

const nameOf = (key: PropertyKey): string =>
  typeof key === "symbol" ? (key.description === undefined ? "" : `[${key.description}]`) : String(key)

const generatorPrototype = getPrototypeOf(function* () {})

/**
 * Puts entries in the place of lifted methods, which stand in the source as generators so that `super`, private names and the
 * home object stay true. In a class it runs in the first static block, before any field. The last row of a key counts.
 */
export const methods = <A extends object>(
  target: A,
  table: ReadonlyArray<readonly [key: PropertyKey, length: number, form: Form]>
): A => {
  for (let row = table.length - 1; row >= 0; row--) {
    const key = table[row]![0]
    const length = table[row]![1]
    const form = table[row]![2]
    const descriptor = getOwnPropertyDescriptor(target, key)!
    const twin = descriptor.value as Twin
    if (typeof twin !== "function" || getPrototypeOf(twin) !== generatorPrototype) continue
    defineProperty(target, key, { ...descriptor, value: method(twin, key, length, form) })
  }
  return target
}

const { apply, ownKeys } = Reflect

/** The property key that a value is converted to. */
export const key = (value: unknown): PropertyKey =>
  typeof value === "string" || typeof value === "symbol"
    ? value
    : ownKeys({ __proto__: null, [shown(value) as PropertyKey]: 0 })[0]!

/** A tag with its receiver. */
export const tagged =
  (tag: (...args: Array<unknown>) => unknown, self: unknown) =>
  (...args: Array<unknown>): unknown =>
    apply(tag, self, args)
