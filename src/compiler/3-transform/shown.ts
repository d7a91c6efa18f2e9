/** How V8's messages show an expression: what is called, where it turns out to be no function. */
import type { Node } from "../ast.js"

/** What V8 calls a value that its messages do not show. */
const unshown = "(intermediate value)"

const literal = ({ value, raw }: Node): string =>
  typeof value === "string" ? JSON.stringify(value) : (raw ?? String(value))

const member = (node: Node): string => {
  const object = shown(node.object)
  const { property } = node
  const dot = node.optional ? "?." : "."
  if (property.type === "PrivateIdentifier") return `${object}${dot}#${property.name}`
  if (!node.computed) return `${object}${dot}${property.name}`
  if (property.type === "Literal" && typeof property.value === "string") return `${object}${dot}${property.value}`
  return `${object}${node.optional ? "?." : ""}[${shown(property)}]`
}

/** An expression as V8 shows it. */
export const shown = (node: Node): string => {
  switch (node.type) {
    case "Identifier":
      return node.name
    case "ThisExpression":
      return "this"
    case "Literal":
      return literal(node)
    case "ParenthesizedExpression":
    case "ChainExpression":
      return shown(node.expression)
    case "MemberExpression":
      return member(node)
    case "CallExpression":
      return `${shown(node.callee)}(...)`
    case "SequenceExpression":
      return `(${(node.expressions as Array<Node>).map(shown).join(" , ")})`
    case "BinaryExpression":
      return `(${shown(node.left)} ${node.operator} ${shown(node.right)})`
    default:
      return unshown
  }
}
