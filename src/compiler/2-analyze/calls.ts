/** Calls, as far as the place of each tells. */
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
  sourceOf: (node: Node) => Source
): CallInfo => {
  const callee = calleeOf(node)
  const args: ReadonlyArray<Node> = node.arguments ?? []
  return {
    node,
    within: state.fn,
    callee: callee.type === "Super" ? parentOf(resolve(ownerOf(state.fn).superClass!)) : resolve(callee),
    text: textOf(code, callee),
    callbacks: [...args, ...args.flatMap(functionsIn)].map(resolve),
    receiver: sourceOf(callee.type === "MemberExpression" ? callee.object : callee),
    given: args[0] === undefined ? null : sourceOf(args[0]),
    verbatim: verbatimCall(node, state),
    hands: false,
    grey: false,
    cyclic: false
  }
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
