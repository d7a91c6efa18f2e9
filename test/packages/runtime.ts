/** What lifted packages import, and how their tests are run in fibers. Bundled by `build.ts`; one for the process. */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import "../../src/runtime/builtins/index.js"
import "../../src/twins/index.js"
import { Main, setMain } from "../../src/runtime/entry.js"
import { runTwin } from "../../src/runtime/host.js"
import { lift } from "../../src/runtime/lift.js"

export * from "../../src/runtime/emitted.js"

type AnyFunction = (...args: Array<any>) => any

const unwrapped = async (effect: Effect.Effect<unknown, { readonly cause: unknown }>): Promise<unknown> => {
  const exit = await Effect.runPromiseExit(effect)
  if (Exit.isSuccess(exit)) return exit.value
  const failure = exit.cause
  throw failure._tag === "Fail" ? failure.error.cause : Cause.squash(failure)
}

/** The same function, run in a fiber. */
export const inFiber = (f: AnyFunction): AnyFunction =>
  function (this: unknown, ...args) {
    return unwrapped(lift(f.bind(this))(...args))
  }

/** A test runner's function that takes tests, and all that it hands out: what is given to it is run in fibers. */
export const inFibers = <F extends AnyFunction>(api: F): F =>
  new Proxy(api, {
    apply: (target, self, args) => {
      const result = Reflect.apply(
        target,
        self,
        args.map((each) => (typeof each === "function" ? inFiber(each) : each))
      )
      return typeof result === "function" ? inFibers(result) : result
    },
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key)
      return typeof value === "function" ? inFibers(value as AnyFunction) : value
    }
  })

/** Runs a program's top level in the main fiber: `begin` loads it. */
export const inMain = async (file: string, begin: () => void): Promise<void> => {
  const main = new Main(file)
  setMain(main)
  begin()
  main.end()
  await unwrapped(runTwin(() => main.run(), { name: "main" }))
}
