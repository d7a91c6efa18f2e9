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

/** Whether a function is a generator that is not async: one that stays as it is written, its body in place. */
export const isGenerator = (node: Node): boolean => node.generator === true && node.async !== true

/** Whether a function is an async generator. */
export const isAsyncGenerator = (node: Node): boolean => node.generator === true && node.async === true

/** The expression inside any parentheses. */
export const bare = (node: Node): Node => {
  let inner = node
  while (inner.type === "ParenthesizedExpression") inner = inner.expression
  return inner
}

const numeric = new Set(["number", "bigint"])

/** The name a non-computed property key or a string literal gives, or null. */
export const keyName = (key: Node, computed: boolean): string | null => {
  if (!computed && key.type === "Identifier") return key.name
  if (key.type === "Literal" && (typeof key.value === "string" || (!computed && numeric.has(typeof key.value)))) {
    return String(key.value)
  }
  return null
}

/** The same, and a name for keys like `Symbol.iterator`, which no string equals. */
export const knownKey = (key: Node, computed: boolean): string | null => {
  const name = keyName(key, computed)
  if (name !== null || key.type !== "MemberExpression" || key.object.name !== "Symbol") return name
  return keyName(key.property, key.computed) === null ? null : `@@${keyName(key.property, key.computed)}`
}

/** What a call, a construction or a tagged template calls. */
export const calleeOf = (call: Node): Node => call.callee ?? call.tag
