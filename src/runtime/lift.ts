/** A lifted function as an Effect. */
import type * as Effect from "effect/Effect"
import type { LiftedError } from "./errors.js"
import type { Fiber } from "./fiber.js"
import { runTwin } from "./host.js"
import { Op } from "./op.js"
import { callTwin, type Steps } from "./twin.js"

class PromiseOp extends Op<unknown> {
  readonly label = "a promise"
  override readonly blocking = false
  constructor(private readonly promise: PromiseLike<unknown>) {
    super()
  }
  start(fiber: Fiber): void {
    this.promise.then(
      (value) => fiber.resume(this, value),
      (error) => fiber.reject(this, error)
    )
  }
  cancel(): boolean {
    return true
  }
  plain(): unknown {
    return this.promise
  }
}

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === "object" && value !== null && typeof (value as any).then === "function"

function* settle(f: (...args: Array<any>) => unknown, self: unknown, args: ReadonlyArray<unknown>): Steps<unknown> {
  const value = yield* callTwin(f, self, args)
  return isPromise(value) ? yield new PromiseOp(value) : value
}

/**
 * Makes an Effect of a call of `f`, a function of a lifted module (see `import`): run, it goes on in a fiber of its own
 * wherever `f` would block. A function of a module that is not lifted runs as it is, and blocks: so does an arrow around
 * a method, and what `bind` made of one. `this` passes through instead: `Green.lift(account.update).call(account)`.
 *
 * The Effect succeeds with what `f` returns (or what the promise it returns resolves to) and fails with a `LiftedError`
 * around what it throws. Interruption reaches `f` where it waits: its `finally` blocks run, what it spawned is interrupted,
 * its sessions close, and only then is the Effect over. HTTP, time and the like are answered from the Effect's own
 * environment: provide a layer to replace them.
 *
 * @example
 * import * as Effect from "effect/Effect"
 * import * as Green from "greenlift"
 *
 * declare const legacy: { update: (id: number) => string }
 *
 * const update = Green.lift(legacy.update)
 * const ten = Effect.forEach([1, 2, 3], (id) => update(id), { concurrency: 10 })
 */
export const lift = <Args extends ReadonlyArray<any>, A>(
  f: (...args: Args) => A
): ((...args: Args) => Effect.Effect<Awaited<A>, LiftedError>) =>
  function (this: unknown, ...args) {
    const name = f.name === "" ? "lifted" : f.name
    return runTwin(() => settle(f, this, args), { name }) as Effect.Effect<Awaited<A>, LiftedError>
  }
