/**
 * Concurrent loops: the body becomes a generator, one run of it a turn, and the loop a call that runs the turns as fibers.
 *
 *     for (const x of xs) { … }    yield* loop("file:line", xs, function* (item) { const x = item; { … } }, this)
 */
import { bare, type Node } from "../../ast.js"
import { type Emitter, Temps } from "../emitter.js"
import { type Context, openParenthesis, skipTo } from "./calls.js"
import { terminated } from "./statements.js"

export const ForOfStatement =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    const { state } = context
    const loop = emitter.analysis.loops.find((each) => each.node === node)
    if (
      loop === undefined ||
      !emitter.analysis.concurrent.has(node) ||
      state.temps === null ||
      loop.obstacles.length > 0
    ) {
      nestedLoop(emitter)(node, context)
      return
    }
    const { left, right, body } = node
    const label = context.path.at(-1)?.type === "LabeledStatement" ? context.path.at(-1)!.label.name : null
    const temps = new Temps(emitter.prefix)
    const item = `${emitter.prefix}item`
    const declarator = left.declarations[0]
    for (const [statement, carried] of loop.carried) emitter.carried.set(statement, carried)
    context.visit(right)
    context.visit(declarator.id, { ...state, temps, depth: 0 })
    context.visit(body, { ...state, temps, depth: 0, turn: { label, nested: false } })

    const pattern = emitter.code.slice(declarator.id.start, declarator.id.end)
    const key = JSON.stringify(`${emitter.analysis.parsed.file}:${loop.line}`)
    emitter.replace(node.start, right.start, `yield* ${emitter.helper("loop")}(${key}, `)
    const close = skipTo(emitter.code, right.end, ")")
    emitter.replace(close, close + 1, "")
    emitter.after(
      right,
      `, function* turn${emitter.prefix.slice(0, -1)}(${item}) { ${temps.declaration()}${left.kind} ${pattern} = ${item}; `
    )
    emitter.after(node, ` }, ${state.aliases.this ?? "this"});`)
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
    const carried = context.state.turn === null ? undefined : emitter.carried.get(node)
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
        return end(" });")
      }
      case "sum": {
        context.visit(expression.right)
        const { left, operator } = expression
        emitter.replace(node.start, expression.right.start, `{ const ${value} = (`)
        return end(`); ${commit}(() => { ${emitter.source(left)} ${operator} ${value} }); }`)
      }
      case "assign": {
        const member = bare(expression.left)
        const key = `${emitter.prefix}key`
        context.visit(member.property)
        context.visit(expression.right)
        emitter.replace(node.start, member.property.start, `{ const ${key} = (`)
        emitter.replace(member.property.end, expression.right.start, `), ${value} = (`)
        return end(`); ${commit}(() => { ${emitter.source(member.object)}[${key}] = ${value} }); }`)
      }
      case "collect": {
        for (const argument of expression.arguments) context.visit(argument)
        const open = openParenthesis(emitter.code, expression.callee.end)
        emitter.replace(node.start, open + 1, `{ const ${value} = [`)
        emitter.replace(expression.end - 1, expression.end, "]")
        return end(`; ${commit}(() => { ${emitter.source(expression.callee)}(...${value}) }); }`)
      }
    }
  }
