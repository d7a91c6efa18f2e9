/** Iterators of the toolbox as Streams. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { LiftedError } from "../../runtime/errors.js"
import { runTwin } from "../../runtime/host.js"
import { isInterruption } from "../../runtime/interruption.js"
import type { Steps } from "../../runtime/twin.js"
import { GreenIterator } from "../iterator.js"
import { Line, Wait, type Waiter } from "../waiter.js"

type Answer<A> = Effect.Effect<IteratorResult<A, undefined>, LiftedError>

/** One who asked for a step. */
interface Asker<A> {
  readonly answer: (answer: Answer<A>) => void
  gone: boolean
}

/** Who asks for steps, one after the other, and who takes them. What was taken for one who has gone is for the next. */
class Desk<A> {
  readonly #asked: Array<Asker<A>> = []
  readonly #clerk = new Line<void>()
  #kept: Answer<A> | null = null

  ask(answer: (answer: Answer<A>) => void): Effect.Effect<void> {
    const kept = this.#kept
    const asker = { answer, gone: false }
    if (kept === null) {
      this.#asked.push(asker)
      this.#clerk.shift()?.serve()
    } else {
      this.#kept = null
      answer(kept)
    }
    return Effect.sync(() => {
      asker.gone = true
    })
  }

  enter(waiter: Waiter<void>): void {
    if (this.#asked.length > 0) waiter.serve()
    else this.#clerk.push(waiter)
  }

  give(answer: Answer<A>): void {
    let asker = this.#asked.shift()
    while (asker?.gone) asker = this.#asked.shift()
    if (asker === undefined) this.#kept = answer
    else asker.answer(answer)
  }
}

/** Takes the steps of an iterator as they are asked for, and closes it when it is told to stop. */
function* stepping<A>(desk: Desk<A>, open: () => GreenIterator<A>): Steps<void> {
  const iterator = open()
  try {
    for (;;) {
      yield* new Wait<void>("someone to ask for the next", (waiter) => desk.enter(waiter))
      try {
        desk.give(Effect.succeed(yield* GreenIterator.step(iterator)))
      } catch (error) {
        if (isInterruption(error)) throw error
        desk.give(Effect.fail(LiftedError.from(error)))
      }
    }
  } finally {
    yield* GreenIterator.close(iterator)
  }
}

/**
 * Steps through an iterator of the toolbox, such as one of `imap`, each step an Effect. A step can fail, with what stands in
 * that place, and the next go on. When the scope closes, the iterator does: what runs for it is interrupted.
 */
export const pull = <A>(
  open: () => GreenIterator<A>
): Effect.Effect<Effect.Effect<IteratorResult<A, undefined>, LiftedError>, never, Scope.Scope> =>
  Effect.suspend(() => {
    const desk = new Desk<A>()
    const step = Effect.async<IteratorResult<A, undefined>, LiftedError>((resume) => desk.ask(resume))
    return Effect.as(Effect.forkScoped(runTwin(() => stepping(desk, open), { name: "a stream" })), step)
  })

/**
 * An iterator of the toolbox as a Stream: it takes a step when someone wants the next, ends at the first error, in a
 * `LiftedError`, and closes the iterator when it is over, however that comes.
 */
export const stream = <A>(open: () => GreenIterator<A>): Stream.Stream<A, LiftedError> =>
  Stream.unwrapScoped(
    Effect.map(pull(open), (step) =>
      Stream.repeatEffectOption(
        Effect.flatMap(Effect.mapError(step, Option.some), ({ done, value }) =>
          done === true ? Effect.fail(Option.none()) : Effect.succeed(value as A)
        )
      )
    )
  )
