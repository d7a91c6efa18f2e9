/**
 * Classes whose constructors may block: what they need for it. A constructor's body becomes a generator, and the constructor
 * an entry that can also be asked for what only it can do: to initialise the fields of its class.
 */
import { bare, type Node } from "../ast.js"
import type { FunctionInfo } from "./model.js"

/**
 * Whether a constructor's generator gets a record of the construction for its `this`: where the object is not made yet, or
 * where it asks for what only the record knows.
 */
export const isRecorded = (fn: FunctionInfo): boolean => fn.superClass !== null || fn.usesNewTarget || fn.usesSuper

/** Whether constructing an object of a class does something to it beside running constructors. */
export const initialises = (owner: Node): boolean =>
  (owner.body.body as Array<Node>).some(
    (each) => !each.static && (each.type === "PropertyDefinition" || each.key?.type === "PrivateIdentifier")
  )

/** Why the constructor of a class can have no twin, or null. */
export const obstacleOf = (owner: Node, hasName: boolean): string | null => {
  if (!hasName) return "its class has no name"
  const elements = owner.body.body as Array<Node>
  if (elements.some((each) => each.type === "AccessorProperty")) return "its class has an `accessor`"
  if (owner.superClass === null && fieldsOf(owner).some(isNamedClass)) return "a field of its class is a class"
  return null
}

const fieldsOf = (owner: Node): Array<Node> =>
  (owner.body.body as Array<Node>).filter((each) => each.type === "PropertyDefinition" && !each.static)

const isNamedClass = (field: Node): boolean => field.value !== null && bare(field.value).type === "ClassExpression"

/** Whether evaluating a field's initialiser once more would go unnoticed. */
export const isRepeatable = (expression: Node): boolean => {
  const node = bare(expression)
  switch (node.type) {
    case "ArrowFunctionExpression":
    case "FunctionExpression":
    case "Literal":
    case "ThisExpression":
      return true
    case "ArrayExpression":
      return node.elements.every((each: Node | null) => each === null || isRepeatable(each))
    case "ObjectExpression":
      return node.properties.every(
        (each: Node) => each.type === "Property" && !each.computed && isRepeatable(each.value)
      )
    case "TemplateLiteral":
      return node.expressions.length === 0
    case "UnaryExpression":
      return bare(node.argument).type === "Literal"
    default:
      return false
  }
}

/** The call that an implied constructor of a derived class consists of. */
export const impliedSuper = (owner: Node): Node => {
  const { start, end } = owner.superClass
  return { type: "CallExpression", start, end, callee: { type: "Super", start, end }, arguments: [] }
}
