/**
 * greenlift in an Effect program: lifted functions are Effects, with interruption, timeouts, retries, scopes, layers and
 * spans as on any other.
 *
 * @example
 * import * as Effect from "effect/Effect"
 * import * as Green from "greenlift"
 *
 * const program = Effect.gen(function* () {
 *   const legacy = yield* Green.import<{ updateAll: () => number }>(new URL("./legacy/update-all.js", import.meta.url))
 *   return yield* Green.lift(legacy.updateAll)().pipe(Effect.timeout("10 minutes"))
 * })
 */
export * from "./concurrency/effects.js"
export * from "./concurrency/limits/effects.js"
export * as tpool from "./concurrency/tpool/effects.js"
export { type Config, defineConfig } from "./config.js"
export { ImportError, type ImportOptions, importLifted as import } from "./loader/import.js"
export { LiftedError } from "./runtime/errors.js"
export { lift } from "./runtime/lift.js"
export * from "./trace/effects.js"
