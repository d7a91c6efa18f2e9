/** Calls, as far as the place of each tells. */
import type { Variable } from "eslint-scope"
import { bare, calleeOf, isFunction, type Node } from "../ast.js"
import type { State } from "./collector.js"
import { ownerOf, parentOf, textOf } from "./forms.js"
import type { Source } from "./iterations.js"
import type { Callee, CallInfo } from "./model.js"

/** What a place tells of a call. */
export const callInfo = (
  node: Node,
  state: State,
  code: string,
  resolve: (node: Node) => Callee,
  sourceOf: (node: Node) => Source,
  literalOf: (node: Node) => Node
): CallInfo => {
  const callee = calleeOf(node)
  const args: ReadonlyArray<Node> = node.arguments ?? []
  return {
    node,
    within: state.fn,
    callee: callee.type === "Super" ? parentOf(resolve(ownerOf(state.fn).superClass!)) : resolve(callee),
    text: textOf(code, callee),
    callbacks: [...args, ...args.map(literalOf).flatMap(functionsIn)].map(resolve),
    receiver: sourceOf(callee.type === "MemberExpression" ? callee.object : callee),
    given: args[0] === undefined ? null : sourceOf(args[0]),
    verbatim: verbatimCall(node, state),
    hands: false,
    grey: false,
    cyclic: false
  }
}

/** What a variable was given that is never given anything else; other expressions as they are. */
export const literalOf = (node: Node, variables: ReadonlyMap<Node, Variable>): Node => {
  const variable = variables.get(node)
  const definition = variable?.defs.length === 1 ? (variable.defs[0] as any).node : null
  if (definition?.type !== "VariableDeclarator" || definition.id.type !== "Identifier" || !definition.init) return node
  return variable!.references.filter((each) => each.isWrite()).length === 1 ? bare(definition.init) : node
}

/** The functions that an object or array literal holds. */
const functionsIn = (literal: Node): Array<Node> => {
  const values: Array<Node | null> =
    literal.type === "ObjectExpression"
      ? literal.properties.map((each: Node) => each.value ?? null)
      : literal.type === "ArrayExpression"
        ? literal.elements
        : []
  return values.filter((each): each is Node => each !== null && isFunction(bare(each)))
}

/** Why a call cannot be lifted where it stands, or null. */
const verbatimCall = (node: Node, state: State): string | null => {
  const callee = bare(calleeOf(node))
  if (callee.type === "Super") return null
  if (callee.type === "Identifier" && callee.name === "eval") return "a direct eval"
  if (callee.type === "ChainExpression") return "a parenthesised optional chain"
  return state.verbatim
}
