/** By what names a module knows the variables of others. */
import type { Variable } from "eslint-scope"
import { isRelative } from "./foreign.js"
import type { Functions } from "./model.js"

const known = new WeakMap<Functions, ReadonlyArray<Variable>>()

const importsIn = (functions: Functions): ReadonlyArray<Variable> => {
  const found =
    known.get(functions) ??
    [...new Set(functions.variables.values())].filter((each) => (each.defs[0] as any)?.type === "ImportBinding")
  known.set(functions, found)
  return found
}

/** The imports of a module that may stand for a variable of another module of the program. */
export const importsOf = (variable: Variable, functions: Functions): ReadonlyArray<Variable> => {
  const isOwn = functions.variables.get(variable.identifiers[0] as any) === variable
  if (isOwn) return []
  return importsIn(functions).filter((each) => {
    const { node, parent } = each.defs[0] as any
    const { imported, type } = node
    if (!isRelative(parent.source.value)) return false
    return type !== "ImportSpecifier" || (imported.name ?? imported.value) === variable.name
  })
}
