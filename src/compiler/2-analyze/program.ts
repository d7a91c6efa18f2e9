/**
 * Colours the modules of a program together: which methods are grey depends on all of them, so the colours are worked out
 * until nothing changes.
 */
import type { Parsed } from "../1-parse/index.js"
import { alone, colour, methodsOf, type Surroundings } from "./colour.js"
import { collectFunctions } from "./functions.js"
import type { Functions } from "./model.js"

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
  let result = new Map<string, Surroundings>()
  for (let before = -1, now = 0; before !== now; ) {
    before = now
    const greyMethods = new Set<string>()
    const whiteMethods = new Set<string>()
    for (const each of functions.values()) {
      const names = methodsOf(each)
      for (const name of names.greyMethods) greyMethods.add(name)
      for (const name of names.whiteMethods) whiteMethods.add(name)
    }
    for (const name of greyMethods) whiteMethods.delete(name)
    result = new Map()
    now = 0
    for (const [file, module] of modules) {
      const imports = new Map<string, "grey" | "white">()
      for (const [specifier, target] of module.resolved) {
        for (const [name, fn] of functions.get(target)?.exports ?? []) {
          imports.set(`${specifier} ${name}`, fn.grey ? "grey" : "white")
        }
      }
      const surroundings: Surroundings = {
        ...alone,
        whole: true,
        greyMethods,
        whiteMethods,
        imports,
        imported,
        ordered: options.ordered,
        allGrey: options.allGrey ?? false
      }
      colour(functions.get(file)!, surroundings)
      result.set(file, surroundings)
    }
    for (const each of functions.values()) for (const fn of each.all) if (fn.grey) now++
  }
  return result
}

/** The specifiers a module imports or requires by a literal name. */
export const importedSpecifiers = (parsed: Parsed): Set<string> => specifiersOf(parsed, collectFunctions(parsed))

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
