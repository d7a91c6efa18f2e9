/** How a function is reached from another thread, where it cannot be sent to: by its module and its name. */
import { createRequire, isBuiltin } from "node:module"
import { pathToFileURL } from "node:url"
import { allExports, membersOf, type Reach } from "../../runtime/exports.js"
import { OffloadError } from "../errors.js"

/** A function or a value by its module and name, for where greenlift cannot know them. */
export interface Named {
  /** A URL, or the name of a package or of a built-in module: `new URL("./work.js", import.meta.url)`. */
  readonly module: string | URL
  /** The name of the export, or `"*"` for all of them together. Default: `"default"`. */
  readonly name?: string
}

/** A function, or a class. */
export type Callable = ((...args: Array<any>) => unknown) | (new (...args: Array<any>) => unknown)

const require = createRequire(import.meta.url)

/** The built-in modules whose functions are worth a thread. */
const builtIns = ["zlib", "crypto", "fs", "child_process", "os", "dns", "util", "v8", "vm", "path", "url", "buffer"]

const known = new WeakMap<object, Reach>()

const places = [
  allExports,
  function* () {
    for (const name of builtIns) yield* membersOf(require(name), `node:${name}`)
  },
  function* () {
    for (const module of Object.values(require.cache)) {
      if (module !== undefined) yield* membersOf(module.exports, pathToFileURL(module.filename).href)
    }
  }
]

/** Where a function is. Throws GREENLIFT_OFFLOAD_UNREACHABLE where nobody can know. */
export const reachOf = (target: Callable | Named): Reach => {
  if (typeof target !== "function") return namedReach(target)
  const before = known.get(target)
  if (before !== undefined) return before
  for (const place of places) {
    for (const [value, reach] of place()) {
      if (value !== target) continue
      known.set(target, reach)
      return reach
    }
  }
  throw new OffloadError(
    "GREENLIFT_OFFLOAD_UNREACHABLE",
    `a worker thread cannot reach ${target.name === "" ? "this function" : target.name}: it knows functions by module and ` +
      "name, and closures cannot travel. Export it from a module of the program other than its entry (which would run " +
      "again in the thread), or name it: { module: new URL(…), name }"
  )
}

const namedReach = ({ module, name = "default" }: Named): Reach => {
  const text = module instanceof URL ? module.href : module
  const isPlace = /^(?:file|data|node):/.test(text) || isBuiltin(text)
  return { module: isPlace ? text : resolved(text), path: [name] }
}

/** A path, or a package, as seen from the directory that the program runs in. */
const resolved = (specifier: string): string => {
  try {
    return pathToFileURL(createRequire(`${process.cwd()}/`).resolve(specifier)).href
  } catch (cause) {
    throw new OffloadError(
      "GREENLIFT_OFFLOAD_UNREACHABLE",
      `there is no module ${specifier}: give its URL, as new URL("./work.js", import.meta.url)`,
      { cause }
    )
  }
}

/** The value at the end of a reach, with what it is a member of. Used in the thread. */
export const follow = (namespace: any, { module, path }: Reach): { readonly owner: unknown; readonly value: any } => {
  const whole = namespace.default
  if (path[0] === "*") return { owner: undefined, value: namespace }
  if (path.length === 0) return { owner: undefined, value: whole ?? namespace }
  for (const start of [namespace, whole]) {
    let owner: any
    let value = start
    for (const key of path) {
      owner = value
      value = value?.[key]
    }
    if (value !== undefined) return { owner: path.length === 1 ? undefined : owner, value }
  }
  throw new OffloadError(
    "GREENLIFT_OFFLOAD_UNREACHABLE",
    `${module} exports nothing called ${path.join(".")}: check the name`
  )
}
