/** Statements: semicolons and `catch`. */
import type { Node } from "../../ast.js"
import type { Emitter } from "../emitter.js"
import { type Context, skipTo } from "./calls.js"
import { recount } from "./edges.js"
import { unpackDeclared } from "./patterns.js"
import { applied, takeApart } from "./take-apart.js"

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

export const VariableDeclarator =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    context.next()
    unpackDeclared(emitter, node, context)
  }

/** An interruption is not the program's to catch: every lifted `catch` passes it on first. */
export const CatchClause =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    if (context.state.temps === null) return void context.next()
    const { param, body } = node
    const rethrow = recount(emitter, context.state) + emitter.helper("rethrow")
    context.next()
    if (param === null) {
      const caught = `${emitter.prefix}e`
      emitter.text.appendLeft(node.start + "catch".length, ` (${caught})`)
      emitter.atStart(body, `${rethrow}(${caught}); `)
    } else if (param.type === "Identifier") {
      emitter.atStart(body, `${rethrow}(${param.name}); `)
    } else {
      const caught = `${emitter.prefix}e`
      const value = applied(takeApart(emitter, param, param, null, context.state), caught)
      emitter.before(param, `${caught}) { ${rethrow}(${caught}); let `)
      emitter.after(param, ` = ${value}; `)
      const close = skipTo(emitter.code, param.end, ")")
      emitter.replace(close, close + 1, "")
      emitter.after(body, " }")
    }
  }
