/** How an Effect waits in the line of a primitive. */
import * as Effect from "effect/Effect"
import { type Enter, type Line, leave, type Waiter } from "../waiter.js"

type Resume<A> = (effect: Effect.Effect<A>) => void

class EffectWaiter<A> implements Waiter<A> {
  line: Line<any> | null = null
  ahead: Waiter<any> | null = null
  behind: Waiter<any> | null = null
  item: unknown = undefined
  served: { readonly value: A } | null = null
  resume: Resume<A> | null = null

  serve(value: A): void {
    this.served = { value }
    this.resume?.(Effect.succeed(value))
  }

  giveUp(giveBack: (value: A) => void): void {
    if (this.served === null) leave(this)
    else giveBack(this.served.value)
  }
}

/** Makes an Effect interruptible as its caller is. */
export type Restore = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/** Waits for a primitive to serve; interruptible as the caller is, and safe only where what follows is not. */
export const inLine = <A>(restore: Restore, enter: Enter<A>, giveBack: (value: A) => void): Effect.Effect<A> =>
  Effect.suspend(() => {
    const waiter = new EffectWaiter<A>()
    enter(waiter)
    if (waiter.served !== null) return Effect.succeed(waiter.served.value)
    const wait = Effect.async<A>((resume) => {
      if (waiter.served === null) waiter.resume = resume
      else resume(Effect.succeed(waiter.served.value))
    })
    return Effect.onInterrupt(restore(wait), () => Effect.sync(() => waiter.giveUp(giveBack)))
  })

export const nothing = (): void => {}

/** As `inLine`, where what follows may be interrupted. */
export const served = <A>(enter: Enter<A>, giveBack: (value: A) => void = nothing): Effect.Effect<A> => {
  const inTurn = Effect.uninterruptibleMask((restore) => inLine<A>(restore, enter, giveBack))
  return Effect.suspend(() => {
    const waiter = new EffectWaiter<A>()
    enter(waiter)
    if (waiter.served !== null) return Effect.succeed(waiter.served.value)
    leave(waiter)
    return inTurn
  })
}
