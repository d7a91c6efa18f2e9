/** What can be read off the forms that functions, methods and calls are written in. */
import type { Variable } from "eslint-scope"
import { bare, keyName, knownKey, type Node } from "../ast.js"
import type { Callee, CallInfo, FunctionInfo } from "./model.js"

/** Whether a later declaration of the same name is the one that counts. */
export const declaredAgain = (node: Node, variable: Variable | undefined): boolean =>
  variable?.defs.some((each) => (each.type as string) === "FunctionName" && (each.node as any).start > node.start) ??
  false

/** Whether `super` stands where a function that reads or writes a property of it could not take its place. */
export const needsSyntax = (path: ReadonlyArray<Node>): boolean => {
  const member = path.at(-1)!
  const user = path.at(-2)!
  switch (user.type) {
    case "AssignmentExpression":
      return user.left === member && user.operator !== "="
    case "CallExpression":
      return user.callee === member && user.optional
    case "ForInStatement":
    case "ForOfStatement":
      return user.left === member
    case "AssignmentPattern":
      return user.left === member
    case "UnaryExpression":
      return user.operator === "delete"
    case "Property":
      return path.at(-3)?.type === "ObjectPattern"
    case "ArrayPattern":
    case "ParenthesizedExpression":
    case "RestElement":
    case "TaggedTemplateExpression":
    case "UpdateExpression":
      return true
    default:
      return false
  }
}

export const callOf = (node: Node, within: FunctionInfo, callee: Callee, text: string): CallInfo => ({
  node,
  within,
  callee,
  text,
  callbacks: [],
  receiver: null,
  given: null,
  verbatim: null,
  hands: false,
  grey: false,
  cyclic: false
})

export const computedName = { code: "GL2008", detail: "its name is computed" } as const

/** Whether a function's twin stands where the function stood, so that all that is lexical stays true. */
export const inPlace = (fn: FunctionInfo): boolean =>
  (fn.kind === "class method" && fn.methods[0]?.startsWith("#") !== true) ||
  (fn.kind === "object method" && (fn.usesSuper || fn.usesEval))

export const spreads = (property: Node): boolean => property.type === "SpreadElement"

/** Whether the property that a method gives its class may turn out to hold a generator of the program's own. */
export const mayBeGenerator = (method: Node, elements: ReadonlyArray<Node>): boolean => {
  const name = knownKey(method.key, method.computed)
  return elements.some((each) => {
    if (each === method || each.static !== method.static || !each.value?.generator || each.value.async) return false
    if (each.key.type === "PrivateIdentifier") return false
    const other = knownKey(each.key, each.computed)
    return name === null || other === null || name === other
  })
}

/** Whether a function expression assigns to its own name, which does nothing there. In strict code it fails, as with a constant. */
export const assignsOwnName = (node: Node, variables: ReadonlyMap<Node, Variable>): boolean =>
  node.type === "FunctionExpression" &&
  node.id !== null &&
  (variables.get(node.id)?.references.some((reference) => reference.isWrite() && !reference.from.isStrict) ?? false)

/** Whether such a function can have its generator within itself, as accessors have. */
export const canAskItself = (fn: FunctionInfo): boolean =>
  !fn.node.async && !fn.node.generator && !fn.usesNewTarget && !fn.usesEval

/** How V8 names a function that is assigned to a member: by what is written, as far as it consists of names. */
export const inferredName = (target: Node): string => {
  const { type, name, object, property, computed } = bare(target)
  if (type === "Identifier") return name
  if (type !== "MemberExpression") return ""
  const before = inferredName(object)
  const key =
    property.type === "PrivateIdentifier" ? `#${property.name}` : (keyName(property, computed) ?? "<computed>")
  return key === "prototype" ? before : before === "" ? key : `${before}.${key}`
}

/** The function whose `this` and `arguments` an arrow sees. */
export const ownerOf = (fn: FunctionInfo): FunctionInfo => {
  let owner = fn
  while (owner.kind === "arrow" && owner.parent !== null) owner = owner.parent
  return owner
}

/** The class that a class extends. One that is not known is taken not to block. */
export const parentOf = (callee: Callee): Callee =>
  callee.kind === "unknown" || callee.kind === "method" ? { kind: "global", name: "Object" } : callee

export const textOf = (code: string, node: Node): string => {
  // What a bundler writes, `(0, module.name)(…)`, is called what its author wrote.
  if (bare(node).type === "SequenceExpression") return textOf(code, bare(node).expressions.at(-1))
  const base = baseOf(node)
  const shown = shownBases.has(bare(base).type)
    ? code.slice(node.start, node.end)
    : `${value}${code.slice(base.end, bare(node).end)}`
  const text = shown.replace(/\s+/g, " ")
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

/** What V8 calls a value that its messages do not show. */
const value = "(intermediate value)"

const shownBases = new Set(["CallExpression", "ChainExpression", "Identifier", "Literal", "Super", "ThisExpression"])

/** What the members of an expression begin with. */
const baseOf = (node: Node): Node => {
  let base = node
  while (base.type === "MemberExpression") base = base.object
  return bare(base).type === "MemberExpression" ? baseOf(bare(base)) : base
}
