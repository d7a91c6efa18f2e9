/** Stands in for `src/runtime/twin.ts` in the suspending mode: every twin waits once before it begins. */

import type { Fiber } from "../../src/runtime/fiber.js"
import { Op } from "../../src/runtime/op.js"
import * as real from "../../src/runtime/twin.js"

export * from "../../src/runtime/twin.js"

class Pause extends Op<void> {
  readonly label = "pause"

  // biome-ignore lint/complexity/noUselessConstructor: an implied one would iterate its arguments, as tests have arrays do
  constructor() {
    super()
  }

  start(fiber: Fiber): void {
    fiber.resume(this, undefined)
  }
  cancel(): boolean {
    return true
  }
  plain(): void {}
}

const { apply } = Reflect

export const behind: typeof real.behind = (twin) => {
  real.steps(twin)
  return function* (this: unknown, ...args) {
    yield new Pause()
    return (yield* apply(twin, this, args)) as any
  }
}

export const stamp: typeof real.stamp = (f, twin) => real.stamp(f, behind(twin))
