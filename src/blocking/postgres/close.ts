/** The op of `close`. */
import type { Fiber } from "../../runtime/fiber.js"
import { Op } from "../../runtime/op.js"
import { poolOf } from "./op.js"
import type { Settings } from "./options.js"
import type { PlainSession } from "./plain.js"

export class CloseOp extends Op<void> {
  readonly label: string

  constructor(
    private readonly settings: Settings,
    private readonly session: PlainSession
  ) {
    super()
    this.label = `close ${settings.server}`
  }

  start(fiber: Fiber): void {
    this.session.close()
    const pool = poolOf(this.settings, fiber)
    if (pool === undefined) fiber.resume(this, undefined)
    else fiber.run.host.perform(fiber, this, pool.close())
  }

  cancel(fiber: Fiber): boolean {
    fiber.run.host.cancel(fiber)
    return false
  }

  plain(): void {
    this.session.close()
  }
}
