/** Statements and the small rest: semicolons, `catch`, lexical aliases. */
import { keyName, type Node } from "../../ast.js"
import type { Emitter } from "../emitter.js"
import { type Context, skipTo } from "./calls.js"

/**
 * Ends a statement that relied on the line's end: what follows may begin with a parenthesis once it is lifted.
 */
export const terminated =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    context.next()
    if (emitter.code[node.end - 1] !== ";") emitter.after(node, ";")
  }

const loopHeads = new Set(["ForStatement", "ForInStatement", "ForOfStatement"])

export const VariableDeclaration =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    context.next()
    const parent = context.path.at(-1)!
    const isHead = loopHeads.has(parent.type) && parent.body !== node
    if (node.kind === "var" && context.state.hoistVars) {
      emitter.replace(node.start, node.start + "var".length, "")
      for (const declarator of node.declarations as Array<Node>) {
        if (declarator.init === null && isHead && parent.type !== "ForStatement") continue
        emitter.before(declarator, "(")
        emitter.after(declarator, ")")
      }
    }
    if (!isHead && emitter.code[node.end - 1] !== ";") emitter.after(node, ";")
  }

/** An interruption is not the program's to catch: every lifted `catch` passes it on first. */
export const CatchClause =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    if (context.state.temps === null) return void context.next()
    const { param, body } = node
    const rethrow = emitter.helper("rethrow")
    context.next()
    if (param === null) {
      const caught = `${emitter.prefix}e`
      emitter.text.appendLeft(node.start + "catch".length, ` (${caught})`)
      emitter.atStart(body, `${rethrow}(${caught}); `)
    } else if (param.type === "Identifier") {
      emitter.atStart(body, `${rethrow}(${param.name}); `)
    } else {
      const caught = `${emitter.prefix}e`
      emitter.before(param, `${caught}) { ${rethrow}(${caught}); let `)
      emitter.after(param, ` = ${caught}; `)
      const close = skipTo(emitter.code, param.end, ")")
      emitter.replace(close, close + 1, "")
      emitter.after(body, " }")
    }
  }

export const ThisExpression =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    const alias = context.state.aliases.this
    if (alias !== null) emitter.replace(node.start, node.end, alias)
  }

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

export const MemberExpression =
  (_: Emitter) =>
  (node: Node, context: Context): void => {
    context.visit(node.object)
    if (node.computed) context.visit(node.property)
  }
