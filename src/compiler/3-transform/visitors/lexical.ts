/**
 * What is lexical to arrows: `this`, `arguments`, `new.target` and `super`. An arrow's twin is a generator and has its own,
 * so it is handed the others under names that it cannot confuse.
 */
import { keyName, type Node } from "../../ast.js"
import type { Emitter } from "../emitter.js"
import type { State } from "../state.js"
import { assignAccess, liftedAccess, readAccess, superAccess } from "./accessors.js"
import type { Context } from "./calls.js"
import { unpackAssigned } from "./patterns.js"

export const ThisExpression =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    const alias = context.state.aliases.this
    if (alias !== null) emitter.replace(node.start, node.end, asValue(alias, context))
  }

/** An alias where a value stands: `delete` takes no name. */
const asValue = (alias: string, context: Context): string =>
  context.path.findLast((each) => each.type !== "ParenthesizedExpression")?.operator === "delete"
    ? `(0, ${alias})`
    : alias

export const Identifier =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    if (node.name === "Error" && speaksOfStacks(node, context.path)) {
      if (isGlobal(emitter, node)) emitter.replace(node.start, node.end, emitter.helper("errors"))
      return
    }
    const alias = context.state.aliases.arguments
    if (alias !== null && node.name === "arguments" && isGlobal(emitter, node)) {
      emitter.replace(node.start, node.end, alias)
    }
  }

const isGlobal = (emitter: Emitter, node: Node): boolean => {
  const variable = emitter.analysis.functions.variables.get(node)
  return variable === undefined || variable.identifiers.length === 0
}

const stackStatics = new Set(["captureStackTrace", "prepareStackTrace", "stackTraceLimit"])

/** Whether it is the `Error` of `Error.stackTraceLimit` and the like, which speak of the frames of generators otherwise. */
const speaksOfStacks = (node: Node, path: ReadonlyArray<Node>): boolean => {
  const member = path.at(-1)!
  if (member.type !== "MemberExpression" || member.object !== node) return false
  const isDeleted = path.at(-2)?.type === "UnaryExpression" && path.at(-2)!.operator === "delete"
  return stackStatics.has(keyName(member.property, member.computed) ?? "") && !isDeleted
}

export const MetaProperty =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    const alias = context.state.aliases.newTarget
    if (alias !== null && node.meta.name === "new") emitter.replace(node.start, node.end, asValue(alias, context))
  }

export const MemberExpression =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    const user = context.path.at(-1)
    const isCalled = user?.type === "CallExpression" && user.callee === node
    const access = isCalled ? null : liftedAccess(emitter, node, context)
    if (access === null) member(emitter, node, context)
    else if (node.object.type !== "Super") readAccess(emitter, access, context)
    else superAccess(emitter, access, context, () => member(emitter, node, context))
  }

const member = (emitter: Emitter, node: Node, context: Context): void => {
  if (aliasedSuper(node, context.state)) {
    key(emitter, node, context, context.state.aliases.superGet!)
    emitter.replace(node.end - 1, node.end, node.computed ? ")" : `${emitter.code[node.end - 1]}")`)
    return
  }
  context.visit(node.object)
  if (node.computed) context.visit(node.property)
}

export const AssignmentExpression =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    const access = liftedAccess(emitter, node, context)
    if (access !== null) return assignAccess(emitter, access, context)
    if (!aliasedSuper(node.left, context.state)) {
      context.next()
      return unpackAssigned(emitter, node, context)
    }
    const { left, right } = node
    key(emitter, left, context, context.state.aliases.superSet!)
    context.visit(right)
    emitter.replace(left.computed ? left.property.end : left.end, right.start, left.computed ? ", " : `", `)
    emitter.after(node, ")")
  }

/** Whether a member of `super` has to be reached through an alias. */
export const aliasedSuper = (node: Node, state: State): boolean =>
  node.type === "MemberExpression" && node.object.type === "Super" && state.aliases.superGet !== null

/** Opens the call of an alias, up to the key. A constructor has no `this` before its parent's: that is told before the key is. */
const key = (emitter: Emitter, member: Node, context: Context, alias: string): void => {
  const { construction, this: self } = context.state.aliases
  if (member.computed) context.visit(member.property)
  if (member.computed && construction !== null) {
    emitter.before(member.property, `(${self}, `)
    emitter.after(member.property, ")")
  }
  emitter.replace(member.start, member.property.start, member.computed ? `${alias}(` : `${alias}("`)
}
