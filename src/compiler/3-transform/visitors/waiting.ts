/**
 * How steps are run where they stand: by `yield*` in a twin, through its activation in a generator.
 */
import type { Emitter } from "../emitter.js"
import type { State } from "../state.js"

/** Stands before the steps. */
export const opened = (emitter: Emitter, { activation }: State): string =>
  activation === null ? "yield* " : `yield* ${emitter.helper("through")}(${activation}, `

/** Stands after them. */
export const closed = ({ activation }: State): string => (activation === null ? "" : ")")

/** Steps, run to their end. */
export const run = (emitter: Emitter, state: State, steps: string): string =>
  `${opened(emitter, state)}${steps}${closed(state)}`
