/**
 * Colours the modules of a program together: which methods are grey depends on all of them, so the colours are worked out
 * until nothing changes.
 */
import type { Parsed } from "../1-parse/index.js"
import { alone, colour, importKey, loadKey, methodsOf, requiredSpecifier, type Surroundings } from "./colour.js"
import { collectFunctions } from "./functions.js"
import type { Callee, FunctionInfo, Functions } from "./model.js"

export interface ProgramModule {
  readonly parsed: Parsed
  /** The file each import of the module resolves to, where it is a module of the program. */
  readonly resolved: ReadonlyMap<string, string>
}

/** The surroundings of each module of a program, by file. */
export const surroundingsOf = (
  modules: ReadonlyMap<string, ProgramModule>,
  options: { readonly ordered: boolean; readonly allGrey?: boolean }
): Map<string, Surroundings> => {
  const functions = new Map<string, Functions>()
  const imported = new Set<string>()
  for (const [file, module] of modules) {
    functions.set(file, collectFunctions(module.parsed))
    for (const specifier of specifiersOf(module.parsed, functions.get(file)!)) imported.add(specifier)
  }
  const byThemselves = loadedAlone(modules, functions)
  let result = new Map<string, Surroundings>()
  for (let before = -1, now = 0; before !== now; ) {
    before = now
    const greyMethods = new Set<string>()
    const whiteMethods = new Set<string>()
    const greyAccessors = new Set<string>()
    const greyIterables = new Set<string>()
    for (const each of functions.values()) {
      for (const name of each.greyIterables) greyIterables.add(name)
      const names = methodsOf(each)
      for (const name of names.greyMethods) greyMethods.add(name)
      for (const name of names.whiteMethods) whiteMethods.add(name)
      for (const name of names.greyAccessors) greyAccessors.add(name)
    }
    for (const name of greyMethods) whiteMethods.delete(name)
    result = new Map()
    now = 0
    for (const [file, module] of modules) {
      const { imports, iterableImports } = importsOf(file, module, modules, functions)
      const surroundings: Surroundings = {
        ...alone,
        whole: true,
        greyMethods,
        greyAccessors,
        whiteMethods,
        imports,
        greyIterables,
        iterableImports,
        imported,
        ordered: options.ordered,
        loadedAlone: byThemselves.has(file),
        allGrey: options.allGrey ?? false
      }
      colour(functions.get(file)!, surroundings)
      result.set(file, surroundings)
    }
    for (const each of functions.values()) {
      for (const fn of each.all) if (fn.grey) now++
      now += each.greyIterables.size
    }
  }
  return result
}

/** The functions of every module of a program. */
export const functionsOf = (modules: ReadonlyMap<string, ProgramModule>): Array<Functions> =>
  [...modules.values()].map(({ parsed }) => collectFunctions(parsed))

type Colour = "grey" | "white"

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
      imports.set(
        importKey(callee),
        found === null || (found !== "nothing" && found.grey && !generator) ? "grey" : "white"
      )
      if (generator && found.grey) iterableImports.add(importKey(callee))
    }
  }
  return { imports, iterableImports }
}

/**
 * The function that an export stands for, followed through the modules that hand it on; "nothing" where it leads in a circle,
 * and null where it cannot be followed: then it may block.
 */
const targetOf = (
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

/** The specifiers a module imports or requires by a literal name, at once or when it comes to it. */
export const importedSpecifiers = (parsed: Parsed): Set<string> =>
  new Set([...specifiersOf(parsed, collectFunctions(parsed)), ...parsed.dynamicImports])

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

/** The same, where the module's functions have been collected. */
export const specifiersOf = (parsed: Parsed, functions: Functions): Set<string> => {
  const specifiers = new Set(parsed.imports.map((each) => each.moduleRequest.value))
  for (const statement of parsed.program.body) {
    if (statement.source?.type === "Literal") specifiers.add(String(statement.source.value))
  }
  for (const call of functions.calls.values()) {
    if (call.callee.kind !== "global" || call.callee.name !== "require") continue
    const argument = call.node.arguments[0]
    if (argument?.type === "Literal") specifiers.add(String(argument.value))
  }
  return specifiers
}
