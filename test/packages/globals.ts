/** Loaded before tests that find their runner among the globals: those run in fibers. */
import { inFibers } from "./runtime.ts"

const globals = globalThis as any
for (const name of ["it", "test", "beforeEach", "afterEach"]) {
  if (name in globals) globals[name] = inFibers(globals[name])
}
