/**
 * Methods of classes are written in place as generators, so that `super`, private names and the home object stay true. The
 * class's first static block puts entries in their place, before any field is initialised.
 */
import { isRepeatable } from "../../2-analyze/classes.js"
import { bare, type FunctionNode, isAsyncGenerator, isGenerator, keyName, type Node } from "../../ast.js"
import type { Emitter, Helper } from "../emitter.js"
import { beginning, noAliases, type State } from "../state.js"
import { accessorBody, accessorRow } from "./accessors.js"
import { type Context, skipBlank } from "./calls.js"
import { constructing, constructorBody } from "./constructions.js"
import { fieldName, holdFieldKeys, loweredOf, lowerField } from "./fields.js"
import { isLifted, visitTwinBody } from "./functions.js"
import { visitGenerator } from "./generators.js"
import { lowerBlock, loweredStatics, registering, staticName } from "./statics.js"

export const lengthOf = (node: FunctionNode): number => {
  const end = node.params.findIndex((param) => param.type === "AssignmentPattern" || param.type === "RestElement")
  return end < 0 ? node.params.length : end
}

/** How the runtime is to make the entry of a method. */
export const formOf = (node: FunctionNode): string =>
  isAsyncGenerator(node) ? `"produces"` : node.async ? `"awaits"` : `"returns"`

export const ClassBody =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    const path = [...context.path, node]
    const owner = context.path.at(-1)!
    if (isLifted(emitter.analysis.functions.constructors.get(owner)) || readsAbove(emitter, node)) {
      nameClass(emitter, node, path)
    }
    for (const element of node.body as Array<Node>) {
      if (element.type === "PropertyDefinition" && element.value !== null) {
        const value = bare(element.value)
        if (isLifted(emitter.analysis.functions.byNode.get(value))) holdKey(emitter, element, value, path)
      }
      if (element.type !== "MethodDefinition" || !isLifted(emitter.analysis.functions.byNode.get(element.value)))
        continue
      if (element.key.type === "PrivateIdentifier" && element.kind === "method") nameClass(emitter, node, path)
      else holdKey(emitter, element, element.value, path)
    }
    const statics = loweredStatics(emitter, owner, context.state)
    const forgetting = holdFieldKeys(
      emitter,
      [...loweredOf(emitter, owner), ...statics.filter((each) => each.type === "PropertyDefinition")],
      path
    )
    context.next()
    const tables: { readonly own: Array<string>; readonly fixed: Array<string> } = { own: [], fixed: [] }
    const accessors: typeof tables = { own: [], fixed: [] }
    const brands: typeof tables = { own: [], fixed: [] }
    const self = emitter.classes.get(node)
    let fields = self === undefined ? "" : `static { ${self} = this } `
    fields += constructing(emitter, node, owner) + forgetting + registering(emitter, owner, statics)
    for (const element of node.body as Array<Node>) {
      const info = emitter.analysis.functions.byNode.get(element.value)
      if (info?.kind === "accessor" && isLifted(info) && element.key.type !== "PrivateIdentifier") {
        const row = accessorRow(emitter, element, node.body)
        if (row !== null) accessors[element.static ? "fixed" : "own"].push(row)
      }
      if (info?.kind !== "class method" || !isLifted(info)) continue
      const { key, value } = element
      if (isGenerator(value)) {
        const id = emitter.brands.get(value)!
        if (key.type === "PrivateIdentifier") {
          const names = privateNames(emitter, key)
          const named = `${emitter.helper("named")}(this.${names.twin}, "#${key.name}")`
          fields += `static ${names.entry} = ${emitter.helper("generator")}(${named}, ${id}); `
        } else brands[element.static ? "fixed" : "own"].push(brandRow(emitter, element, id))
        continue
      }
      const rest = `${lengthOf(value)}, ${formOf(value)}`
      if (key.type === "PrivateIdentifier") {
        const names = privateNames(emitter, key)
        fields += `static ${names.entry} = ${emitter.helper("method")}(this.${names.twin}, "#${key.name}", ${rest}); `
      } else {
        const table = element.static ? tables.fixed : tables.own
        table.push(`[${emitter.keys.get(value) ?? JSON.stringify(keyName(key, element.computed))}, ${rest}]`)
      }
    }
    const install = (how: Helper, target: string, rows: ReadonlyArray<string>): string =>
      rows.length === 0 ? "" : `${emitter.helper(how)}(${target}, [${rows.join(", ")}]); `
    const block =
      install("methods", "this.prototype", tables.own) +
      install("methods", "this", tables.fixed) +
      install("accessors", "this.prototype", accessors.own) +
      install("accessors", "this", accessors.fixed) +
      install("generators", "this.prototype", brands.own) +
      install("generators", "this", brands.fixed)
    const text = fields + (block === "" ? "" : `static { ${block}}`)
    if (text !== "") emitter.text.appendLeft(node.start + 1, ` ${text}`)
  }

/** Whether something in a class reads a property of `super` that may be an accessor that waits. */
const readsAbove = (emitter: Emitter, body: Node): boolean =>
  [...emitter.analysis.functions.accesses.values()].some(
    ({ grey, member }) => grey && member.object?.type === "Super" && member.start > body.start && member.end < body.end
  )

/** The row by which a method that is a lifted generator is branded. */
export const brandRow = (emitter: Emitter, element: Node, id: string): string =>
  `[${emitter.keys.get(element.value) ?? JSON.stringify(keyName(element.key, element.computed))}, ${id}]`

/** Declares what a computed key is held in, if the key is not known. */
export const holdKey = (emitter: Emitter, element: Node, value: Node, path: ReadonlyArray<Node>): void => {
  if (!element.computed || keyName(element.key, true) !== null) return
  const name = emitter.declare(path, "key", false)
  if (name !== null) emitter.keys.set(value, name)
}

/** Visits a computed key, and has it held for what is installed under it. */
export const visitKey = (emitter: Emitter, element: Node, value: Node, context: Context): void => {
  context.visit(element.key)
  const held = emitter.keys.get(value)
  if (held === undefined) return
  emitter.before(element.key, `${held} = ${emitter.helper("key")}(`)
  emitter.after(element.key, ")")
}

/** Declares a name for a class, by which the entries of its private methods and its constructor find it. */
const nameClass = (emitter: Emitter, body: Node, path: ReadonlyArray<Node>): void => {
  if (emitter.classes.has(body)) return
  const name = emitter.declare(path, "class", true)
  if (name !== null) emitter.classes.set(body, name)
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
    if (node.computed) visitKey(emitter, node, value, context)
    if (!isLifted(info)) {
      const state: State = { ...context.state, fn: info, temps: null, aliases: noAliases, turn: null, hoistVars: false }
      for (const param of value.params) context.visit(param, state)
      context.visit(value.body, state)
      return
    }
    if (node.kind === "constructor") return constructorBody(emitter, node, context)
    if (info.kind === "accessor") return accessorBody(emitter, value, info, context)
    if (isGenerator(value)) {
      emitter.brands.set(value, visitGenerator(emitter, value, info, context))
      if (node.key.type === "PrivateIdentifier") privateMethod(emitter, node, node.start, context.path.at(-1)!)
      return
    }
    visitTwinBody(emitter, value, info, context, noAliases)
    let at = skipBlank(emitter.code, node.decorators?.length ? node.decorators.at(-1).end : node.start)
    if (node.key.type === "PrivateIdentifier") return privateMethod(emitter, node, at, context.path.at(-1)!)
    for (const modifier of [node.static ? "static" : "", value.async ? "async" : ""]) {
      if (modifier === "") continue
      at = skipBlank(emitter.code, at)
      if (modifier === "async") emitter.replace(at, at + modifier.length, "")
      at += modifier.length
    }
    if (!value.generator) emitter.text.prependRight(skipBlank(emitter.code, at), "*")
  }

/**
 * A private method's twin is a private static generator, for those are in place before anything of the class runs; the method
 * becomes a getter of its entry, which keeps the check that the receiver is an instance.
 */
const privateMethod = (emitter: Emitter, node: Node, start: number, body: Node): void => {
  const names = privateNames(emitter, node.key)
  const className = emitter.classes.get(body) ?? emitter.analysis.functions.byNode.get(node.value)!.className
  emitter.replace(start, node.key.end, `static *${names.twin}`)
  emitter.after(node, ` ${node.static ? "static " : ""}get #${node.key.name}() { return ${className}.${names.entry} }`)
}

const initializer = (emitter: Emitter, node: Node, state: State): State =>
  beginning(emitter.analysis.functions.byNode.get(node) ?? state.fn)

export const PropertyDefinition =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    for (const decorator of node.decorators ?? []) context.visit(decorator)
    const owner = context.path.at(-2)!
    const generator = loweredOf(emitter, owner).includes(node)
      ? fieldName(emitter, owner, node)
      : loweredStatics(emitter, owner, context.state).includes(node)
        ? staticName(emitter, owner, node)
        : null
    if (generator !== null) {
      if (node.computed) context.visit(node.key)
      lowerField(emitter, generator, node, context, initializer(emitter, node, context.state))
    } else if (node.computed) visitKey(emitter, node, node.value === null ? node : bare(node.value), context)
    if (generator === null && node.value !== null) {
      context.visit(node.value, initializer(emitter, node, context.state))
      guard(emitter, node, context)
    }
    if (emitter.code[node.end - 1] !== ";") emitter.after(node, ";")
  }

/**
 * A base class that makes room for the fields of a derived one makes an object that is thrown away: it is not to be noticed.
 */
const guard = (emitter: Emitter, field: Node, context: Context): void => {
  const owner = context.path.at(-2)!
  if (field.static || owner.superClass !== null || isRepeatable(field.value)) return
  if (!isLifted(emitter.analysis.functions.constructors.get(owner))) return
  emitter.before(field.value, `${emitter.helper("at")}.handing ? undefined : (`)
  emitter.after(field.value, ")")
}

export const StaticBlock =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    const owner = context.path.at(-2)!
    const state = initializer(emitter, node, context.state)
    if (loweredStatics(emitter, owner, context.state).includes(node)) lowerBlock(emitter, owner, node, context, state)
    else context.next(state)
  }
