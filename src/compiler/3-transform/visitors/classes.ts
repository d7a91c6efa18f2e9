/**
 * Methods of classes are written in place as generators, so that `super`, private names and the home object stay true. The
 * class's first static block puts entries in their place, before any field is initialised.
 */
import { type FunctionNode, keyName, type Node } from "../../ast.js"
import { type Emitter, noAliases, type State } from "../emitter.js"
import { type Context, skipBlank } from "./calls.js"
import { isLifted, visitTwinBody } from "./functions.js"

const lengthOf = (node: FunctionNode): number => {
  const end = node.params.findIndex((param) => param.type === "AssignmentPattern" || param.type === "RestElement")
  return end < 0 ? node.params.length : end
}

export const ClassBody =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    context.next()
    const tables: { readonly own: Array<string>; readonly fixed: Array<string> } = { own: [], fixed: [] }
    let fields = ""
    for (const element of node.body as Array<Node>) {
      const info = emitter.analysis.functions.byNode.get(element.value)
      if (element.type !== "MethodDefinition" || !isLifted(info)) continue
      const { key, value } = element
      const rest = `${lengthOf(value)}, ${value.async}`
      if (key.type === "PrivateIdentifier") {
        const names = privateNames(emitter, key)
        fields += `static ${names.entry} = ${emitter.helper("method")}(this.${names.twin}, "#${key.name}", ${rest}); `
      } else {
        const table = element.static ? tables.fixed : tables.own
        table.push(`[${JSON.stringify(keyName(key, element.computed))}, ${rest}]`)
      }
    }
    const install = (target: string, rows: ReadonlyArray<string>): string =>
      rows.length === 0 ? "" : `${emitter.helper("methods")}(${target}, [${rows.join(", ")}]); `
    const block = install("this.prototype", tables.own) + install("this", tables.fixed)
    const text = fields + (block === "" ? "" : `static { ${block}}`)
    if (text !== "") emitter.text.appendLeft(node.start + 1, ` ${text}`)
  }

const privateNames = (emitter: Emitter, key: Node): { readonly twin: string; readonly entry: string } => ({
  twin: `#${key.name}${emitter.prefix}twin`,
  entry: `#${key.name}${emitter.prefix}entry`
})

export const MethodDefinition =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    const value = node.value as FunctionNode
    const info = emitter.analysis.functions.byNode.get(value)!
    for (const decorator of node.decorators ?? []) context.visit(decorator)
    if (node.computed) context.visit(node.key)
    if (!isLifted(info)) {
      const state: State = { ...context.state, fn: info, temps: null, aliases: noAliases, turn: null, hoistVars: false }
      for (const param of value.params) context.visit(param, state)
      context.visit(value.body, state)
      return
    }
    visitTwinBody(emitter, value, info, context, noAliases)
    let at = skipBlank(emitter.code, node.decorators?.length ? node.decorators.at(-1).end : node.start)
    if (node.key.type === "PrivateIdentifier") return privateMethod(emitter, node, at)
    for (const modifier of [node.static ? "static" : "", value.async ? "async" : ""]) {
      if (modifier === "") continue
      at = skipBlank(emitter.code, at)
      if (modifier === "async") emitter.replace(at, at + modifier.length, "")
      at += modifier.length
    }
    emitter.text.prependRight(skipBlank(emitter.code, at), "*")
  }

/**
 * A private method's twin is a private static generator, for those are in place before anything of the class runs; the method
 * becomes a getter of its entry, which keeps the check that the receiver is an instance.
 */
const privateMethod = (emitter: Emitter, node: Node, start: number): void => {
  const names = privateNames(emitter, node.key)
  const className = emitter.analysis.functions.byNode.get(node.value)!.className
  emitter.replace(start, node.key.end, `static *${names.twin}`)
  emitter.after(node, ` ${node.static ? "static " : ""}get #${node.key.name}() { return ${className}.${names.entry} }`)
}

const initializer = (emitter: Emitter, node: Node, state: State): State => ({
  fn: emitter.analysis.functions.byNode.get(node) ?? state.fn,
  temps: null,
  depth: 0,
  aliases: noAliases,
  turn: null,
  awaited: null,
  hoistVars: false
})

export const PropertyDefinition =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    for (const decorator of node.decorators ?? []) context.visit(decorator)
    if (node.computed) context.visit(node.key)
    if (node.value !== null) context.visit(node.value, initializer(emitter, node, context.state))
    if (emitter.code[node.end - 1] !== ";") emitter.after(node, ";")
  }

export const StaticBlock =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    context.next(initializer(emitter, node, context.state))
  }
