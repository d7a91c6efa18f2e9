/** Lifted fibers: code that went through the loader, spawned by the engine itself or as tasks of `greenlift/green`. */
import * as Effect from "effect/Effect"
import * as Green from "greenlift"
import { Ended } from "../../../dist/concurrency/join.js"
import type { Fiber } from "../../../dist/runtime/fiber.js"
import { runTwin, spawn } from "../../../dist/runtime/host.js"
import { nativeOp } from "../../../dist/runtime/op.js"
import { current, type Steps, stamp, twinOf } from "../../../dist/runtime/twin.js"
import type { Body, Wait } from "./frames.ts"
import type { Frames, Kind, Parked } from "./kind.ts"

const lifted = await Effect.runPromise(
  Green.import<typeof import("./frames.ts")>(new URL("./frames.ts", import.meta.url))
)

const unlifted = (): void => {}

/** A blocking call whose twin waits until it is resumed by whoever `start` hands that to. */
const waitBy = (start: (resume: () => void) => void): Wait => {
  const begin = (resume: () => void) => void start(resume)
  return stamp(
    () => {},
    function* () {
      yield* nativeOp<void>("a call of the bench", begin, unlifted)
    }
  )
}

const microtask = waitBy(queueMicrotask)

/** A call that may wait, as far as the compiler can tell, and does not. */
const noWait = stamp(
  () => {},
  function* () {}
)

const whenAllWait = (parked: Parked, seen: () => void): Wait =>
  waitBy((resume) =>
    parked.whenAllWait(() => {
      seen()
      resume()
    })
  )

const bodyOf = (frames: Frames): Body => (frames === 1 ? lifted.one : lifted.ten)

const run = (twin: () => Steps<void>): Promise<void> => Effect.runPromise(runTwin(twin, { name: "bench" }))

/** As its users know it: a task with its handle. */
export const tasks: Kind = {
  name: "lifted: spawn of greenlift/green",
  park: (parked, frames, seen) => {
    const wait = waitBy((resume) => parked.add(resume))
    return Effect.runPromise(Green.lift(lifted.spawnMany)(parked.room, bodyOf(frames), wait, whenAllWait(parked, seen)))
  },
  spawnAndJoinEach: (many) => Effect.runPromise(Green.lift(lifted.spawnAndJoinEach)(many, lifted.one, noWait)),
  spawnThenJoinAll: (many) => Effect.runPromise(Green.lift(lifted.spawnThenJoinAll)(many, lifted.one, noWait)),
  resumeOne: (times) => Effect.runPromise(Green.lift(lifted.waitOften)(times, microtask))
}

/** Below so many frames of a recursion, one waits so many times. */
export const resumeBelow = (frames: number, times: number): Promise<void> =>
  Effect.runPromise(Green.lift(lifted.waitBelow)(frames, times, microtask))

/** The fiber by itself, which a turn of a concurrent loop is, too. */
const start = (body: Body, wait: Wait): Fiber =>
  spawn(current.fiber!, "fiber", Reflect.apply(twinOf(body)!, undefined, [wait]))

/** The same without the handle: what the engine itself needs for a fiber. */
export const fibers: Kind = {
  name: "lifted: the engine's fiber alone",
  park: (parked, frames, seen) => {
    const wait = waitBy((resume) => parked.add(resume))
    const end = whenAllWait(parked, seen)
    return run(function* () {
      for (let n = 0; n < parked.room; n++) start(bodyOf(frames), wait)
      yield* twinOf(end)!.call(undefined) as Steps<void>
    })
  },
  spawnAndJoinEach: (many) =>
    run(function* () {
      for (let n = 0; n < many; n++) yield* new Ended(start(lifted.one, noWait))
    }),
  spawnThenJoinAll: (many) =>
    run(function* () {
      const started: Array<Fiber> = []
      for (let n = 0; n < many; n++) started.push(start(lifted.one, noWait))
      for (const fiber of started) if (fiber.state !== "done") yield* new Ended(fiber)
    }),
  resumeOne: (times) =>
    run(() => Reflect.apply(twinOf(lifted.waitOften)!, undefined, [times, microtask]) as Steps<void>)
}
