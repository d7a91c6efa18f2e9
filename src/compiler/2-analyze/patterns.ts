/** Small questions about places in the syntax tree. */
import { bare, type Node } from "../ast.js"

export const inside = (inner: Node, outer: Node): boolean => inner.start >= outer.start && inner.end <= outer.end

/** What an assignment to a pattern writes. */
export const collectTargets = (pattern: Node, targets: Array<Node>): void => {
  const node = bare(pattern)
  switch (node.type) {
    case "ArrayPattern":
      for (const element of node.elements) if (element !== null) collectTargets(element, targets)
      break
    case "ObjectPattern":
      for (const property of node.properties) collectTargets(property.value ?? property.argument, targets)
      break
    case "AssignmentPattern":
      collectTargets(node.left, targets)
      break
    case "RestElement":
      collectTargets(node.argument, targets)
      break
    default:
      targets.push(node)
  }
}

/** The variable or `this` that a member expression starts from. */
export const rootOf = (node: Node): Node => {
  let root = bare(node)
  while (root.type === "MemberExpression" || root.type === "ChainExpression") {
    root = bare(root.type === "ChainExpression" ? root.expression : root.object)
  }
  return root
}
