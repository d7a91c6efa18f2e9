/**
 * Methods of object literals: `m(a) {…}` becomes `m: <entry and twin>`. One with `super` or a direct `eval` is written in
 * place as a generator, and what stands around the literal puts its entry there.
 */
import { inPlace } from "../../2-analyze/forms.js"
import type { FunctionInfo } from "../../2-analyze/model.js"
import { bare, type FunctionNode, isGenerator, type Node } from "../../ast.js"
import type { Emitter } from "../emitter.js"
import { noAliases } from "../state.js"
import { accessorBody, accessorRow } from "./accessors.js"
import { type Context, skipTo } from "./calls.js"
import { brandRow, formOf, holdKey, lengthOf, visitKey } from "./classes.js"
import { entryParameters, isLifted, isStrict, producing, running, twinName, visitTwinBody, wrap } from "./functions.js"
import { visitGenerator } from "./generators.js"
import { loweredStatics } from "./statics.js"
import { entryMark } from "./texts.js"

export const ObjectExpression =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    const rows: Array<string> = []
    const accessors: Array<string> = []
    const brands: Array<Node> = []
    const path = [...context.path, node]
    for (const property of node.properties as Array<Node>) {
      if (property.type !== "Property") continue
      const value = bare(property.value)
      const info = emitter.analysis.functions.byNode.get(value)
      if (value.type === "ClassExpression" && loweredStatics(emitter, value, context.state).length > 0) {
        holdKey(emitter, property, value, path)
      }
      if (!isLifted(info)) continue
      holdKey(emitter, property, value, path)
      if (info.kind === "accessor") {
        const row = accessorRow(
          emitter,
          property,
          node.properties.filter((each: Node) => each.type === "Property")
        )
        if (row !== null) accessors.push(row)
      }
      if (!property.method || !inPlace(info)) continue
      if (isGenerator(value)) {
        brands.push(property)
        continue
      }
      const key = emitter.keys.get(property.value) ?? JSON.stringify(info.ownName)
      rows.push(`[${key}, ${lengthOf(property.value)}, ${formOf(property.value)}]`)
    }
    context.next()
    for (const [how, table] of [
      ["methods", rows],
      ["accessors", accessors],
      ["generators", brands.map((each) => brandRow(emitter, each, emitter.brands.get(each.value)!))]
    ] as const) {
      if (table.length === 0) continue
      emitter.before(node, `${emitter.helper(how)}(`)
      emitter.after(node, `, [${table.join(", ")}])`)
    }
  }

export const Property =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    const info = emitter.analysis.functions.byNode.get(node.value)
    if (node.computed) visitKey(emitter, node, bare(node.value), context)
    if (node.kind !== "init" && isLifted(info)) accessorBody(emitter, node.value, info, context)
    else if (node.method && isLifted(info)) {
      if (isGenerator(node.value)) generatorMethod(emitter, node, info, context)
      else if (inPlace(info)) methodInPlace(emitter, node, info, context)
      else method(emitter, node, info, context)
    } else if (node.shorthand && node.value.type === "Identifier" && node.value.name === "arguments") {
      const alias = context.state.aliases.arguments
      if (alias !== null) emitter.after(node.value, `: ${alias}`)
    } else {
      context.visit(node.value)
    }
  }

/** Where the key of a property begins, its bracket included. */
const keyStart = (emitter: Emitter, node: Node): number =>
  node.computed ? emitter.code.lastIndexOf("[", node.key.start) : node.key.start

const generatorMethod = (emitter: Emitter, node: Node, info: FunctionInfo, context: Context): void => {
  const { code } = emitter
  const id = visitGenerator(emitter, node.value, info, context)
  emitter.brands.set(node.value, id)
  if (inPlace(info)) return
  const key = emitter.keys.get(node.value) ?? JSON.stringify(info.ownName)
  const begin = keyStart(emitter, node)
  const end = node.computed ? skipTo(code, node.key.end, "]") + 1 : node.key.end
  emitter.replace(node.start, begin, "")
  if (info.ownName === "__proto__" && !node.computed) emitter.replace(begin, end, `["__proto__"]`)
  emitter.text.appendLeft(end, `: ${emitter.helper("generator")}({ *[${key}]`)
  emitter.after(node, ` }[${key}], ${id})`)
}

const methodInPlace = (emitter: Emitter, node: Node, info: FunctionInfo, context: Context): void => {
  visitTwinBody(emitter, node.value, info, context, noAliases)
  const begin = keyStart(emitter, node)
  if (node.value.async) emitter.replace(node.start, begin, "*")
  else emitter.text.prependRight(begin, "*")
}

const method = (emitter: Emitter, node: Node, info: FunctionInfo, context: Context): void => {
  const { code } = emitter
  const value = node.value as FunctionNode
  visitTwinBody(emitter, value, info, context, noAliases)
  emitter.before(value, `function* ${twinName(emitter, info.ownName)}`)
  const strict = isStrict(value.body) ? `"use strict"; ` : ""
  const modifier = `${value.async ? "async " : ""}${value.generator ? "*" : ""}`
  const parameters = producing(emitter, value, entryParameters(value), `${emitter.prefix}twin_, this, arguments`)
  const key = emitter.keys.get(value) ?? JSON.stringify(info.ownName)
  emitter.keys.delete(value)
  const mark = entryMark(emitter, node)
  wrap(
    emitter,
    value,
    "",
    (twin) =>
      `{ ${modifier}[${key}](${parameters}) { ${strict}${running(emitter, value, `${twin}, this, arguments`)} ${mark}} }[${key}]`
  )
  const begin = keyStart(emitter, node)
  if (value.async || value.generator) emitter.replace(node.start, begin, "")
  const end = node.computed ? skipTo(code, node.key.end, "]") + 1 : node.key.end
  if (info.ownName === "__proto__" && !node.computed) emitter.replace(begin, end, `["__proto__"]`)
  emitter.text.appendLeft(end, ": ")
}
