/** Which variables hold a collection that nothing else knows, so that what is done to it by the variable's name is all that is done. */
import type { Variable } from "eslint-scope"
import { bare, isFunction, keyName, type Node } from "../ast.js"
import type { Functions } from "./model.js"
import { isFresh } from "./origins.js"
import { inside, parentsOf } from "./patterns.js"

export type Collection = "Array" | "Map" | "Set" | "Object"

const kinds: Readonly<Record<string, Collection>> = {
  Array: "Array",
  Map: "Map",
  WeakMap: "Map",
  Set: "Set",
  WeakSet: "Set",
  Object: "Object"
}

const kindOf = (expression: Node): Collection | null => {
  const node = bare(expression)
  if (!isFresh(node)) return null
  if (node.type === "ArrayExpression") return "Array"
  if (node.type === "ObjectExpression" || node.type === "CallExpression") return "Object"
  return node.type === "NewExpression" ? (kinds[node.callee.name] ?? null) : null
}

/** The kind of collection that a variable holds, where no other name leads to it when `loop` runs; else null. */
export const collectionOf = (variable: Variable, home: Functions, loop: Node): Collection | null => {
  const [definition] = variable.defs as Array<any>
  if (variable.defs.length !== 1 || definition.type !== "Variable" || definition.node.id.type !== "Identifier")
    return null
  let kind: Collection | null = null
  for (const reference of variable.references as Array<any>) {
    if (!reference.isWrite()) continue
    if (reference.isRead() || reference.writeExpr == null || inside(reference.identifier, loop)) return null
    const written = kindOf(reference.writeExpr)
    if (written === null || (kind !== null && kind !== written)) return null
    kind = written
  }
  if (kind === null) return null
  return variable.references.some((each) => escapes(each as any, variable, home, loop)) ? null : kind
}

const escapes = (reference: any, variable: Variable, home: Functions, loop: Node): boolean => {
  const node: Node = reference.identifier
  if (!reference.isRead() || isHarmless(node, parentsOf(home.module.node))) return false
  return (
    node.start < loop.end ||
    runsAgain(variable, home, loop) ||
    functionAround(node, home) !== functionAround(loop, home)
  )
}

/** Whether the loop may run again for the same variable: then what comes after it comes before it too. */
const runsAgain = (variable: Variable, home: Functions, loop: Node): boolean => {
  const parents = parentsOf(home.module.node)
  const declared = (variable.defs[0] as any).node as Node
  for (let node = parents.get(loop); node !== undefined && !inside(declared, node); node = parents.get(node)) {
    if (isFunction(node) || /^(?:For|While|DoWhile)/.test(node.type)) return true
  }
  return false
}

const functionAround = (node: Node, home: Functions): Node | undefined => {
  const parents = parentsOf(home.module.node)
  for (let each = parents.get(node); each !== undefined; each = parents.get(each)) if (isFunction(each)) return each
  return undefined
}

/** Methods that give back the object they are called on. */
const returning = new Set(["sort", "reverse", "fill", "copyWithin", "set", "add", "valueOf"])

/** Functions that keep nothing of what they are given. */
const keepsNothing =
  /^(?:console\.\w+|JSON\.stringify|Object\.(?:keys|values|entries)|Array\.(?:from|isArray)|String|Number|Boolean)$/

/** Whether a use of a variable cannot give its object another name. */
const isHarmless = (node: Node, parents: ReadonlyMap<Node, Node>): boolean => {
  const parent = parents.get(node)
  switch (parent?.type) {
    case "MemberExpression": {
      if (parent.object !== node) return true
      const call = parents.get(parent)
      if (call?.type !== "CallExpression" || call.callee !== parent) return true
      if (!returning.has(keyName(parent.property, parent.computed) ?? "")) return true
      return parents.get(call)?.type === "ExpressionStatement" || isFunction(parents.get(call)!)
    }
    case "SpreadElement":
    case "TemplateLiteral":
    case "BinaryExpression":
    case "UnaryExpression":
    case "IfStatement":
    case "WhileStatement":
      return true
    case "ForOfStatement":
    case "ForInStatement":
      return parent.right === node
    case "CallExpression":
      return parent.callee !== node && keepsNothing.test(dotted(parent.callee))
    default:
      return false
  }
}

const dotted = (node: Node): string =>
  node.type === "Identifier"
    ? node.name
    : node.type === "MemberExpression" && !node.computed
      ? `${dotted(node.object)}.${node.property.name}`
      : ""
