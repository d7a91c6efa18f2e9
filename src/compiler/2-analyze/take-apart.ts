/** Destructuring: the array patterns that take steps, and the properties that object patterns read, as far as both may block. */
import { bare, keyName, type Node } from "../ast.js"
import type { AccessInfo, FunctionInfo } from "./model.js"

/** What of a pattern may block. */
export interface Parts {
  /** The array patterns in it, itself included. */
  readonly arrays: ReadonlyArray<Node>
  /** The properties read by names. */
  readonly read: ReadonlyArray<AccessInfo>
}

/** The parts of a pattern, and of those in it. */
export const partsOf = (pattern: Node, within: FunctionInfo): Parts => {
  const arrays: Array<Node> = []
  const read: Array<AccessInfo> = []
  const visit = (node: Node): void => {
    const target: Node = node.type === "AssignmentPattern" ? node.left : node
    if (target.type === "ArrayPattern") {
      arrays.push(target)
      for (const element of target.elements) if (element !== null && element.type !== "RestElement") visit(element)
    } else if (target.type === "ObjectPattern") {
      for (const property of target.properties as Array<Node>) {
        if (property.type !== "Property") continue
        const name = keyName(property.key, property.computed)
        if (name !== null) read.push({ node: property, member: property, within, kind: "read", name, grey: false })
        if (!property.computed) visit(property.value)
      }
    }
  }
  visit(pattern)
  return { arrays, read }
}

/**
 * Whether the targets of an assignment may be evaluated later than the language does, after what is assigned to them has been
 * waited for: names, and properties that are named of what is.
 */
export const areQuiet = (pattern: Node): boolean => {
  const target = bare(pattern.type === "AssignmentPattern" ? pattern.left : pattern)
  switch (target.type) {
    case "Identifier":
      return true
    case "MemberExpression":
      return (
        keyName(target.property, target.computed) !== null &&
        ["Identifier", "ThisExpression"].includes(bare(target.object).type)
      )
    case "RestElement":
      return areQuiet(target.argument)
    case "ArrayPattern":
      return target.elements.every((each: Node | null) => each === null || areQuiet(each))
    case "ObjectPattern":
      return target.properties.every((each: Node) => areQuiet(each.type === "Property" ? each.value : each))
    default:
      return false
  }
}
