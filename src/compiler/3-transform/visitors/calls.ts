/**
 * Calls: look up the callee's twin once, then apply the twin or the function to one argument list, then run the twin if it
 * was one.
 *
 *     f(a)     (r = ((t = twin(f_ = f)) ?? callable(f_, "f"))(a), t ? (at.site = n, yield* r) : r)
 *     o.m(a)   (r = call((t = twin(f_ = (o_ = o).m)) ?? callable(f_, "o.m"), o_, a), t ? (at.site = n, yield* r) : r)
 *
 * `edges.ts` tells when it is not just `yield*`.
 */

import type { Loop } from "../../2-analyze/loops.js"
import type { CallInfo } from "../../2-analyze/model.js"
import { bare, calleeOf, type Node } from "../../ast.js"
import type { Emitter, Helper } from "../emitter.js"
import { shown } from "../shown.js"
import type { State } from "../state.js"
import { calleeAccess } from "./accessors.js"
import { superCall } from "./constructions.js"
import { edge } from "./edges.js"
import { aliasedSuper } from "./lexical.js"
import { asked, concurrentLoop, placeOf } from "./loops.js"
import { showFunction, showGiven } from "./texts.js"

export interface Context {
  readonly state: State
  readonly path: ReadonlyArray<Node>
  readonly visit: (node: Node, state?: State) => unknown
  readonly next: (state?: State) => unknown
}

/** Whether a call is to be lifted where it stands. */
export const liftedCall = (emitter: Emitter, node: Node, state: State): CallInfo | null => {
  if (state.temps === null) return null
  const call = emitter.analysis.functions.calls.get(node)
  return call?.grey && call.verbatim === null ? call : null
}

export const CallExpression =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    if (node.callee.type === "Super" && context.state.aliases.construction !== null) {
      return superCall(emitter, node, context)
    }
    const call = liftedCall(emitter, node, context.state)
    if (call === null) {
      context.next()
      showGiven(emitter, node, context.state, false)
      if (aliasedSuper(node.callee, context.state)) {
        emitter.before(node, `${emitter.helper("call")}(`)
        emitter.after(node.callee, `, ${context.state.aliases.this}`)
        joinArguments(emitter, node)
      }
      adoptRequired(emitter, node)
      return
    }
    const { state, visit } = context
    const loop = concurrentLoop(emitter, node, context)
    const names = namesOf(emitter, call, state, state.awaited === node ? awaiting : calling, loop)
    const callee = bare(node.callee)
    if (callee.type === "MemberExpression") {
      const receiver = visitReceiver(emitter, callee, context)
      emitter.before(node, `(${names.r} = ${emitter.helper("call")}(${names.find}`)
      emitter.after(node.callee, `${names.orThrow}, ${receiver}`)
      joinArguments(emitter, node)
    } else {
      visit(node.callee)
      keepNameless(emitter, node.callee)
      emitter.before(node, `(${names.r} = (${names.find}`)
      emitter.after(node.callee, `${names.orThrow})`)
    }
    for (const argument of node.arguments) visit(argument, { ...state, depth: state.depth + 1 })
    showGiven(emitter, node, state, true)
    emitter.after(node, names.run)
  }

/** `await` suspends the fiber; an async function that is called in its argument runs in the caller's fiber. */
export const AwaitExpression =
  (emitter: Emitter) =>
  (node: Node, context: Context): void => {
    const { state } = context
    if (state.temps === null) return void context.next()
    context.visit(node.argument, { ...state, awaited: bare(node.argument) })
    const text = emitter.code.slice(node.start, node.end).replace(/\s+/g, " ").slice(0, 60)
    emitter.replace(node.start, node.argument.start, `(yield* ${emitter.helper("wait")}(`)
    emitter.after(node, `, ${emitter.siteNumber(node, text, state.fn)}))`)
  }

/** Has a package with hand-written twins adopted where it is required. */
const adoptRequired = (emitter: Emitter, node: Node): void => {
  const { functions, adopted } = emitter.analysis
  const callee = functions.calls.get(node)?.callee
  const specifier = node.arguments[0]?.value
  if (callee?.kind !== "global" || callee.name !== "require" || !adopted.has(specifier)) return
  emitter.before(node, `${emitter.helper("adopt")}(${JSON.stringify(specifier)}, `)
  emitter.after(node, ")")
}

/** What finds a callee's twin, and what stands in for a callee that cannot be called. */
interface Finding {
  readonly find: Helper
  readonly orElse: Helper
}

const calling: Finding = { find: "twin", orElse: "callable" }
const awaiting: Finding = { find: "awaited", orElse: "callable" }

/** What has no name must not get that of a temporary. */
export const keepNameless = (emitter: Emitter, node: Node): void => {
  const { type, id } = bare(node)
  if (id !== null || !/^(?:Class|Function|ArrowFunction)Expression$/.test(type)) return
  emitter.before(node, "(0, ")
  emitter.after(node, ")")
}

/** The pieces that every lifted call is made of. */
export const namesOf = (
  emitter: Emitter,
  call: CallInfo,
  state: State,
  { find, orElse }: Finding = calling,
  loop: Loop | null = null
) => {
  const temps = state.temps!
  const t = temps.name("t", state.depth)
  const f = temps.name("f")
  const r = temps.name("r")
  const place = loop === null ? "" : `, ${placeOf(emitter, loop)}${asked(loop)}`
  return {
    r,
    /** Stands before the callee. */
    find: `(${t} = ${emitter.helper(loop === null ? find : "turns")}(${f} = `,
    /** Stands after the callee. */
    orThrow: `${place})) ?? ${emitter.helper(orElse)}(${f}, ${JSON.stringify(shown(calleeOf(call.node)))})`,
    /** Stands after the argument list. */
    run: `, ${t} ? (${emitter.site(call)}, ${edge(emitter, call, state, r)}) : ${r})`
  }
}

/** Turns `(a, b)` after the receiver into `, a, b)`: the parenthesis has been opened by `call(`. */
export const joinArguments = (emitter: Emitter, node: Node): void => {
  const open = openParenthesis(emitter.code, node.callee.end)
  emitter.replace(open, open + 1, node.arguments.length === 0 ? "" : ", ")
}

/** The offset of the `(` that opens an argument list, or of any other token, skipping white space and comments. */
export const openParenthesis = (code: string, from: number): number => skipTo(code, from, "(")

/** The offset of the next character that is neither white space nor in a comment. */
export const skipBlank = (code: string, from: number): number => {
  let at = from
  for (;;) {
    const blank = /^(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)/.exec(code.slice(at, at + 4096))
    if (blank === null) return at
    at += blank[0].length
  }
}

export const skipTo = (code: string, from: number, token: string): number => {
  for (let at = from; at < code.length; at++) {
    if (code.startsWith("//", at)) at = code.indexOf("\n", at)
    else if (code.startsWith("/*", at)) at = code.indexOf("*/", at) + 1
    else if (code.startsWith(token, at)) return at
  }
  throw new Error(`no ${token} after offset ${from}`)
}

/** Notes the receiver of a member callee in a temporary, unless it is `this`, and gives its name. */
export const visitReceiver = (emitter: Emitter, callee: Node, context: Context): string => {
  const { state, visit } = context
  if (aliasedSuper(callee, state)) {
    visit(callee)
    return state.aliases.this!
  }
  if (callee.computed) {
    visit(callee.property, { ...state, depth: state.depth + 1 })
    showFunction(emitter, callee.property)
  }
  const accessed = calleeAccess(emitter, callee, context)
  if (accessed !== null) return accessed
  visit(callee.object)
  if (callee.object.type === "Super" || callee.object.type === "ThisExpression") return state.aliases.this ?? "this"
  const o = state.temps!.name("o", state.depth)
  keepNameless(emitter, callee.object)
  emitter.before(callee.object, `(${o} = `)
  emitter.after(callee.object, ")")
  return o
}
