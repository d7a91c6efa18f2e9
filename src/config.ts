/** What a project tells greenlift in its `greenlift.config.ts`. See `defineConfig`. */
import type { PolicyOptions } from "./concurrency/limits/policy.js"

export type { BackoffOptions } from "./concurrency/limits/backoff.js"
export type { HostLimit, HostLimits, PolicyOptions, PolicyRetryOptions } from "./concurrency/limits/policy.js"
export type { Rate } from "./concurrency/limits/rate.js"

/** The options of `greenlift run`. What the command line says goes before what stands here. */
export interface Config extends PolicyOptions {
  /** Runs the turns of a loop at once, at most so many. Default: one after another. */
  readonly concurrency?: number | undefined
  /** Which loop: its label, the function it stands in, or `FILE:LINE`. */
  readonly loop?: string | undefined
  /** How output and sums of the loop's turns come. Default: "input". */
  readonly order?: "input" | "completion" | undefined
  /** Whether to go on after a failure, and list all failures at the end. Default: false. */
  readonly collect?: boolean | undefined
  /** Packages of `node_modules` to lift as well. Default: none. */
  readonly lift?: ReadonlyArray<string> | undefined
}

/**
 * Gives a configuration its type. It stands in `greenlift.config.ts` (or `.mts`, `.js`, `.mjs`, `.cjs`, `.json`) beside the
 * program or in a folder above it, of which the nearest counts.
 *
 * @example
 * import { defineConfig } from "greenlift/config"
 *
 * export default defineConfig({
 *   concurrency: 50,
 *   rate: "100/s",
 *   perHost: { "*": 8, "api.example.com": [4, "30/m"] },
 *   retry: { times: 5, on: [429, 503, "reset"] }
 * })
 */
export const defineConfig = (config: Config): Config => config
