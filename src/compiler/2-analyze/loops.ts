/**
 * Loops: which can run their turns at once, and why the others cannot.
 *
 * A loop is independent when no turn can see what another one did: nothing made outside of it is both changed and read in it.
 * What merely adds up (`n++`, `total += x`, `list.push(x)`, `map.set(k, v)`) is carried: each turn notes it, and the notes
 * are carried out in the order asked for.
 */
import { walk } from "zimmerframe"
import type { Parsed } from "../1-parse/index.js"
import { bare, keyName, type Node } from "../ast.js"
import { Examination } from "./independence.js"
import type { FunctionInfo, Functions } from "./model.js"
import { inside } from "./patterns.js"

/** Why a loop's turns cannot run at once. */
export interface Obstacle {
  readonly line: number
  readonly text: string
}

/** A statement of a loop's body that is noted and carried out in order. */
export interface Carried {
  readonly kind: "count" | "sum" | "collect" | "assign"
}

export interface Loop {
  readonly node: Node
  readonly within: FunctionInfo
  readonly region: Node
  /** Where it begins in the file as its author wrote it. */
  readonly line: number
  readonly column: number
  /** Its label, or the function it stands in. */
  readonly name: string
  /** Its head, as written. */
  readonly text: string
  /** Whether something in its body may block. */
  readonly blocking: boolean
  /** Why it cannot be concurrent; empty where it can. */
  readonly obstacles: ReadonlyArray<Obstacle>
  readonly carried: ReadonlyMap<Node, Carried>
  /** How many turns at once a comment above it asks for, or null: `// @green concurrency 50`. */
  readonly asked: number | null
}

/** Something that may be a loop: a loop statement, or a call of `forEach` or `map` with a function of the module. */
export interface Candidate {
  /** The statement, or the call. */
  readonly node: Node
  readonly within: FunctionInfo
  readonly label: string | null
  /** What a turn is made of: the statement, or the function that is called back. What is declared in it is the turn's own. */
  readonly region: Node
  readonly body: Node
  /** The function that the body belongs to. */
  readonly owner: FunctionInfo
  /** The statement it stands in, above which a comment may stand. */
  readonly statement: Node
}

export type Original = (at: { line: number; column: number }) => { readonly line: number; readonly column: number }

export const loopTypes: ReadonlySet<string> = new Set([
  "ForOfStatement",
  "ForStatement",
  "ForInStatement",
  "WhileStatement",
  "DoWhileStatement"
])

const loopMethods = new Set(["forEach", "map"])

/** The loops of a module. `program` is what is known of all modules, this one among them. */
export const collectLoops = (
  parsed: Parsed,
  functions: Functions,
  original: Original,
  program: ReadonlyArray<Functions>
): Array<Loop> => candidates(parsed, functions).map((each) => describe(parsed, functions, original, each, program))

const candidates = (parsed: Parsed, functions: Functions): Array<Candidate> => {
  const found: Array<Candidate> = []
  const start = { within: functions.module, label: null as string | null, statement: parsed.program }
  walk(parsed.program as any, start, {
    _(node: any, { state, next }: any) {
      const within = functions.byNode.get(node) ?? state.within
      const labelled = state.statement.type === "LabeledStatement"
      const statement = /(?:Statement|Declaration)$/.test(node.type) && !labelled ? node : state.statement
      if (loopTypes.has(node.type)) {
        found.push({ node, within, label: state.label, region: node, body: node.body, owner: within, statement })
      } else if (node.type === "CallExpression") {
        const callback = callbackOf(functions, node)
        if (callback !== null) {
          const region = callback.node
          found.push({ node, within, label: state.label, region, body: region.body, owner: callback, statement })
        }
      }
      next({ within, label: node.type === "LabeledStatement" ? node.label.name : null, statement })
    }
  } as any)
  return found
}

/** The function that a call of `forEach` or `map` calls back, where it is one of the module's and not asynchronous. */
const callbackOf = (functions: Functions, node: Node): FunctionInfo | null => {
  const callee = bare(node.callee)
  if (callee.type !== "MemberExpression" || node.optional || callee.optional) return null
  if (!loopMethods.has(keyName(callee.property, callee.computed) ?? "")) return null
  const callback = functions.calls.get(node)?.callbacks[0]
  if (callback?.kind !== "function") return null
  const { async, generator } = callback.target.node
  return async || generator ? null : callback.target
}

const describe = (
  parsed: Parsed,
  functions: Functions,
  original: Original,
  candidate: Candidate,
  program: ReadonlyArray<Functions>
): Loop => {
  const { node, within, region, body } = candidate
  const at = original(parsed.lines.at(node.start))
  const blocking =
    [...functions.calls.values(), ...functions.accesses.values(), ...functions.iterations.values()].some(
      ({ grey, node }) => grey && inside(node, body)
    ) || within.awaits.some((each) => inside(each, body))
  const examined = new Examination(parsed, functions, original, candidate, program)
  if (blocking) examined.run()
  const end = inside(region, node) ? body.start : node.end
  return {
    node,
    within,
    region,
    line: at.line,
    column: at.column,
    name: candidate.label ?? within.name,
    text: parsed.code.slice(node.start, end).trim().replace(/\s+/g, " "),
    blocking,
    obstacles: examined.obstacles,
    carried: examined.carried,
    asked: askedFor(parsed, candidate)
  }
}

/** The comment that asks for a loop to be concurrent. */
export const request = /^\s*@green\s+concurrency\s+([1-9]\d*)\s*$/

const askedFor = (parsed: Parsed, { statement }: Candidate): number | null => {
  for (const comment of parsed.comments) {
    if (comment.end > statement.start || parsed.code.slice(comment.end, statement.start).trim() !== "") continue
    const count = Number(request.exec(comment.value)?.[1] ?? 0)
    return count > 0 ? count : null
  }
  return null
}
