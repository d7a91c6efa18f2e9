/**
 * Classes whose constructors may block: what they need for it. A constructor's body becomes a generator, and the constructor
 * an entry that can also be asked for what only it can do: to initialise the fields of its class.
 */
import { walk } from "zimmerframe"
import { bare, keyName, type Node } from "../ast.js"
import type { FunctionInfo } from "./model.js"

/**
 * Whether a constructor's generator gets a record of the construction for its `this`: where the object is not made yet, or
 * where it asks for what only the record knows.
 */
export const isRecorded = (fn: FunctionInfo): boolean => fn.superClass !== null || fn.usesNewTarget || fn.usesSuper

/** Whether constructing an object of a class does something to it beside running constructors and initialising these fields. */
export const initialises = (owner: Node, lowered: ReadonlyArray<Node>): boolean =>
  (owner.body.body as Array<Node>).some(
    (each) =>
      !each.static &&
      (each.key?.type === "PrivateIdentifier" || (each.type === "PropertyDefinition" && !lowered.includes(each)))
  )

/**
 * The fields of a class whose initialisers become generators, which the construction runs: from the first on that has to
 * wait, for their order is kept.
 */
export const loweredFields = (owner: Node, waits: (field: Node) => boolean): Array<Node> => {
  const fields = fieldsOf(owner)
  const first = fields.findIndex((field) => field.value !== null && waits(field))
  if (first < 0) return []
  return fields.slice(first).filter((field) => field.value !== null || field.key.type !== "PrivateIdentifier")
}

/** Why no initialiser of a class's fields can become a generator, or null. */
export const fieldObstacle = (
  owner: Node,
  canHoldKeys: boolean,
  infoOf: (field: Node) => FunctionInfo | undefined
): string | null => {
  const uses = fieldsOf(owner).some((field) => infoOf(field)?.usesSuper)
  return uses ? "a field of its class uses super" : elementObstacle(fieldsOf(owner), canHoldKeys, infoOf)
}

/** The same for static fields and blocks. */
export const staticObstacle = (
  owner: Node,
  canHoldKeys: boolean,
  infoOf: (element: Node) => FunctionInfo | undefined
): string | null => {
  const elements = (owner.body.body as Array<Node>).filter((each) => each.static || each.type === "StaticBlock")
  if (elements.some((each) => each.type === "AccessorProperty")) return "its class has a static `accessor`"
  return elementObstacle(staticsOf(owner), canHoldKeys, infoOf)
}

const elementObstacle = (
  elements: ReadonlyArray<Node>,
  canHoldKeys: boolean,
  infoOf: (element: Node) => FunctionInfo | undefined
): string | null => {
  const names = new Set<string>()
  for (const element of [...elements].reverse()) {
    if (element.computed && !canHoldKeys && keyName(element.key, true) === null) {
      return "a field of its class has a computed name"
    }
    if (infoOf(element)?.usesEval) return "a field of its class uses eval"
    if (element.key?.type === "PrivateIdentifier") names.add(element.key.name)
    const code = element.type === "StaticBlock" ? element : element.value
    if (code !== null && speaksOfPrivate(code, names)) return "a field of its class is used before it is there"
  }
  return null
}

/** Whether an expression speaks of private names. */
const speaksOfPrivate = (expression: Node, names: ReadonlySet<string>): boolean => {
  let found = false
  walk(expression as any, null, {
    PrivateIdentifier(node: any) {
      found ||= names.has(node.name)
    }
  } as any)
  return found
}

/** The call of a field's initialiser that a constructor makes, or of a static one's by whoever defines the class. */
export const initialisation = (field: Node): Node => {
  const { start, end } = field
  return { type: "CallExpression", start, end, callee: field.key ?? field, arguments: [] }
}

/** Why the constructor of a class can have no twin, or null. */
export const obstacleOf = (owner: Node, hasName: boolean): string | null => {
  if (!hasName) return "its class has no name"
  const elements = owner.body.body as Array<Node>
  if (elements.some((each) => each.type === "AccessorProperty")) return "its class has an `accessor`"
  if (owner.superClass === null && fieldsOf(owner).some(isNamedClass)) return "a field of its class is a class"
  return null
}

/** The fields of a class's objects. */
export const fieldsOf = (owner: Node): Array<Node> =>
  (owner.body.body as Array<Node>).filter((each) => each.type === "PropertyDefinition" && !each.static)

/** The fields of a class itself, and its static blocks. */
export const staticsOf = (owner: Node): Array<Node> =>
  (owner.body.body as Array<Node>).filter(
    (each) => each.type === "StaticBlock" || (each.type === "PropertyDefinition" && each.static)
  )

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
