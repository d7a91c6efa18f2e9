/** The syntax tree as the phases see it: ESTree as oxc gives it, with parentheses kept. */
export interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [key: string]: any
}

export interface FunctionNode extends Node {
  readonly type: "FunctionDeclaration" | "FunctionExpression" | "ArrowFunctionExpression"
  readonly id: Node | null
  readonly params: ReadonlyArray<Node>
  readonly body: Node
  readonly async: boolean
  readonly generator: boolean
}

export const isFunction = (node: Node): node is FunctionNode =>
  node.type === "FunctionDeclaration" || node.type === "FunctionExpression" || node.type === "ArrowFunctionExpression"

/** The expression inside any parentheses. */
export const bare = (node: Node): Node => {
  let inner = node
  while (inner.type === "ParenthesizedExpression") inner = inner.expression
  return inner
}

/** The name a non-computed property key or a string literal gives, or null. */
export const keyName = (key: Node, computed: boolean): string | null => {
  if (!computed && key.type === "Identifier") return key.name
  if (key.type === "Literal" && (typeof key.value === "string" || (!computed && typeof key.value === "number"))) {
    return String(key.value)
  }
  return null
}
