/** Between twins and Effects: a twin run as an Effect, and an Effect that a twin calls as if it were a function of the program. */
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import type { LiftedError } from "../../runtime/errors.js"
import { runTwin } from "../../runtime/host.js"
import { effectOp } from "../../runtime/op.js"
import { type Steps, stamp } from "../../runtime/twin.js"

/** What calling `f` as a function of lifted code gives: the exit of its Effect, so that its failure stays what it is. */
export const asFunction = <Args extends ReadonlyArray<any>, A, E, R>(
  name: string,
  f: (...args: Args) => Effect.Effect<A, E, R>
): ((...args: Args) => Exit.Exit<A, E>) => {
  const entry = (): never => {
    throw new Error(`${name} is an Effect, and runs in lifted code only`)
  }
  return stamp(entry, function* (...args: Args): Steps<Exit.Exit<A, E>> {
    return yield* effectOp(name, Effect.exit(f(...args)), entry)
  })
}

/** Runs a twin that gives an exit, in the environment of the Effect. */
export const exitOf = <A, E, R>(
  name: string,
  twin: () => Steps<Exit.Exit<A, E>>
): Effect.Effect<A, E | LiftedError, R> =>
  Effect.flatten(runTwin(twin, { name })) as Effect.Effect<A, E | LiftedError, R>
