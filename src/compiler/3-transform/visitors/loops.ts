/**
 * Concurrent loops: the body becomes a generator, one run of it a turn, and the loop a call that runs the turns as fibers.
 *
 *     for (const x of xs) { … }    yield* loop("file:line", xs, function* (item) { const x = item; { … } }, this)
 */

import type { Loop } from "../../2-analyze/loops.js"
import type { Node } from "../../ast.js"
import type { Emitter } from "../emitter.js"
import { type State, Temps } from "../state.js"
import { type Context, skipTo } from "./calls.js"
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

/** `for…in`: a generator hands out the keys. */
export const ForInStatement =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    const loop = concurrentLoop(emitter, node, context)
    if (loop === null) return nestedLoop(emitter)(node, context)
    const self = context.state.aliases.this ?? "this"
    const name = emitter.source(node.left.declarations[0].id)
    context.visit(node.left, { ...context.state, temps: null })
    context.visit(node.right, { ...context.state, temps: null })
    const temps = visitTurn(emitter, loop, context, [])
    emitter.before(node.body, `yield [${name}]; }).call(${self}), ${turn(emitter)}([${name}]) { ${temps.declaration()}`)
    emitter.before(
      node,
      `${opened(emitter, context.state)}${emitter.helper("loop")}(${placeOf(emitter, loop)}, (function* () { `
    )
    emitter.after(node, ` }, ${self}${asked(loop)})${closed(context.state)};`)
  }

/**
 * `for`: its variables stand before it, and its head becomes functions, which give each turn the variables as they are.
 *
 *     for (let i = 0; i < n; i++) { … }
 *     { let i = 0; yield* loop("file:line", head(0, function* () { if (i < n) return [i] }, function* () { i++ }),
 *       function* ([i]) { … }, this) }
 */
export const ForStatement =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    const loop = concurrentLoop(emitter, node, context)
    if (loop === null) return nestedLoop(emitter)(node, context)
    const { init, test, update, body } = node
    const names = variablesOf(loop)
    const open = skipTo(emitter.code, node.start, "(") + 1
    const first = skipTo(emitter.code, init?.end ?? open, ";")
    const second = skipTo(emitter.code, test?.end ?? first + 1, ";")
    const close = skipTo(emitter.code, update?.end ?? second + 1, ")")
    const start = startOf(emitter, loop, context)
    emitter.replace(node.start, open, "{ ")
    if (init !== null) context.visit(init)
    const { leading } = loop.head
    const temps = headTemps(emitter)
    if (test !== null) visitHead(test, context, temps)
    if (leading > 0 && update !== null) {
      const between = headTemps(emitter)
      const take = headTemps(emitter)
      visitHead(update, context, between)
      const inner = visitLeading(emitter, loop, context, take)
      emitter.replace(first, first + 1, `; ${start}${temps.declaration()}return (${test === null ? "true" : ""}`)
      emitter.replace(second, second + 1, `); }, function* () { ${between.declaration()}`)
      emitter.replace(close, close + 1, `; }, function* () { ${take.declaration()}`)
      splitBody(emitter, loop, `return [${names}]; } }), ${turn(emitter)}([${names}]) { ${inner.declaration()}`)
    } else if (leading > 0) {
      const inner = visitLeading(emitter, loop, context, temps)
      emitter.replace(first, first + 1, `; ${start}${temps.declaration()}for (;`)
      emitter.replace(second, second + 1, ";) ")
      emitter.replace(close, close + 1, "")
      splitBody(emitter, loop, `return [${names}]; } }), ${turn(emitter)}([${names}]) { ${inner.declaration()}`)
    } else {
      emitter.replace(first, first + 1, `; ${start}${temps.declaration()}if (`)
      const between = headTemps(emitter)
      if (update !== null) visitHead(update, context, between)
      const middle = update === null ? "" : `, function* () { ${between.declaration()}`
      emitter.replace(second, second + 1, `) return [${names}]; }${middle}`)
      const inner = visitTurn(emitter, loop, context, [])
      emitter.replace(
        close,
        close + 1,
        `${update === null ? "" : "; }"}), ${turn(emitter)}([${names}]) { ${inner.declaration()}`
      )
    }
    emitter.after(body, ` }, ${context.state.aliases.this ?? "this"}${asked(loop)})${closed(context.state)}; }`)
  }

/** The call that runs a loop's turns, up to its head. */
const startOf = (emitter: Emitter, loop: Loop, { state }: Context): string =>
  `${opened(emitter, state)}${emitter.helper("loop")}(${placeOf(emitter, loop)}, ${headOf(emitter, loop)}`

/** `while`: its test, with the statements that take the item, becomes a function that gives each turn its variables. */
export const WhileStatement =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    const loop = concurrentLoop(emitter, node, context)
    if (loop === null) return nestedLoop(emitter)(node, context)
    const names = variablesOf(loop)
    const temps = headTemps(emitter)
    visitHead(node.test, context, temps)
    const inner =
      loop.head.leading > 0 ? visitLeading(emitter, loop, context, temps) : visitTurn(emitter, loop, context, [])
    const start = startOf(emitter, loop, context)
    emitter.before(node, `${start}${temps.declaration()}`)
    const gives = `return [${names}]; }), ${turn(emitter)}([${names}]) { ${inner.declaration()}`
    if (loop.head.leading > 0) splitBody(emitter, loop, gives.replace("; })", "; } })"))
    else emitter.before(node.body, gives)
    emitter.after(node.body, ` }, ${context.state.aliases.this ?? "this"}${asked(loop)})${closed(context.state)};`)
  }

/** `do … while`: what is asked after a turn is asked before the next. */
export const DoWhileStatement =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    const loop = concurrentLoop(emitter, node, context)
    if (loop === null) return nestedLoop(emitter)(node, context)
    const names = variablesOf(loop)
    const temps = headTemps(emitter)
    const again = headTemps(emitter)
    const hasLeading = loop.head.leading > 0
    const inner = hasLeading ? visitLeading(emitter, loop, context, temps) : visitTurn(emitter, loop, context, [])
    visitHead(node.test, context, again)
    const start = startOf(emitter, loop, context)
    emitter.replace(node.start, node.body.start, `${start}${temps.declaration()}${hasLeading ? "for (;;) " : ""}`)
    const gives = `return [${names}]; }), ${turn(emitter)}([${names}]) { ${inner.declaration()}`
    if (hasLeading) splitBody(emitter, loop, gives.replace("; })", "; } })"))
    else emitter.before(node.body, gives)
    emitter.replace(
      node.body.end,
      node.test.start,
      ` }, ${context.state.aliases.this ?? "this"}, ${loop.asked ?? "undefined"}, function* () { ${again.declaration()}return (`
    )
    const end = emitter.code[node.end - 1] === ";" ? node.end - 1 : node.end
    emitter.replace(node.test.end, end, `); })${closed(context.state)}`)
    if (end === node.end) emitter.after(node, ";")
  }

const variablesOf = (loop: Loop): string => [...new Set(loop.head.variables.map(({ name }) => name))].join(", ")

const headOf = (emitter: Emitter, loop: Loop): string =>
  `${emitter.helper("head")}(${loop.head.constant}, function* () { `

const headTemps = (emitter: Emitter): Temps => new Temps(emitter.prefix)

const visitHead = (part: Node, context: Context, temps: Temps): void => {
  context.visit(part, { ...context.state, temps, activation: null, depth: 0, loops: 0, turn: null })
}

const statementsOf = (body: Node): ReadonlyArray<Node> => (body.type === "BlockStatement" ? body.body : [body])

/** Visits a body of which the first statements belong to the head, and the rest to the turn. */
const visitLeading = (emitter: Emitter, loop: Loop, context: Context, head: Temps): Temps => {
  const statements = statementsOf(loop.node.body)
  const temps = headTemps(emitter)
  statements.forEach((statement, index) => {
    if (index < loop.head.leading) visitHead(statement, context, head)
    else context.visit(statement, turnState(context, temps))
  })
  return temps
}

/** Ends the head after the statements that belong to it: what follows is the turn's. */
const splitBody = (emitter: Emitter, loop: Loop, text: string): void => {
  const { body } = loop.node
  emitter.text.appendLeft(body.body[loop.head.leading - 1].end, ` ${text}`)
  emitter.replace(body.end - 1, body.end, "")
}

/** The loop at a node, if its turns are to run at once. */
export const concurrentLoop = (emitter: Emitter, node: Node, context: Context): Loop | null => {
  const { analysis } = emitter
  if (context.state.temps === null || !analysis.concurrent.has(node)) return null
  return analysis.loops.find((each) => each.node === node) ?? null
}

/** The key of a loop, as `setLoop` knows it: its file and line, and its column where another stands before it in that line. */
export const placeOf = (emitter: Emitter, loop: Loop): string => {
  const { loops, parsed } = emitter.analysis
  const isFirst = loops.find((each) => each.line === loop.line && each.blocking) === loop
  return JSON.stringify(`${parsed.file}:${loop.line}${isFirst ? "" : `:${loop.column}`}`)
}

/** What a comment asked for, as a last argument. */
export const asked = (loop: Loop): string => (loop.asked === null ? "" : `, ${loop.asked}`)

const turn = (emitter: Emitter): string => `function* turn${emitter.prefix.slice(0, -1)}`

/** Visits what a turn is made of, in a generator of its own. */
const visitTurn = (emitter: Emitter, loop: Loop, context: Context, heads: ReadonlyArray<Node>): Temps => {
  const temps = new Temps(emitter.prefix)
  const state = turnState(context, temps)
  for (const head of heads) context.visit(head, { ...state, turn: null })
  context.visit(loop.node.body, state)
  return temps
}

const turnState = (context: Context, temps: Temps): State => {
  const parent = context.path.at(-1)
  const label = parent?.type === "LabeledStatement" ? parent.label.name : null
  return { ...context.state, temps, activation: null, depth: 0, loops: 0, turn: { label, nested: false } }
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
