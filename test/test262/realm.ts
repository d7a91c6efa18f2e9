/** Realms: a fresh one for each run of a test, with what test262 expects of its host, the harness, and the helpers. */
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { join } from "node:path"
import v8 from "node:v8"
import vm from "node:vm"
import { alone, compile } from "../../src/compiler/index.js"
import type { Outcome } from "../../src/runtime/fiber.js"
import type { Metadata } from "./metadata.js"
import { helpersSpecifier } from "./modules.js"

export type Helpers = Readonly<Record<string, unknown>> & {
  readSources(read: (file: string) => string | null): void
  runMain(file: string, begin: () => unknown, ended: (outcome: Outcome) => void): () => void
}

export interface Realm {
  readonly context: vm.Context
  /** What the test has printed: asynchronous tests say so that they are done. */
  readonly printed: Array<string>
  /** The realm's own helpers, where the test is lifted. */
  readonly helpers: Helpers | null
}

interface Host {
  print(message: string): void
  createRealm(): unknown
  evalScript(source: string): unknown
  detachArrayBuffer(buffer: ArrayBuffer): void
  readonly IsHTMLDDA: unknown
  readonly helpers: Helpers | null
}

const require = createRequire(import.meta.url)

/** Node's modules, for one realm: what its helpers stamp must be its own, or the realm would live as long as that. */
const requireAnew = (name: string): unknown => {
  const module = require(name)
  return name === "node:module" ? { ...module, createRequire: (file: string) => createRequire(file) } : module
}

/** The harness and the helpers, compiled once for all realms of a process. */
export class Realms {
  private readonly harness = new Map<string, vm.Script>()
  private readonly helpers: vm.Script

  constructor(
    private readonly root: string,
    helpers: string
  ) {
    this.helpers = new vm.Script(helpers, { filename: "greenlift:helpers" })
  }

  /** A fresh realm for a test. */
  create(metadata: Metadata, lifted: boolean): Realm {
    const context = vm.createContext(vm.constants?.DONT_CONTEXTIFY ?? {})
    const printed: Array<string> = []
    const helpers = lifted ? (this.helpers.runInContext(context)(requireAnew, performance) as Helpers) : null
    this.equip(context, printed, helpers)
    for (const name of includesOf(metadata)) this.script(name, lifted && asking.has(name)).runInContext(context)
    return { context, printed, helpers }
  }

  private equip(context: vm.Context, printed: Array<string>, helpers: Helpers | null): unknown {
    const host: Host = {
      print: (message) => void printed.push(message),
      createRealm: () => this.equip(vm.createContext(vm.constants?.DONT_CONTEXTIFY ?? {}), printed, null),
      evalScript: (source) => vm.runInContext(source, context),
      detachArrayBuffer: (buffer) => void structuredClone(buffer, { transfer: [buffer] }),
      IsHTMLDDA: undetectable.runInContext(context)(),
      helpers
    }
    return equipment.runInContext(context)(host)
  }

  private script(name: string, lifted: boolean): vm.Script {
    const key = lifted ? `${name}, lifted` : name
    let script = this.harness.get(key)
    if (script === undefined) {
      const filename = join(this.root, "harness", name)
      const source = readFileSync(filename, "utf8")
      script = new vm.Script(lifted ? liftHarness(filename, source) : source, { filename })
      this.harness.set(key, script)
    }
    return script
  }
}

/**
 * The harness stays as it is, for it is not the program's: but what asks a function for its text is, where a program does. In
 * lifted code it is answered with what was written.
 */
const asking: ReadonlySet<string> = new Set(["nativeFunctionMatcher.js"])

/** Lifts a file of the harness. Its names must not be those of a test's helpers, for both are scripts of one realm. */
const liftHarness = (file: string, source: string): string => {
  const surroundings = { ...alone, allGrey: true }
  const options = { file, kind: "commonjs", helpers: helpersSpecifier, script: true, surroundings } as const
  return withHelpers(compile(`${source}\n// not $g_`, options).code)
}

/** Lifted scripts find their helpers on the host. */
export const withHelpers = (code: string): string =>
  code.replace(`require(${JSON.stringify(helpersSpecifier)})`, "$262.helpers")

const includesOf = ({ flags, includes }: Metadata): ReadonlyArray<string> => {
  if (flags.has("raw")) return []
  return ["assert.js", "sta.js", ...(flags.has("async") ? ["doneprintHandle.js"] : []), ...includes]
}

const withNatives = <A>(make: () => A): A => {
  v8.setFlagsFromString("--allow-natives-syntax")
  try {
    return make()
  } finally {
    v8.setFlagsFromString("--no-allow-natives-syntax")
  }
}

const undetectable = withNatives(() => {
  const script = new vm.Script("(() => %GetUndetectable())")
  script.runInThisContext()()
  return script
})

const equipment = new vm.Script(`((host) => {
  const define = (name, value) =>
    Object.defineProperty(globalThis, name, { value, writable: true, enumerable: false, configurable: true })
  const $262 = {
    global: globalThis,
    createRealm: () => host.createRealm(),
    evalScript: (source) => host.evalScript(source),
    detachArrayBuffer: (buffer) => host.detachArrayBuffer(buffer),
    gc: () => { throw new Error("garbage is not collected on demand") },
    IsHTMLDDA: host.IsHTMLDDA
  }
  if (host.helpers !== null) Object.defineProperty($262, "helpers", { value: host.helpers })
  define("$262", $262)
  define("print", (message) => host.print(String(message)))
  return $262
})`)
