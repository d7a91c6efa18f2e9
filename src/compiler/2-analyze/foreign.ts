/**
 * Values that come from elsewhere: what a function of a package or of Node returned, and what was got out of that in turn. What
 * they come from knows nothing of the program. So nothing blocks that is called on them, unless something that blocks was handed
 * there before.
 */
import { isBuiltin } from "node:module"
import type { Source } from "./iterations.js"
import { blockingExports, blockingModules } from "./known.js"
import type { Callee, FunctionInfo } from "./model.js"

/** How a value of the module that can be told is found. */
export interface Origins {
  readonly sourceOf: (node: FunctionInfo["returned"][number]) => Source
  /** The specifiers that stand for files of the program itself. */
  readonly own: ReadonlySet<string>
}

/** A specifier as it is known by: `node:fs` is `fs`. */
export const bareSpecifier = (specifier: string): string =>
  specifier.startsWith("node:") ? specifier.slice(5) : specifier

/** Whether a specifier names a file beside the module that has it. */
export const isRelative = (specifier: string): boolean => /^[./#]/.test(specifier)

/** Whether all that a value can come from are Node's own modules, whose objects hold nothing of a program's. */
export const isNodes = (roots: ReadonlySet<string>): boolean => [...roots].every((specifier) => isBuiltin(specifier))

/** The specifiers of the modules that a value comes from, or null where it may be the program's, or may block. */
export const rootsOf = (source: Source | null, origins: Origins): ReadonlySet<string> | null => {
  const asking = new Set<FunctionInfo>()

  const all = (sources: ReadonlyArray<Source | null>): ReadonlySet<string> | null => {
    const roots = sources.map(of)
    return roots.length === 0 || roots.includes(null) ? null : new Set(roots.flatMap((each) => [...each!]))
  }

  const ofCallee = (callee: Callee, receiver: Source | null): ReadonlySet<string> | null => {
    switch (callee.kind) {
      case "import":
        return rootOf(callee.specifier, origins)
      case "function": {
        const { target } = callee
        if (asking.has(target) || target.node.generator || target.node.async) return null
        asking.add(target)
        const roots = all(target.returned.map(origins.sourceOf))
        asking.delete(target)
        return roots
      }
      case "method":
      case "unknown":
        return of(receiver)
      case "global":
        return null
    }
  }

  const of = (each: Source | null): ReadonlySet<string> | null => {
    switch (each?.kind) {
      case "result":
        return ofCallee(each.callee, each.receiver)
      case "instance":
        return each.callee.kind === "import" ? rootOf(each.callee.specifier, origins) : null
      case "either":
        return all(each.sources)
      case "unknown":
        return of(each.within)
      default:
        return null
    }
  }
  return of(source)
}

const rootOf = (specifier: string, { own }: Origins): ReadonlySet<string> | null => {
  const name = bareSpecifier(specifier)
  const mayBlock = blockingModules.has(name) || blockingExports[name] !== undefined
  return mayBlock || isRelative(specifier) || own.has(specifier) ? null : new Set([specifier])
}
