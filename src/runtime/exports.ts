/**
 * What lifted modules export, by their URL: how a function or a class is known in another thread, which can import its
 * module, and not have its closure.
 */
import { pathToFileURL } from "node:url"

/** Where an export is: a module that another thread can import, and the way from what it exports to the value. */
export interface Reach {
  /** A URL, or the specifier of a built-in module. */
  readonly module: string
  /** Property names, outermost first; none for what a CommonJS module exports as a whole. */
  readonly path: ReadonlyArray<string>
}

const modules = new Map<string, () => unknown>()

/**
 * Says how to look up what a module exports. Emitted into lifted modules; looked up when somebody asks.
 *
 * @param module its URL, or its path
 */
export const exported = (module: string | undefined, exports: () => unknown): void => {
  if (module === undefined) return
  modules.set(module.startsWith("file:") ? module : pathToFileURL(module).href, exports)
}

/** Each export of the lifted modules, and where it is: first those of the modules themselves, then one level deeper. */
export function* allExports(): Generator<readonly [value: unknown, reach: Reach]> {
  for (const [module, exports] of modules) yield* membersOf(exportsOf(exports), module)
}

/** The values that can be reached from what a module exports, two steps deep at most. */
export function* membersOf(exports: unknown, module: string): Generator<readonly [value: unknown, reach: Reach]> {
  if (exports === undefined) return
  yield [exports, { module, path: [] }]
  for (const [name, value] of entriesOf(exports)) {
    yield [value, { module, path: [name] }]
    if (typeof value !== "object") continue
    for (const [inner, member] of entriesOf(value)) yield [member, { module, path: [name, inner] }]
  }
}

/** Undefined as long as the module has not come to its end, for then its bindings have no values. */
const exportsOf = (exports: () => unknown): unknown => {
  try {
    return exports()
  } catch {
    return undefined
  }
}

/** The own properties. Getters are left alone, except for those by which compiled ES modules export. */
function* entriesOf(value: unknown): Generator<readonly [name: string, value: unknown]> {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return
  const isCompiled = Object.hasOwn(value, "__esModule")
  for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
    if ("value" in descriptor) yield [name, descriptor.value]
    else if (isCompiled) yield [name, (value as Record<string, unknown>)[name]]
  }
}
