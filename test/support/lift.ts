/** Runs snippets of JavaScript unlifted and lifted, and gives what they logged. */
import * as Effect from "effect/Effect"
import { alone, compile, fingerprint } from "../../src/compiler/index.js"
import * as prelude from "../../src/loader/prelude.js"
import { runTwin } from "../../src/runtime/host.js"
import { AwaitOp, nativeOp } from "../../src/runtime/op.js"
import { plain } from "../../src/runtime/plain.js"
import { readSources } from "../../src/runtime/texts.js"
import { type Steps, stamp, type Twin, twinOf } from "../../src/runtime/twin.js"

/** How lifted code is run: with no fiber, in a fiber, or in a fiber with every call of a lifted function suspending once. */
export type Mode = "plain" | "fiber" | "suspending"

export const modes: ReadonlyArray<Mode> = ["plain", "fiber", "suspending"]

/** How often the waits of a program suspended a fiber, and how often they blocked. */
export const waits = { suspended: 0, blocked: 0 }

const tick = () =>
  nativeOp<void>(
    "tick",
    (resume) => {
      waits.suspended++
      queueMicrotask(resume)
      return undefined
    },
    () => void waits.blocked++
  )

const suspending = (f: unknown): Twin | undefined => {
  const twin = twinOf(f)
  return (
    twin &&
    function* (...args) {
      yield tick()
      return yield* Reflect.apply(twin, this, args)
    }
  )
}

const suspendingMaker = (f: unknown): unknown => {
  const make = prelude.maker(f)
  if (make === undefined) return undefined
  return class {
    constructor(...args: Array<unknown>) {
      // biome-ignore lint/correctness/noConstructorReturn: what `new` gives is the steps
      return (function* () {
        yield tick()
        return yield* Reflect.construct(make as unknown as new () => Steps<object>, args)
      })()
    }
  }
}

export interface Outcome {
  readonly log: ReadonlyArray<string>
  readonly thrown: string | null
}

const describe = (value: unknown): string => {
  if (value instanceof Error) return `${value.name}: ${value.message}`
  if (typeof value === "function") return `function ${value.name}/${value.length}`
  if (typeof value === "symbol" || typeof value === "bigint") return String(value)
  if (value === undefined) return "undefined"
  return Object.is(value, -0) ? "-0" : (JSON.stringify(value) ?? typeof value)
}

const logger = () => {
  const log: Array<string> = []
  return { log, write: (...values: Array<unknown>) => void log.push(values.map(describe).join(" ")) }
}

/** Runs a snippet, the body of a CommonJS module that may call `log`, as Node does. */
export const unlifted = (source: string): Outcome => {
  const { log, write } = logger()
  const module = { exports: {} }
  try {
    new Function("log", "wait", "module", "exports", "require", source).call(
      module.exports,
      write,
      (x: unknown) => x,
      module,
      module.exports,
      () => ({})
    )
    return { log, thrown: null }
  } catch (error) {
    return { log, thrown: describe(error) }
  }
}

const snippets = new Map<string, string>()

readSources((_file, expected) => snippets.get(expected) ?? null)

let last = { source: "", code: "" }

/** The lifted source of a snippet, every function grey. The last one is kept for the other modes. */
export const lift = (source: string): string => {
  if (last.source === source) return last.code
  snippets.set(fingerprint(source), source)
  const { code } = compile(source, {
    file: "/snippet.cjs",
    kind: "commonjs",
    helpers: "helpers",
    entry: true,
    surroundings: { ...alone, allGrey: true }
  })
  last = { source, code }
  return code
}

/** `wait(x)` in a snippet gives x, after a wait where it is run in a fiber. */
const makeWait = () => {
  const wait = (x: unknown) => {
    waits.blocked++
    return x
  }
  return stamp(wait, function* (x: unknown) {
    yield tick()
    return x
  })
}

const later = (x: unknown) => Promise.resolve().then(() => x)

/** Runs an async snippet, which exports a promise, as Node does. */
export const unliftedAsync = (source: string): Effect.Effect<Outcome> =>
  Effect.promise(async () => {
    const { log, write } = logger()
    const module = { exports: {} as unknown }
    new Function("log", "wait", "later", "module", source)(write, (x: unknown) => x, later, module)
    await module.exports
    return { log, thrown: null }
  })

/** Runs an async snippet lifted: called as by code that is not lifted, or with its top level in a fiber. */
export const liftedAsync = (source: string, mode: "plain" | "fiber"): Effect.Effect<Outcome> =>
  Effect.promise(async () => {
    const { log, write } = logger()
    const module = { exports: {} as unknown }
    let body: Twin | undefined
    const helpers = {
      ...prelude,
      moduleTop: (_file: string, twin: Twin, self: unknown, args: ArrayLike<unknown>) => {
        // All but `require`, which the unlifted snippet is not given.
        body = () => Reflect.apply(twin, self, Array.from(args).slice(0, -1))
      }
    }
    new Function("log", "wait", "later", "module", "require", lift(source))(
      write,
      makeWait(),
      later,
      module,
      () => helpers
    )
    if (mode === "plain") plain(body!, undefined, [])
    else {
      await Effect.runPromise(
        runTwin(
          function* () {
            yield* body!.call(undefined)
            yield new AwaitOp(module.exports, 0)
          },
          { name: "snippet" }
        )
      )
    }
    await module.exports
    return { log, thrown: null }
  })

/** Runs a snippet lifted. */
export const lifted = (source: string, mode: Mode): Effect.Effect<Outcome> =>
  Effect.suspend(() => {
    const { log, write } = logger()
    const module = { exports: {} }
    let body: Twin | undefined
    const helpers = {
      ...prelude,
      twin: mode === "suspending" ? suspending : prelude.twin,
      maker: mode === "suspending" ? suspendingMaker : prelude.maker,
      moduleTop: (_file: string, twin: Twin, self: unknown, args: ReadonlyArray<unknown>) => {
        body = () => Reflect.apply(twin, self, args as Array<unknown>)
      }
    }
    new Function("log", "wait", "module", "exports", "require", lift(source)).call(
      module.exports,
      write,
      makeWait(),
      module,
      module.exports,
      () => helpers
    )
    if (body === undefined) return Effect.succeed({ log, thrown: null })
    const twin = body
    if (mode === "plain") {
      return Effect.sync(() => {
        try {
          plain(twin, undefined, [])
          return { log, thrown: null }
        } catch (error) {
          return { log, thrown: describe(error) }
        }
      })
    }
    return runTwin(() => twin.call(undefined), { name: "snippet" }).pipe(
      Effect.match({
        onSuccess: () => ({ log, thrown: null }),
        onFailure: (error) => ({ log, thrown: describe(error.cause) })
      })
    )
  })
