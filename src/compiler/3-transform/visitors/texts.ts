/**
 * The texts of functions: what was changed is marked, so that the runtime finds what was written (see `runtime/texts.ts`),
 * and what converts a function to a string asks for that.
 *
 *     "(" + f + ")()"   "(" + shown(f) + ")()"
 *     `${f}`            `${shown(f)}`
 *     String(f)         String(shown(f, String))
 *     o[f]              o[shown(f)]
 */
import { asksForText } from "../../2-analyze/texts.js"
import { bare, calleeOf, isFunction, type Node } from "../../ast.js"
import type { Emitter } from "../emitter.js"
import type { State } from "../state.js"
import type { Context } from "./calls.js"
import { skipBlank } from "./calls.js"

const isClass = (node: Node): boolean => node.type === "ClassDeclaration" || node.type === "ClassExpression"

const isMethod = (node: Node): boolean =>
  node.type === "MethodDefinition" || (node.type === "Property" && (node.method || node.kind !== "init"))

/** Visits a node by what follows; a function or class that this changes is marked, and one that is a key is shown. */
export const marked = (emitter: Emitter, node: Node, path: ReadonlyArray<Node>, next: () => void): void => {
  mark(emitter, node, path, next)
  const parent = path.at(-1)
  if (parent?.computed === true && (parent.key === node || parent.property === node)) showFunction(emitter, node)
}

const mark = (emitter: Emitter, node: Node, path: ReadonlyArray<Node>, next: () => void): void => {
  const method = isMethod(node)
  const isPart = isFunction(node) && path.length > 0 && isMethod(path.at(-1)!) && path.at(-1)!.value === node
  if ((!method && !isFunction(node) && !isClass(node)) || isPart || node.kind === "constructor") return next()
  const before = emitter.edits
  next()
  if (emitter.edits === before || emitter.marksEntry.has(node)) return
  const body: Node = method ? node.value.body : node.body
  const text = markOf(emitter, node)
  if (body.type === "BlockStatement" || body.type === "ClassBody") emitter.text.appendLeft(body.start + 1, text)
  else emitter.before(body, text)
}

/** The mark of a function whose entry stands beside its body: to be written into the entry. */
export const entryMark = (emitter: Emitter, node: Node): string => {
  emitter.marksEntry.add(node)
  return markOf(emitter, node)
}

const markOf = (emitter: Emitter, node: Node): string => emitter.mark(writtenFrom(emitter, node), node.end)

/** Where the text of a function begins: `static` and decorators are none of it. */
const writtenFrom = (emitter: Emitter, node: Node): number => {
  if (node.type !== "MethodDefinition") return node.start
  const at = skipBlank(emitter.code, node.decorators?.length ? node.decorators.at(-1).end : node.start)
  return node.static ? skipBlank(emitter.code, at + "static".length) : at
}

/** Has what is converted to a string shown as it was written, if it may be a function. */
export const showing = (emitter: Emitter, node: Node, state: State, by = ""): void => {
  if (state.temps === null) showFunction(emitter, node, by)
  else if (mayBeFunction(node)) show(emitter, node, by)
}

/** The same, where it is known to be one: elsewhere than in lifted code nothing else is asked. */
export const showFunction = (emitter: Emitter, node: Node, by = ""): void => {
  const value = bare(node)
  if (isFunction(value) || isClass(value) || isNamedFunction(emitter, value)) show(emitter, node, by)
}

const show = (emitter: Emitter, node: Node, by: string): void => {
  emitter.before(node, `${emitter.helper("shown")}(`)
  emitter.after(node, `${by === "" ? "" : `, ${by}`})`)
}

const values = new Set([
  "ArrayExpression",
  "BinaryExpression",
  "Literal",
  "NewExpression",
  "ObjectExpression",
  "TemplateLiteral",
  "UnaryExpression",
  "UpdateExpression"
])

const mayBeFunction = (node: Node): boolean => {
  const value = bare(node)
  return value.type === "CallExpression"
    ? !asksForText(value) && bare(value.callee).name !== "String"
    : !values.has(value.type)
}

const functionNames = new Set(["ClassName", "FunctionName", "ImportBinding"])

/** Whether it is the name of a function, a class or an import. */
const isNamedFunction = (emitter: Emitter, node: Node): boolean => {
  const { functions } = emitter.analysis
  const definition: any = functions.variables.get(node)?.defs[0]
  if (definition === undefined) return false
  if (functionNames.has(definition.type)) return true
  const init = definition.type === "Variable" && definition.node.id.type === "Identifier" ? definition.node.init : null
  return init !== null && (isFunction(bare(init)) || isClass(bare(init)))
}

const isText = (node: Node): boolean => {
  const { type, value, operator, left, right } = bare(node)
  if (type === "BinaryExpression") return operator === "+" && (isText(left) || isText(right))
  return type === "TemplateLiteral" || (type === "Literal" && typeof value === "string")
}

/** The operators that convert a function to a string, whatever else they are given. */
const converting = new Set(["+", "<", ">", "<=", ">="])

export const BinaryExpression =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    context.next()
    const { left, operator, right } = node
    const converts = converting.has(operator)
    if (!converts && operator !== "==" && operator !== "!=") return
    if (isText(right)) showing(emitter, left, context.state)
    else if (converts) showFunction(emitter, left)
    if (isText(left)) showing(emitter, right, context.state)
    else if (converts) showFunction(emitter, right)
  }

export const TemplateLiteral =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    context.next()
    if (context.path.at(-1)?.type === "TaggedTemplateExpression") return
    for (const expression of node.expressions as Array<Node>) showing(emitter, expression, context.state)
  }

/** Once a call has been visited: `String(f)`, or, where calls are not lifted, `f.toString()`. */
export const showGiven = (emitter: Emitter, node: Node, state: State, isLiftedCall: boolean): void => {
  const callee = bare(calleeOf(node))
  const [first] = node.arguments as Array<Node>
  if (callee.type === "Identifier" && callee.name === "String" && first !== undefined) {
    const isGlobal = !emitter.analysis.functions.variables.get(callee)?.identifiers.length
    if (isGlobal && first.type !== "SpreadElement") showing(emitter, first, state, "String")
  } else if (!isLiftedCall && asksForText(node)) showFunction(emitter, callee.object)
}
