/**
 * Iteration whose steps may block. A `for…of` becomes a loop that takes the steps itself, and closes the iterator when it is
 * left; `runtime/walk.ts` has the shape.
 */
import { canStep, type Iteration, spokenOf } from "../../2-analyze/iterations.js"
import { bare, isAsyncGenerator, type Node } from "../../ast.js"
import type { Emitter } from "../emitter.js"
import type { State } from "../state.js"
import { asyncYield } from "./async-generators.js"
import type { Context } from "./calls.js"
import { nestedLoop } from "./loops.js"
import { applied, takeApart } from "./take-apart.js"
import { closed, opened, run } from "./waiting.js"

/** Whether an iteration is to be lifted where it stands. */
export const liftedIteration = (emitter: Emitter, node: Node, { temps }: State): Iteration | null => {
  const iteration = temps === null ? undefined : emitter.analysis.functions.iterations.get(node)
  return iteration?.grey && iteration.verbatim === null ? iteration : null
}

/** What V8 says of something that is not iterable, as a literal; null where it describes the value. */
export const complaint = (emitter: Emitter, expression: Node, iterable = "iterable"): string => {
  const node = bare(expression)
  const text = emitter.code.slice(node.start, node.end)
  if (/^[\w$.]+$/.test(text)) return `"${text} is not ${iterable}"`
  const callee = node.type === "CallExpression" ? emitter.code.slice(node.callee.start, node.callee.end) : ""
  return /^[\w$.]+$/.test(callee)
    ? `"${callee}${iterable === "iterable" ? "" : "(...)"} is not a function or its return value is not ${iterable}"`
    : "null"
}

/** The labels that stand before a loop: they go to where the loop itself comes to stand. */
const takeLabels = (emitter: Emitter, path: ReadonlyArray<Node>): string => {
  let labels = ""
  for (let at = path.length - 1; path[at]?.type === "LabeledStatement"; at--) {
    const { start, label, body } = path[at]!
    emitter.replace(start, body.start, "")
    labels = `${label.name}: ${labels}`
  }
  return labels
}

/** The pieces that a loop which takes the steps itself is made of. */
interface Steps {
  /** Makes the walk. */
  readonly walk: string
  readonly text: string
  /** Takes a step: whether there is a value. */
  readonly step: string
  readonly close: string
}

const stepsOf = (emitter: Emitter, node: Node, state: State, l: string): Steps => {
  if (!node.await) {
    return {
      walk: emitter.helper("walk"),
      text: complaint(emitter, node.right),
      step: `${l}.step() ?? (${run(emitter, state, `${l}.wait()`)})`,
      close: `${run(emitter, state, `${l}.close()`)};`
    }
  }
  const e = `${emitter.prefix}e`
  const site = emitter.siteNumber(node, "for await", state.fn)
  const awaited = (steps: string): string => `yield* ${emitter.helper("wait")}(${run(emitter, state, steps)}, ${site})`
  return {
    walk: emitter.helper("walkAsync"),
    text: complaint(emitter, node.right, "async iterable"),
    step: `${l}.accept(${awaited(`${l}.next()`)})`,
    close: `try { if (${l}.closes()) ${l}.closed(${awaited(`${l}.close()`)}); } catch (${e}) { ${l}.closeFailed(${e}); }`
  }
}

/** Whether a loop is to take its steps itself where it stands. */
const takesSteps = (emitter: Emitter, node: Node, state: State): boolean =>
  canStep(node) && (node.await ? state.temps !== null : liftedIteration(emitter, node, state) !== null)

/**
 * A `for…of` whose turns run one after another. Where the iterable speaks of the loop's own variables it is evaluated where
 * such variables are declared, but never come to be.
 */
export const steppedLoop = (emitter: Emitter, node: Node, context: Context): void => {
  const { state } = context
  const { left, right, body } = node
  if (!takesSteps(emitter, node, state)) return nestedLoop(emitter)(node, context)
  const declared = left.type === "VariableDeclaration"
  const l = state.temps!.name("l", state.loops)
  const inner: State = { ...state, loops: state.loops + 1 }
  const target: Node = declared ? left.declarations[0].id : left
  const assigned = !declared || (left.kind === "var" && state.hoistVars)
  context.visit(right)
  context.visit(target, inner)
  context.visit(body, { ...inner, turn: state.turn === null ? null : { ...state.turn, nested: true } })
  const labels = takeLabels(emitter, context.path)
  const { walk, text, step, close } = stepsOf(emitter, node, state, l)
  const early = spokenOf(node, emitter.analysis.functions.variables)
  const [before, after] = early.length === 0 ? ["", ""] : ["switch (0) { case 0: ", ` break; default: let ${early} }`]
  emitter.replace(node.start, left.start, `{ ${before}${l} = ${opened(emitter, state)}${walk}(`)
  emitter.replace(left.end, right.start, "")
  emitter.replace(right.end, body.start, "")
  emitter.after(right, `, ${text})${closed(state)};${after} try { ${labels}for (; ${step}; ) { `)
  if (assigned) {
    if (declared) emitter.replace(left.start, target.start, "")
    emitter.before(left, "(")
  }
  const value = applied(takeApart(emitter, target, target, null, inner), `${l}.value`)
  emitter.after(left, ` = ${value}${assigned ? ")" : ""}; `)
  emitter.text.move(left.start, left.end, body.start)
  const e = `${emitter.prefix}e`
  emitter.after(node, ` } } catch (${e}) { throw ${l}.failed(${e}); } finally { if (${l}.open) { ${close} } } }`)
}

export const SpreadElement =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    context.next()
    const { state } = context
    if (liftedIteration(emitter, node, state) === null) return
    const parent = context.path.at(-1)!
    const text =
      parent.type === "ArrayExpression"
        ? complaint(emitter, node.argument)
        : '"Spread syntax requires ...iterable[Symbol.iterator] to be a function"'
    emitter.before(node.argument, `(${opened(emitter, state)}${emitter.helper("spread")}(`)
    emitter.after(node.argument, `, ${text})${closed(state)})`)
  }

/** In a lifted generator, what follows a `yield` may be a green step where what came before it was none. */
export const YieldExpression =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    if (isAsyncGenerator(context.state.fn.node)) return asyncYield(emitter, node, context)
    context.next()
    const { activation } = context.state
    if (activation === null) return
    if (!node.delegate) {
      emitter.before(node, `${emitter.helper("resumed")}(${activation}, `)
      emitter.after(node, ")")
    } else if (liftedIteration(emitter, node, context.state) !== null) {
      emitter.before(node.argument, `${emitter.helper("delegate")}(${activation}, `)
      emitter.after(node.argument, ")")
    }
  }
