/**
 * Iteration: where a module goes through something step by step, and where that something comes from, as far as the module
 * tells. Whether a step may block is for colour to say.
 */
import type { Variable } from "eslint-scope"
import { bare, type Node } from "../ast.js"
import type { Callee, FunctionInfo } from "./model.js"
import { collectTargets, inside } from "./patterns.js"

/** Where an iterable comes from. */
export type Source =
  /** Something whose iterator is the language's own: an array, a string, a `Map`. */
  | { readonly kind: "builtin" }
  /** What a call returned. `receiver` is what the method was called on, or else what was called. */
  | { readonly kind: "result"; readonly callee: Callee; readonly receiver: Source | null }
  /** What `new` made. */
  | { readonly kind: "instance"; readonly callee: Callee }
  | { readonly kind: "either"; readonly sources: ReadonlyArray<Source> }
  /** What something gave that was iterated, or taken apart; null where it is not known what. */
  | { readonly kind: "item"; readonly of: Source | null }
  /** Nothing is known of it but, perhaps, what it was read from. */
  | { readonly kind: "unknown"; readonly within: Source | null }

export interface Iteration {
  /** `for…of`, a spread element, `yield*`, or a pattern's declarator or assignment. */
  readonly node: Node
  readonly within: FunctionInfo
  readonly source: Source
  /** Why it cannot be lifted where it stands, or null. */
  readonly verbatim: string | null
  grey: boolean
}

const builtin: Source = { kind: "builtin" }
const unknown: Source = { kind: "unknown", within: null }

/** How far a value is followed through variables. */
const deepest = 8

/** Tells where the value of an expression comes from. */
export const makeSources = (
  variables: ReadonlyMap<Node, Variable>,
  resolve: (node: Node) => Callee
): ((node: Node) => Source) => {
  const ofVariable = (variable: Variable, depth: number): Source => {
    const definition = variable.defs[0] as any
    if (variable.defs.length === 0) return variable.name === "arguments" ? builtin : unknown
    if (variable.defs.length !== 1) return unknown
    if (definition.type === "Parameter") return definition.rest ? builtin : unknown
    if (definition.type !== "Variable") return unknown
    const written = variable.references.filter((reference) => reference.isWrite())
    if (written.length !== 1 || definition.node.init === null || definition.node.init === undefined) return unknown
    const source = sourceOf(definition.node.init, depth + 1)
    return definition.node.id.type === "Identifier" ? source : { kind: "unknown", within: source }
  }

  const either = (nodes: ReadonlyArray<Node>, depth: number): Source => ({
    kind: "either",
    sources: nodes.map((node) => sourceOf(node, depth + 1))
  })

  const sourceOf = (expression: Node, depth = 0): Source => {
    const node = bare(expression)
    if (depth > deepest) return unknown
    switch (node.type) {
      case "ArrayExpression":
      case "Literal":
      case "TemplateLiteral":
        return builtin
      case "Identifier": {
        const variable = variables.get(node)
        return variable === undefined ? (node.name === "arguments" ? builtin : unknown) : ofVariable(variable, depth)
      }
      case "CallExpression": {
        const callee = bare(node.callee)
        const receiver = callee.type === "MemberExpression" ? callee.object : callee
        return { kind: "result", callee: resolve(callee), receiver: sourceOf(receiver, depth + 1) }
      }
      case "MemberExpression":
        return { kind: "unknown", within: sourceOf(node.object, depth + 1) }
      case "NewExpression":
        return { kind: "instance", callee: resolve(node.callee) }
      case "ChainExpression":
        return sourceOf(node.expression, depth)
      case "ConditionalExpression":
        return either([node.consequent, node.alternate], depth)
      case "LogicalExpression":
        return either([node.left, node.right], depth)
      case "AssignmentExpression":
        return sourceOf(node.right, depth)
      case "SequenceExpression":
        return sourceOf(node.expressions.at(-1), depth)
      default:
        return unknown
    }
  }
  return (node) => sourceOf(node)
}

/** Whether something is known to come from elsewhere than nowhere: no part of it is unknown. */
export const isKnown = (source: Source): boolean =>
  source.kind === "either" ? source.sources.every(isKnown) : source.kind !== "unknown"

const harmless = new Set(["Literal", "FunctionExpression", "ArrowFunctionExpression"])

/**
 * Whether an array pattern takes its steps and does nothing else that could go wrong: names, each perhaps with a default that
 * cannot throw.
 */
export const isSimple = (pattern: Node, isBinding: (name: Node) => boolean): boolean =>
  pattern.elements.every((element: Node | null) => {
    if (element === null) return true
    const target = element.type === "AssignmentPattern" ? element.left : element
    if (element.type === "AssignmentPattern" && !harmless.has(bare(element.right).type)) return false
    const name = target.type === "RestElement" ? target.argument : target
    return name.type === "Identifier" && isBinding(name)
  })

/** Whether a variable can be assigned to at any time. */
export const isVariable = (variable: Variable | undefined): boolean =>
  variable?.defs.length === 1 &&
  (variable.defs[0]!.type === "Parameter" ||
    (variable.defs[0]!.type === "Variable" && (variable.defs[0] as any).parent.kind !== "const"))

/** The variables of a loop that its iterable speaks of. They are not there yet: an error that must stay. */
export const spokenOf = ({ left, right }: Node, variables: ReadonlyMap<Node, Variable>): ReadonlyArray<string> => {
  if (left.type !== "VariableDeclaration" || left.kind === "var") return []
  const targets: Array<Node> = []
  for (const declarator of left.declarations) collectTargets(declarator.id, targets)
  return targets
    .filter((target) => variables.get(target)?.references.some(({ identifier }) => inside(identifier as any, right)))
    .map((target) => target.name)
}

/** Whether a `for…of` can be written as a loop that takes its steps itself. */
export const canStep = (loop: Node): boolean =>
  loop.left.type !== "VariableDeclaration" || ["var", "let", "const"].includes(loop.left.kind)
