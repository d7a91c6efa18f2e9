/**
 * The registry of hand-written twins: which functions of which modules have one. A lifted module that imports or requires
 * one of these modules adopts it first: its functions get their twins stamped on, invisibly, where they are.
 */
import { stamp, type Twin } from "./twin.js"

/** Reads the functions to make green out of a module's exports (CommonJS `module.exports`, or an ESM namespace). */
export type Adoption = (exports: any) => Iterable<readonly [f: unknown, twin: Twin<any, any>]>

const adoptions = new Map<string, Adoption>()
const adopted = new Map<string, WeakSet<object>>()

/** Registers the twins of a module, by the specifier that programs import it by (built-in ones without `node:`). */
export const registerTwins = (specifier: string, adoption: Adoption): void => {
  adoptions.set(specifier, adoption)
}

/** Whether a module has twins. */
export const hasTwins = (specifier: string): boolean => adoptions.has(bare(specifier))

const bare = (specifier: string): string => (specifier.startsWith("node:") ? specifier.slice(5) : specifier)

/** Stamps the twins of a module onto its exports, and returns the exports. */
export const adopt = <A>(specifier: string, exports: A): A => {
  const key = bare(specifier)
  const adoption = adoptions.get(key)
  if (adoption === undefined || exports === null || (typeof exports !== "object" && typeof exports !== "function")) {
    return exports
  }
  let seen = adopted.get(key)
  if (seen === undefined) adopted.set(key, (seen = new WeakSet()))
  if (seen.has(exports)) return exports
  seen.add(exports)
  for (const [f, twin] of adoption(exports)) if (typeof f === "function") stamp(f as () => unknown, twin)
  return exports
}
