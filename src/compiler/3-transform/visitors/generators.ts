/**
 * Generators stay where and what they are. Their bodies begin with their activation, through which they wait, and their
 * functions are branded, so that the activation finds its generator.
 *
 *     function* f(a) { … }    function* f(a) { const me = activation(id); … }    and `generator(f, id);` at the scope's start
 */
import type { FunctionInfo } from "../../2-analyze/model.js"
import type { FunctionNode } from "../../ast.js"
import type { Emitter } from "../emitter.js"
import { beginning, Temps } from "../state.js"
import { type Context, skipTo } from "./calls.js"
import { isIdentifier, stampWhereDeclared } from "./functions.js"

/** Visits a lifted generator's parameters and body. Returns the brand of its function, as an expression. */
export const visitGenerator = (emitter: Emitter, node: FunctionNode, info: FunctionInfo, context: Context): string => {
  const temps = new Temps(emitter.prefix)
  const activation = `${emitter.prefix}me`
  const inner = beginning(info, temps, activation)
  for (const param of node.params) context.visit(param, { ...inner, temps: null })
  context.visit(node.body, inner)
  const id = emitter.siteNumber(node, info.name, info)
  emitter.atStart(node.body, `const ${activation} = ${emitter.helper("activation")}(${id}); ${temps.declaration()}`)
  return id
}

export const generatorDeclaration = (
  emitter: Emitter,
  node: FunctionNode,
  info: FunctionInfo,
  context: Context
): void => {
  const id = visitGenerator(emitter, node, info, context)
  const brand = emitter.helper("generator")
  if (node.id !== null) return stampWhereDeclared(emitter, node, context, `${brand}(${node.id.name}, ${id})`)
  const name = `${emitter.prefix}default`
  const exported = context.path.at(-1)!
  emitter.replace(exported.start, node.start, "")
  emitter.text.appendLeft(skipTo(emitter.code, node.start, "*") + 1, ` ${name}`)
  emitter.after(node, ` export { ${name} as default };`)
  emitter.atStart(context.path[0]!, `${brand}(${emitter.helper("named")}(${name}, "default"), ${id}); `)
}

/** An expression without a name of its own takes it from a property it is the value of for a moment. */
export const generatorExpression = (
  emitter: Emitter,
  node: FunctionNode,
  info: FunctionInfo,
  context: Context
): void => {
  const id = visitGenerator(emitter, node, info, context)
  const held = emitter.keys.get(node)
  const name = node.id === null && held === undefined ? info.ownName : ""
  const key = isIdentifier(name) && name !== "__proto__" ? name : `[${JSON.stringify(name)}]`
  const [open, close] =
    held !== undefined && node.id === null
      ? [`{ [${held}]: `, ` }[${held}]`]
      : name === ""
        ? ["", ""]
        : [`{ ${key}: `, ` }[${JSON.stringify(name)}]`]
  emitter.before(node, `${emitter.helper("generator")}(${open}`)
  emitter.after(node, `${close}, ${id})`)
}
