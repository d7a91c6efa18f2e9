/** What a run opens on its way: opened when first used, closed with the run, so that whoever uses it thinks of neither. */
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import type { Run } from "../../runtime/fiber.js"

export interface Closable {
  close(): Promise<void>
}

/** What stands under `key` in the run, opened now if nothing does. */
export const openedIn = <A extends Closable>(run: Run, key: unknown, open: () => A): A => {
  const found = run.opened.get(key)
  if (found !== undefined) return found as A
  const opened = open()
  run.opened.set(key, opened)
  const close = Effect.promise(() => opened.close())
  Effect.runSync(Scope.addFinalizer(run.scope, close))
  return opened
}
