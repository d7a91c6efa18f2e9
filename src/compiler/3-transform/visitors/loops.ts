/**
 * Concurrent loops: the body becomes a generator, one run of it a turn, and the loop a call that runs the turns as fibers.
 *
 *     for (const x of xs) { … }    yield* loop("file:line", xs, function* (item) { const x = item; { … } }, this)
 */

import type { Loop } from "../../2-analyze/loops.js"
import { bare, type Node } from "../../ast.js"
import { type Emitter, Temps } from "../emitter.js"
import { type Context, openParenthesis, skipTo } from "./calls.js"
import { steppedLoop } from "./iteration.js"
import { terminated } from "./statements.js"
import { closed, opened } from "./waiting.js"

export const ForOfStatement =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    const loop = concurrentLoop(emitter, node, context)
    if (loop === null) return steppedLoop(emitter, node, context)
    const { state } = context
    const { left, right } = node
    const declarator = left.declarations[0]
    context.visit(right)
    const temps = visitTurn(emitter, loop, context, [declarator.id])
    const pattern = emitter.code.slice(declarator.id.start, declarator.id.end)
    const item = `${emitter.prefix}item`
    emitter.replace(
      node.start,
      right.start,
      `${opened(emitter, context.state)}${emitter.helper("loop")}(${placeOf(emitter, loop)}, `
    )
    const close = skipTo(emitter.code, right.end, ")")
    emitter.replace(close, close + 1, "")
    emitter.after(right, `, ${turn(emitter)}(${item}) { ${temps.declaration()}${left.kind} ${pattern} = ${item}; `)
    emitter.after(node, ` }, ${state.aliases.this ?? "this"}${asked(loop)})${closed(state)};`)
  }

/** `for` and `for…in`: the head becomes a generator of its own, which hands out the variables of each turn. */
export const ForStatement =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    const loop = concurrentLoop(emitter, node, context)
    if (loop === null) return nestedLoop(emitter)(node, context)
    const self = context.state.aliases.this ?? "this"
    const declaration: Node = node.type === "ForInStatement" ? node.left : node.init
    const names = declaration.declarations.map((each: Node) => emitter.source(each.id)).join(", ")
    const heads = [node.init, node.test, node.update, node.left, node.right].filter((each) => each != null)
    for (const head of heads) context.visit(head, { ...context.state, temps: null })
    const temps = visitTurn(emitter, loop, context, [])
    emitter.before(
      node.body,
      `yield [${names}]; }).call(${self}), ${turn(emitter)}([${names}]) { ${temps.declaration()}`
    )
    emitter.before(
      node,
      `${opened(emitter, context.state)}${emitter.helper("loop")}(${placeOf(emitter, loop)}, (function* () { `
    )
    emitter.after(node, ` }, ${self}${asked(loop)})${closed(context.state)};`)
  }

/** The loop at a node, if its turns are to run at once. */
export const concurrentLoop = (emitter: Emitter, node: Node, context: Context): Loop | null => {
  const { analysis } = emitter
  if (context.state.temps === null || !analysis.concurrent.has(node)) return null
  return analysis.loops.find((each) => each.node === node) ?? null
}

/** The key of a loop, as `setLoop` knows it. */
export const placeOf = (emitter: Emitter, loop: Loop): string =>
  JSON.stringify(`${emitter.analysis.parsed.file}:${loop.line}`)

/** What a comment asked for, as a last argument. */
export const asked = (loop: Loop): string => (loop.asked === null ? "" : `, ${loop.asked}`)

const turn = (emitter: Emitter): string => `function* turn${emitter.prefix.slice(0, -1)}`

/** Visits what a turn is made of, in a generator of its own. */
const visitTurn = (emitter: Emitter, loop: Loop, context: Context, heads: ReadonlyArray<Node>): Temps => {
  const temps = new Temps(emitter.prefix)
  const parent = context.path.at(-1)
  const label = parent?.type === "LabeledStatement" ? parent.label.name : null
  emitter.carry(loop)
  const state = { ...context.state, temps, activation: null, depth: 0, loops: 0 }
  for (const head of heads) context.visit(head, state)
  context.visit(loop.node.body, { ...state, turn: { label, nested: false } })
  return temps
}

/** Any other loop: a `continue` in it is its own. */
export const nestedLoop =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    const { turn } = context.state
    context.next(turn === null ? context.state : { ...context.state, turn: { ...turn, nested: true } })
    if (node.type === "DoWhileStatement" && emitter.code[node.end - 1] !== ";") emitter.after(node, ";")
  }

/** In a turn, going on with the next one is returning from this one. */
export const ContinueStatement =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    const { turn } = context.state
    const own = turn !== null && (node.label === null ? !turn.nested : node.label.name === turn.label)
    if (own) emitter.replace(node.start, node.end, "return;")
    else terminated(emitter)(node, context)
  }

/** In a turn, a statement that only adds something up is noted, to be carried out when the turn's time comes. */
export const ExpressionStatement =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    const carried = context.state.temps === null ? undefined : emitter.carried.get(node)
    if (carried === undefined) return terminated(emitter)(node, context)
    const expression = bare(node.expression)
    const commit = emitter.helper("commit")
    const value = `${emitter.prefix}value`
    const end = (text: string): void => {
      if (emitter.code[node.end - 1] === ";") emitter.replace(node.end - 1, node.end, "")
      emitter.after(node, text)
    }
    switch (carried.kind) {
      case "count": {
        context.next()
        emitter.before(node, `${commit}(() => { `)
        return end(` }, ${carried.levels});`)
      }
      case "sum": {
        context.visit(expression.right)
        const { left, operator } = expression
        emitter.replace(node.start, expression.right.start, `{ const ${value} = (`)
        return end(`); ${commit}(() => { ${emitter.source(left)} ${operator} ${value} }, ${carried.levels}); }`)
      }
      case "assign": {
        const member = bare(expression.left)
        const key = `${emitter.prefix}key`
        context.visit(member.property)
        context.visit(expression.right)
        emitter.replace(node.start, member.property.start, `{ const ${key} = (`)
        emitter.replace(member.property.end, expression.right.start, `), ${value} = (`)
        return end(`); ${commit}(() => { ${emitter.source(member.object)}[${key}] = ${value} }, ${carried.levels}); }`)
      }
      case "collect": {
        for (const argument of expression.arguments) context.visit(argument)
        const open = openParenthesis(emitter.code, expression.callee.end)
        emitter.replace(node.start, open + 1, `{ const ${value} = [`)
        emitter.replace(expression.end - 1, expression.end, "]")
        return end(`; ${commit}(() => { ${emitter.source(expression.callee)}(...${value}) }, ${carried.levels}); }`)
      }
    }
  }
