/**
 * Runs a script with the built-ins themselves and with their twins, and compares all that can be seen: what comes back,
 * what is thrown, and each operation on the objects traced, in order.
 */
import { inspect } from "node:util"
import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import "../../../src/runtime/builtins/index.js"
import { type Running, settled } from "../../../src/runtime/builtins/settled.js"
import { runTwin } from "../../../src/runtime/host.js"
import { isInterruption } from "../../../src/runtime/interruption.js"
import { nativeOp } from "../../../src/runtime/op.js"
import { plain } from "../../../src/runtime/plain.js"
import { type Steps, stamp, twinOf } from "../../../src/runtime/twin.js"

type AnyFunction = (...args: Array<any>) => any

/** What a script has to work with. */
export interface Trial {
  /** Calls a function as lifted code does: through its twin, where it has one and the trial is of twins. */
  readonly call: (f: AnyFunction, self: unknown, ...args: Array<unknown>) => Running<any>
  /** Makes a function one that may wait, where the trial is of those: its twin waits at each call. */
  readonly waiting: <F extends AnyFunction>(f: F) => F
  /** The object behind a proxy that notes every operation on it. */
  readonly traced: <A extends object>(object: A, name?: string) => A
  readonly note: (...entry: Array<unknown>) => void
}

export type Script = (trial: Trial) => Steps<unknown>

interface Outcome {
  readonly result: string
  readonly log: ReadonlyArray<string>
}

const show = (value: unknown): string =>
  inspect(value, { depth: 6, maxArrayLength: 300, breakLength: Number.POSITIVE_INFINITY })

const name = (value: unknown): string =>
  typeof value === "object" || typeof value === "function" ? (value === null ? "null" : typeof value) : show(value)

const tick = () =>
  nativeOp<void>(
    "tick",
    (resume) => void queueMicrotask(resume),
    () => {}
  )

class Attempt implements Trial {
  readonly log: Array<string> = []
  waits = 0

  constructor(
    private readonly twins: boolean,
    private readonly callbacksWait: boolean
  ) {}

  call = (f: AnyFunction, self: unknown, ...args: Array<unknown>): Running<any> => {
    const twin = this.twins ? twinOf(f) : undefined
    return (
      twin === undefined ? settled(Reflect.apply(f, self, args)) : Reflect.apply(twin, self, args)
    ) as Running<any>
  }

  waiting = <F extends AnyFunction>(f: F): F => {
    if (!this.callbacksWait) return f
    const attempt = this
    return stamp(f, function* (...args: Array<unknown>) {
      attempt.waits++
      yield tick()
      return Reflect.apply(f, this, args)
    })
  }

  note = (...entry: Array<unknown>): void => {
    this.log.push(entry.map(name).join(" "))
  }

  traced = <A extends object>(object: A, label = "it"): A => {
    const { note } = this
    const handler = new Proxy({} as ProxyHandler<A>, {
      get:
        (_, trap: keyof typeof Reflect) =>
        (...args: Array<any>) => {
          note(trap, label, ...(trap === "ownKeys" ? [] : [String(args[1])]))
          return (Reflect[trap] as AnyFunction)(...args)
        }
    })
    return new Proxy(object, handler)
  };

  *run(script: Script): Steps<Outcome> {
    let result: string
    try {
      const value: unknown = yield* script(this)
      result = show(value)
    } catch (error) {
      if (isInterruption(error)) throw error
      result = error instanceof Error ? `${error.name}: ${error.message}` : `thrown: ${show(error)}`
    }
    return { result, log: [...this.log] }
  }
}

/** A constructor that returns what a function makes. */
export const maker = (make: (...args: Array<unknown>) => object): AnyFunction =>
  new Proxy(class {} as unknown as AnyFunction, { construct: (_, args) => make(...args) })

/** What stands for a hole. */
export const hole = Symbol("hole")

/** An array, with holes. */
export const holed = (...items: Array<unknown>): Array<any> => {
  const array: Array<unknown> = []
  items.forEach((item, at) => {
    if (item !== hole) array[at] = item
  })
  array.length = items.length
  return array
}

/** What a script does with the built-ins as they are. */
const original = (script: Script): Outcome => {
  const attempt = new Attempt(false, false)
  return plain(() => attempt.run(script), undefined, []) as Outcome
}

/** Expects a script to do the same with twins that are run plainly. Gives what it does, and how often it waits. */
export const expectAgreement = (script: Script): { readonly expected: Outcome; readonly waits: number } => {
  const expected = original(script)
  const idle = new Attempt(true, false)
  expect(
    plain(() => idle.run(script), undefined, []),
    "without waiting callbacks"
  ).toEqual(expected)
  const plainly = new Attempt(true, true)
  expect(
    plain(() => plainly.run(script), undefined, []),
    "run plainly"
  ).toEqual(expected)
  expect(plainly.waits, "waits").toBeGreaterThan(0)
  return { expected, waits: plainly.waits }
}

/** Tests that a script does the same with twins: with no callback that may wait, with such ones run plainly, in a fiber. */
export const agrees = (title: string, script: Script): void =>
  it.effect(title, () =>
    Effect.gen(function* () {
      const { expected, waits } = expectAgreement(script)
      const inFiber = new Attempt(true, true)
      expect(yield* runTwin(() => inFiber.run(script), { name: "test" }), "in a fiber").toEqual(expected)
      expect(inFiber.waits, "waits").toBe(waits)
    })
  )
