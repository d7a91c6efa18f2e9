/**
 * The top level of the entry. An ES module's runs piece by piece, each top-level statement that may block in a generator of
 * its own, which is awaited where it waits; a CommonJS module's as a whole.
 *
 *     const a = f()         const a = ((p = topLevel(file, function* () { return (…f()…) })).done ? p.value : await p.promise)
 *     const a = await f()   const a = await (…as above…): no piece is what is awaited, so that it takes as many ticks as before
 */
import { canStep } from "../../2-analyze/iterations.js"
import { bare, type Node } from "../../ast.js"
import type { Emitter } from "../emitter.js"
import { beginning, type State, Temps } from "../state.js"
import type { Context } from "./calls.js"
import { loweredStatics } from "./statics.js"

export const Program =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    const { analysis } = emitter
    const { functions, parsed } = analysis
    const plain = beginning(functions.module)
    if (!analysis.top || !functions.module.grey || functions.module.verbatim !== null) return void context.next(plain)
    if (parsed.kind === "commonjs") {
      const temps = new Temps(emitter.prefix)
      context.next({ ...plain, temps })
      const file = JSON.stringify(parsed.file)
      emitter.wrapProgram(
        `return ${emitter.helper("moduleTop")}(${file}, function* ${emitter.prefix}${emitter.prefix.slice(0, -1)}() { ${temps.declaration()}`
      )
      emitter.text.append(`\n}, this, arguments)`)
      return
    }
    for (const statement of node.body as Array<Node>) piece(emitter, statement, context, plain)
  }

/** Whether a node, outside of functions, has something to wait for that can be lifted. */
const waits = (emitter: Emitter, node: Node): boolean => {
  const { module } = emitter.analysis.functions
  const awaits = module.awaits.filter((each) => within(each, node))
  if (awaits.some((each) => each.type !== "AwaitExpression" && !(each.type === "ForOfStatement" && canStep(each))))
    return false
  return (
    awaits.length > 0 ||
    module.calls.some((call) => call.grey && call.verbatim === null && within(call.node, node)) ||
    module.accesses.some((access) => access.grey && within(access.node, node)) ||
    module.iterations.some((each) => each.grey && each.verbatim === null && within(each.node, node))
  )
}

const within = (inner: Node, outer: Node): boolean => inner.start >= outer.start && inner.end <= outer.end

const declarations = new Set(["FunctionDeclaration", "ClassDeclaration", "ImportDeclaration", "ExportAllDeclaration"])

/** The class that a statement declares. */
const classIn = (statement: Node): Node | null => {
  const declared = statement.type.startsWith("Export") ? statement.declaration : statement
  return declared?.type === "ClassDeclaration" && declared.id !== null ? declared : null
}

/** A class is declared where it stands, and what of it has to wait is run after it. */
const classPiece = (emitter: Emitter, statement: Node, owner: Node, context: Context, plain: State): void => {
  emitter.topClasses.add(owner)
  context.visit(statement, plain)
  if (loweredStatics(emitter, owner, plain).length === 0) return
  const { name, open } = pieceOf(emitter)
  const run = `yield* ${emitter.helper("initialised")}(${owner.id.name})`
  emitter.after(statement, ` if (!${open}{ ${run} })).done) await ${name}.promise;`)
}

const piece = (emitter: Emitter, statement: Node, context: Context, plain: State): void => {
  const owner = classIn(statement)
  if (owner !== null) classPiece(emitter, statement, owner, context, plain)
  else if (declarations.has(statement.type) || !waits(emitter, statement)) {
    context.visit(statement, plain)
  } else if (statement.type === "ExportNamedDeclaration" || statement.type === "VariableDeclaration") {
    const declaration = statement.type === "VariableDeclaration" ? statement : statement.declaration
    if (declaration?.type !== "VariableDeclaration") return void context.visit(statement, plain)
    for (const declarator of declaration.declarations as Array<Node>) {
      context.visit(declarator.id, plain)
      if (declarator.init === null) continue
      if (waits(emitter, declarator.init)) expression(emitter, declarator.init, context, plain)
      else context.visit(declarator.init, plain)
    }
    if (emitter.code[statement.end - 1] !== ";") emitter.after(statement, ";")
  } else if (statement.type === "ExportDefaultDeclaration") {
    expression(emitter, statement.declaration, context, plain)
  } else if (statement.type === "ExpressionStatement" && bare(statement.expression).type === "AwaitExpression") {
    expression(emitter, statement.expression, context, plain)
    if (emitter.code[statement.end - 1] !== ";") emitter.after(statement, ";")
  } else {
    const temps = new Temps(emitter.prefix)
    const variables = varsIn(emitter, statement)
    context.visit(statement, { ...plain, temps, hoistVars: variables.length > 0 })
    const hoisted = variables.length === 0 ? "" : `var ${variables.join(", ")}; `
    const { name, open } = pieceOf(emitter)
    emitter.before(statement, `${hoisted}if (!${open}{ ${temps.declaration()}`)
    emitter.after(statement, ` })).done) await ${name}.promise;`)
  }
}

/** What a piece opens with, and the variable that holds what it came to. */
const pieceOf = (emitter: Emitter): { readonly name: string; readonly open: string } => {
  const name = emitter.moduleVariable("piece")
  const file = JSON.stringify(emitter.analysis.parsed.file)
  const twin = `function* ${emitter.prefix}${emitter.prefix.slice(0, -1)}()`
  return { name, open: `(${name} = ${emitter.helper("topLevel")}(${file}, ${twin} ` }
}

const expression = (emitter: Emitter, node: Node, context: Context, plain: State): void => {
  const target = bare(node)
  if (target.type === "AwaitExpression") {
    if (waits(emitter, target.argument)) expression(emitter, target.argument, context, plain)
    else context.visit(target.argument, plain)
    return
  }
  const temps = new Temps(emitter.prefix)
  context.visit(node, { ...plain, temps })
  const { name, open } = pieceOf(emitter)
  emitter.before(node, `(${open}{ ${temps.declaration()}return (`)
  emitter.after(node, `) })).done ? ${name}.value : await ${name}.promise)`)
}

/** The names that `var` declares in a statement of the module's top level. */
const varsIn = (emitter: Emitter, statement: Node): Array<string> => {
  const scope = emitter.analysis.functions.moduleScope
  const names: Array<string> = []
  for (const variable of scope?.variables ?? []) {
    const inside = variable.defs.some(
      (each: any) => each.type === "Variable" && each.parent.kind === "var" && within(each.node, statement)
    )
    if (inside) names.push(variable.name)
  }
  return names
}
