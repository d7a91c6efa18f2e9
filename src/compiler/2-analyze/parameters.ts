/**
 * Parameters whose defaults and patterns may block. A generator's parameters are evaluated before it can wait, so they move
 * to the start of its body, as a declaration. Where that would not mean the same, what they call blocks.
 */
import type { ScopeManager } from "eslint-scope"
import { walk } from "zimmerframe"
import { isFunction, type Node } from "../ast.js"

/**
 * Whether a function's parameters can be declared in its body. A body has a scope of its own beside that of parameters with
 * expressions: so nothing that it declares may have a name that the parameters speak of.
 */
export const movable = (node: Node, scopes: ScopeManager): boolean => {
  if (!isFunction(node) || node.params.every((param) => param.type === "Identifier")) return false
  const declared = namesOfBody(node, scopes)
  return declared.size === 0 || !node.params.some((param) => speaksOf(param, declared))
}

const namesOfBody = (node: Node, scopes: ScopeManager): Set<string> => {
  const names = new Set<string>()
  const scope = scopes.acquireAll(node as any)?.find((each) => each.type === "function")
  for (const variable of scope?.variables ?? []) {
    if (variable.defs.some((each) => (each.name as any).start >= node.body.start)) names.add(variable.name)
  }
  return names
}

const speaksOf = (param: Node, names: ReadonlySet<string>): boolean => {
  let found = false
  walk(param as any, null, {
    Identifier(node: any) {
      found ||= names.has(node.name)
    }
  } as any)
  return found
}
