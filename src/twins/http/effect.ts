/** The exchange as an Effect, for an environment that brings its own `HttpClient`, or its own clock. */
import * as Effect from "effect/Effect"
import { Failure, type HttpRequest, type Listener, type Reply, TimedOut, type Transfer } from "./transfer.js"

type Outcome = Reply | Failure

/** What has come of the reply so far. */
export interface Progress {
  answered: boolean
}

/** The exchange over the wire. */
export const overTheWire = (request: HttpRequest, send: (listener: Listener) => Transfer): Effect.Effect<Outcome> =>
  Effect.suspend(() => {
    let transfer: Transfer | undefined
    const progress = {
      get answered() {
        return transfer?.answered ?? false
      }
    }
    const outcome = Effect.async<Outcome>((resume) => {
      transfer = send({ settled: (outcome) => resume(Effect.succeed(outcome)) })
      return Effect.sync(() => transfer?.abandon())
    })
    return timed(request, progress, outcome)
  })

/** The exchange by an `HttpClient` of the environment's. */
export const throughClient = (request: HttpRequest, client: unknown): Effect.Effect<Outcome> =>
  Effect.suspend(() => {
    const progress: Progress = { answered: false }
    const outcome = Effect.flatMap(
      Effect.promise(() => import("./client.js")),
      ({ execute }) => execute(request, client, progress)
    )
    return timed(request, progress, outcome)
  })

const timed = (
  request: HttpRequest,
  progress: Readonly<Progress>,
  outcome: Effect.Effect<Outcome>
): Effect.Effect<Outcome> => {
  if (request.timeout === 0) return outcome
  const expired = Effect.suspend(() =>
    request.deadline === "headers" && progress.answered
      ? Effect.never
      : Effect.succeed(new Failure(new TimedOut(request.timeout), progress.answered))
  )
  return Effect.raceFirst(outcome, Effect.delay(expired, request.timeout))
}
