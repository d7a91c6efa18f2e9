/**
 * Parameters that may block move to the start of the body, in order and with the same dead zones:
 *
 *     function (a, b = wait(1), ...[c]) {…}
 *     function* ($0, $1, ...$r) { let { 0: a, 1: b = yield* … } = { __proto__: null, 0: $0, 1: $1 }, [c] = $r; …}
 */
import type { FunctionInfo } from "../../2-analyze/model.js"
import type { FunctionNode, Node } from "../../ast.js"
import type { Emitter } from "../emitter.js"
import type { State } from "../state.js"
import { skipTo } from "./calls.js"
import { type Around, applied, applyByDefault, takeApart } from "./take-apart.js"
import { isNoted } from "./turns.js"

/** Whether something in a function's parameters has to wait. */
export const parametersWait = (info: FunctionInfo): boolean => {
  if (!info.movable || info.usesEval) return false
  const params: ReadonlyArray<Node> = info.node.params
  const from = params[0]!.start
  const to = params.at(-1)!.end
  const waits = [...info.calls, ...info.iterations].filter(({ verbatim }) => verbatim === null)
  return [...waits, ...info.accesses].some(({ grey, node }) => grey && node.start >= from && node.end <= to)
}

/** The parameters that are patterns of which any part may block, with what they are to be applied to. */
export const lowerParameters = (emitter: Emitter, node: FunctionNode, state: State): ReadonlyMap<Node, Around> => {
  const lowered = new Map<Node, Around>()
  for (const param of node.params) {
    const target: Node = param.type === "AssignmentPattern" ? param.left : (param.argument ?? param)
    const around = takeApart(emitter, target, target, null, state, param.type === "AssignmentPattern")
    if (around !== null) lowered.set(param, around)
  }
  return lowered
}

/** Moves the parameters of a generator into its body, once both have been visited. */
export const moveParameters = (
  emitter: Emitter,
  node: FunctionNode,
  before: string,
  lowered: ReadonlyMap<Node, Around>
): void => {
  const params = node.params
  const rest = params.at(-1)!.type === "RestElement" ? params.at(-1)! : null
  const named = rest === null ? params : params.slice(0, -1)
  const name = (index: number): string => `${emitter.prefix}p${index}`
  const restName = `${emitter.prefix}rest`
  const list = [...named.map((_, index) => name(index)), ...(rest === null ? [] : [`...${restName}`])].join(", ")
  const values = named.map((param, index) => `${index}: ${lowered.has(param) ? undefined : name(index)}`).join(", ")
  const given = `} = { __proto__: null, ${values} }`
  const close = skipTo(emitter.code, params.at(-1)!.end, ")")
  for (const [index, param] of [...named.entries()].reverse()) {
    const around = lowered.get(param)
    if (around !== undefined) {
      const { left, right } = param.type === "AssignmentPattern" ? param : { left: param, right: null }
      applyByDefault(emitter, left, right, around, name(index))
    }
    emitter.before(param, `${index}: `)
  }
  if (rest !== null) {
    emitter.replace(rest.start, rest.argument.start, named.length === 0 ? "" : `${given}, `)
    emitter.replace(close, close + 1, ` = ${applied(lowered.get(rest) ?? null, restName)};`)
  } else emitter.replace(close, close + 1, `${given};`)
  const open = named.length === 0 ? "" : "{ "
  emitter.before(params[0]!, `${list}) { ${before}let ${open}`)
  if (node.body.type === "BlockStatement") emitter.replace(node.body.start, node.body.start + 1, "")
  else {
    if (!isNoted(emitter, node.body)) emitter.before(node.body, "return ")
    emitter.after(node.body, " }")
  }
}
