/**
 * Colours the modules of a program together: which methods are grey depends on all of them, so the colours are worked out
 * until nothing changes.
 */
import type { Parsed } from "../1-parse/index.js"
import { bare, calleeOf, type Node } from "../ast.js"
import {
  alone,
  type Colour,
  colour,
  importKey,
  loadKey,
  methodsOf,
  requiredSpecifier,
  type Surroundings
} from "./colour.js"
import { bareSpecifier } from "./foreign.js"
import { collectFunctions } from "./functions.js"
import { Handing } from "./handing.js"
import { blockingMethods, plainExports } from "./known.js"
import type { Callee, CallInfo, FunctionInfo, Functions } from "./model.js"

export interface ProgramModule {
  readonly parsed: Parsed
  /** The file each import of the module resolves to, where it is a module of the program. */
  readonly resolved: ReadonlyMap<string, string>
}

/** Whether a file is a package's: it knows nothing of the program, which can only hand it functions. */
export const isPackage = (file: string): boolean => packageOf(file) !== null

/** The name of the package that a file is of, or null. */
const packageOf = (file: string): string | null =>
  /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(file)?.[1] ?? null

/** The specifiers of a module that lead to certain files of the program. */
const leadingTo = (module: ProgramModule, wanted: (file: string) => boolean): Set<string> =>
  new Set([...module.resolved].filter(([, target]) => wanted(target)).map(([specifier]) => specifier))

export interface ProgramOptions {
  /** Whether output is put in order, because turns of a loop run at once. */
  readonly ordered: boolean
  readonly allGrey?: boolean
  /** Whether code that is not of the program may call its functions, and hand them grey ones. Default: false. */
  readonly open?: boolean
}

/** The surroundings of each module of a program, by file. */
export const surroundingsOf = (
  modules: ReadonlyMap<string, ProgramModule>,
  { ordered, allGrey = false, open = false }: ProgramOptions
): Map<string, Surroundings> => {
  const functions = new Map<string, Functions>()
  const imported = new Set<string>()
  const holding = new Set<string>()
  for (const [file, module] of modules) {
    functions.set(file, collected.get(module.parsed) ?? collectFunctions(module.parsed))
    collected.delete(module.parsed)
    for (const specifier of specifiersOf(module.parsed, functions.get(file)!)) imported.add(specifier)
    for (const specifier of heldBy(module.parsed, functions.get(file)!)) holding.add(specifier)
  }
  const byThemselves = loadedAlone(modules, functions)
  const blocking = [...holding].flatMap((specifier) => blockingMethods[bareSpecifier(specifier)] ?? [])
  const handing = new Handing(modules, functions)
  if (open) for (const [file, { all }] of functions) if (!isPackage(file)) handing.to(all)
  let result = new Map<string, Surroundings>()
  for (let before = -1, now = 0; before !== now; ) {
    before = now
    const greyIterables = new Set<string>()
    for (const each of functions.values()) for (const name of each.greyIterables) greyIterables.add(name)
    const own = namesIn(functions, (file) => !isPackage(file))
    const theirs = namesIn(functions, isPackage)
    for (const name of handing.kept) theirs.greyMethods.add(name)
    const greyMethods = union(own.greyMethods, theirs.greyMethods)
    const whiteMethods = union(own.whiteMethods, theirs.whiteMethods)
    for (const name of greyMethods) whiteMethods.delete(name)
    const blocks = [...functions].some(([file, { all }]) => !isPackage(file) && all.some((fn) => fn.grey))
    const doubtful = !blocks ? "if it is a global" : handing.escaped ? "always" : "unless it is a parameter"
    const handedPackages = new Set(handing.files().map(packageOf))
    result = new Map()
    for (const [file, module] of modules) {
      const package_ = isPackage(file)
      const { imports, iterableImports } = importsOf(file, module, modules, functions)
      const surroundings: Surroundings = {
        ...alone,
        whole: true,
        greyMethods: package_ ? theirs.greyMethods : greyMethods,
        greyAccessors: package_ ? theirs.greyAccessors : union(own.greyAccessors, theirs.greyAccessors),
        whiteMethods,
        packageMethods: theirs.whiteMethods,
        greyIterables,
        iterableImports,
        far: package_ ? union(own.greyMethods, blocking) : none,
        imports,
        imported,
        holding,
        own: leadingTo(module, (target) => !isPackage(target)),
        handedPackages: leadingTo(module, (target) => isPackage(target) && handedPackages.has(packageOf(target))),
        handed: handing.in(file),
        doubtful: package_ ? "never" : doubtful,
        ordered,
        loadedAlone: byThemselves.has(file),
        allGrey
      }
      colour(functions.get(file)!, surroundings)
      result.set(file, surroundings)
    }
    handing.spread()
    now = handing.size
    for (const each of functions.values()) {
      for (const fn of each.all) if (fn.grey) now++
      now += each.greyIterables.size
    }
  }
  return result
}

const none: ReadonlySet<string> = new Set()

const union = (one: Iterable<string>, other: Iterable<string>): Set<string> => new Set([...one, ...other])

/** The names of the methods and accessors of some of a program's modules. What a package exports may become a method. */
const namesIn = (functions: ReadonlyMap<string, Functions>, wanted: (file: string) => boolean) => {
  const names = { greyMethods: new Set<string>(), whiteMethods: new Set<string>(), greyAccessors: new Set<string>() }
  for (const [file, each] of functions) {
    if (!wanted(file)) continue
    const found = methodsOf(each)
    for (const kind of ["greyMethods", "whiteMethods", "greyAccessors"] as const) {
      for (const name of found[kind]) names[kind].add(name)
    }
    if (!isPackage(file)) continue
    for (const [name, value] of each.exports) {
      if (value.kind === "function" && value.target.grey && !value.target.node.generator) names.greyMethods.add(name)
    }
  }
  return names
}

/** The functions of every module of a program. */
export const functionsOf = (modules: ReadonlyMap<string, ProgramModule>): Array<Functions> =>
  [...modules.values()].map(({ parsed }) => collectFunctions(parsed))

/** The colour of each import of a module that it calls or hands on, where it comes from another module of the program. */
const importsOf = (
  file: string,
  module: ProgramModule,
  modules: ReadonlyMap<string, ProgramModule>,
  functions: ReadonlyMap<string, Functions>
): { readonly imports: Map<string, Colour>; readonly iterableImports: Set<string> } => {
  const imports = new Map<string, Colour>()
  const iterableImports = new Set<string>()
  for (const call of functions.get(file)!.calls.values()) {
    if (call.callee.kind === "global" && call.callee.name === "require") {
      const specifier = requiredSpecifier(call) ?? ""
      const target = module.resolved.get(specifier)
      if (target !== undefined) {
        const top = functions.get(target)?.module
        imports.set(loadKey(specifier), top === undefined || top.grey ? "grey" : "white")
      }
    }
    for (const callee of [call.callee, ...call.callbacks]) {
      if (callee.kind !== "import" || !module.resolved.has(callee.specifier)) continue
      const target = module.resolved.get(callee.specifier)!
      const found = targetOf(target, callee.name, modules, functions, new Set())
      const generator = found !== null && found !== "nothing" && found.node.generator
      const grey = found !== null && found !== "nothing" && found.grey && !generator
      imports.set(importKey(callee), found === null ? colourByName(target, callee.name, functions) : colourIf(grey))
      if (generator && found.grey) iterableImports.add(importKey(callee))
    }
  }
  return { imports, iterableImports }
}

/**
 * The function that an export stands for, followed through the modules that hand it on; "nothing" where it leads in a circle,
 * and null where it cannot be followed: then it may block.
 */
export const targetOf = (
  file: string,
  name: string,
  modules: ReadonlyMap<string, ProgramModule>,
  functions: ReadonlyMap<string, Functions>,
  seen: Set<string>
): FunctionInfo | "nothing" | null => {
  const { exports, exportsAll } = functions.get(file) ?? { exports: new Map<string, Callee>(), exportsAll: [] }
  if (seen.has(`${file} ${name}`)) return "nothing"
  seen.add(`${file} ${name}`)
  const value = exports.get(name === "*" ? "default" : name)
  if (value?.kind === "function") return value.target
  if (value?.kind === "import") {
    const target = modules.get(file)?.resolved.get(value.specifier)
    return target === undefined ? null : targetOf(target, value.name, modules, functions, seen)
  }
  let circle: "nothing" | null = null
  for (const specifier of exportsAll) {
    const target = modules.get(file)?.resolved.get(specifier)
    const found = target === undefined ? null : targetOf(target, name, modules, functions, seen)
    if (found === "nothing") circle = found
    else if (found !== null) return found
  }
  return circle
}

/** The modules that nothing loads but a dynamic import. */
const loadedAlone = (
  modules: ReadonlyMap<string, ProgramModule>,
  functions: ReadonlyMap<string, Functions>
): Set<string> => {
  const dynamic = new Set<string>()
  const static_ = new Set<string>()
  for (const [file, { parsed, resolved }] of modules) {
    const specifiers = specifiersOf(parsed, functions.get(file)!)
    for (const [specifier, target] of resolved) (specifiers.has(specifier) ? static_ : dynamic).add(target)
  }
  for (const file of static_) dynamic.delete(file)
  return dynamic
}
const colourIf = (grey: boolean): Colour => (grey ? "grey" : "white")

/** The colour of an export that cannot be followed: that of the module's methods of its name. */
const colourByName = (file: string, name: string, functions: ReadonlyMap<string, Functions>): Colour => {
  const methods = (functions.get(file)?.all ?? []).filter((fn) => fn.methods.includes(name))
  if (methods.length > 0) return colourIf(methods.some((fn) => fn.grey))
  return isPackage(file) ? "told by arguments" : "grey"
}

/** The specifiers a module imports or requires by a literal name, at once or when it comes to it, and which of both. */
export const importedSpecifiers = (parsed: Parsed): Map<string, "import" | "require"> => {
  const functions = collectFunctions(parsed)
  collected.set(parsed, functions)
  const found = new Map<string, "import" | "require">()
  for (const specifier of parsed.dynamicImports) found.set(specifier, "import")
  for (const specifier of requiredSpecifiers(functions)) found.set(specifier, "require")
  for (const specifier of staticSpecifiers(parsed)) found.set(specifier, "import")
  return found
}

/** The functions of modules whose imports have been read, and that have not been coloured yet. */
const collected = new WeakMap<Parsed, Functions>()

/** Whether it is `require`: as bundlers call it that look for it first, or as `createRequire` makes it. */
const isRequire = (callee: Node): boolean =>
  callee.type === "CallExpression"
    ? bare(calleeOf(callee)).name === "createRequire"
    : /require$/i.test(callee.name ?? "") && callee.name !== "createRequire"

/** The specifiers it imports or requires at once, where its functions have been collected. */
export const specifiersOf = (parsed: Parsed, functions: Functions): Set<string> =>
  new Set([...staticSpecifiers(parsed), ...requiredSpecifiers(functions)])

/** The specifiers among them whose objects, with methods that block, the module may come to hold. */
export const heldBy = (parsed: Parsed, functions: Functions): Set<string> => {
  const specifiers = specifiersOf(parsed, functions)
  const names = new Map<string, Set<string>>()
  const note = (callee: Callee): void => {
    if (callee.kind !== "import") return
    const found = names.get(callee.specifier)
    if (found === undefined) names.set(callee.specifier, new Set([callee.name]))
    else found.add(callee.name)
  }
  for (const fn of functions.all) fn.mentions.forEach(note)
  for (const { callee, callbacks } of functions.calls.values()) [callee, ...callbacks].forEach(note)
  for (const value of functions.exports.values()) note(value)
  for (const specifier of functions.exportsAll) note({ kind: "import", specifier, name: "*" })
  for (const call of requiresIn(functions)) {
    // What a bundler's own `require` gives is kept in an object.
    if (call.callee.kind !== "global") note({ kind: "import", specifier: requiredSpecifier(call)!, name: "*" })
  }
  const isPlain = (specifier: string): boolean => {
    const plain = plainExports[bareSpecifier(specifier)]
    return plain !== undefined && [...(names.get(specifier) ?? ["*"])].every((name) => plain.includes(name))
  }
  return new Set([...specifiers].filter((specifier) => !isPlain(specifier)))
}

const staticSpecifiers = (parsed: Parsed): Array<string> => [
  ...parsed.imports.map((each) => each.moduleRequest.value),
  ...parsed.program.body.flatMap((statement: Node) =>
    statement.source?.type === "Literal" ? [String(statement.source.value)] : []
  )
]

const requiredSpecifiers = (functions: Functions): Array<string> =>
  requiresIn(functions).map((call) => String(call.node.arguments[0].value))

/** The calls that load a module by a literal name. */
const requiresIn = (functions: Functions): Array<CallInfo> =>
  [...functions.calls.values()].filter(
    ({ node }) =>
      node.type === "CallExpression" && isRequire(bare(calleeOf(node))) && node.arguments[0]?.type === "Literal"
  )
