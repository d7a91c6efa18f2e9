/** Loops: which can run their turns at once, and why the others cannot. See `independence.ts` for how that is told. */
import { walk } from "zimmerframe"
import type { Parsed } from "../1-parse/index.js"
import { bare, keyName, type Node } from "../ast.js"
import type { HeadPlan } from "./heads.js"
import { Examination } from "./independence.js"
import { outputGlobals } from "./known.js"
import type { Callee, FunctionInfo, Functions } from "./model.js"
import { originalOf } from "./original.js"
import { inside } from "./patterns.js"
import { Reach } from "./reach.js"
import type { Treatment } from "./treating.js"

/**
 * Kinds of obstacles, by stable codes: GL3101 a turn leaves the loop; GL3102 a variable is written by one turn and read by
 * others; GL3103 an object that turns share is changed; GL3104 the next turn depends on the turn before it; GL3105 a variable
 * of the loop outlives the turn; GL3106 a function that turns call changes what they share; GL3107 a file, or something of the
 * process; GL3108 it cannot be lifted where it stands; GL3109 nothing is left to run at once.
 */
export type Reason = "GL3101" | "GL3102" | "GL3103" | "GL3104" | "GL3105" | "GL3106" | "GL3107" | "GL3108" | "GL3109"

/** Why a loop's turns cannot run at once. */
export interface Obstacle {
  readonly code: Reason
  /** The file it stands in, which may be another than the loop's. */
  readonly file: string
  readonly line: number
  readonly text: string
}

/** A loop. What takes looking at it closely is found when it is asked for. */
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
  /** The statements that speak of what turns share, and what they do about it. */
  readonly treatments: ReadonlyMap<Node, Treatment>
  readonly head: HeadPlan
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

export const loopTypes: ReadonlySet<string> = new Set([
  "ForOfStatement",
  "ForStatement",
  "ForInStatement",
  "WhileStatement",
  "DoWhileStatement"
])

const loopMethods = new Set(["forEach", "map"])

/** The loops of a module. `program` is what is known of all modules, this one among them. */
export const collectLoops = (parsed: Parsed, functions: Functions, program: ReadonlyArray<Functions>): Array<Loop> => {
  let reach: Reach | null = null
  const lazily = (): Reach => (reach ??= new Reach(program))
  return candidates(parsed, functions).map((each) => describe(parsed, functions, each, lazily))
}

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

const describe = (parsed: Parsed, functions: Functions, candidate: Candidate, reach: () => Reach): Loop => {
  const { node, within, region, body } = candidate
  const at = originalOf(parsed)(parsed.lines.at(node.start))
  const blocking =
    [...functions.calls.values()].some((call) => call.grey && !isOutput(call.callee) && inside(call.node, body)) ||
    [...functions.accesses.values(), ...functions.iterations.values()].some(
      ({ grey, node }) => grey && inside(node, body)
    ) ||
    within.awaits.some((each) => inside(each, body))
  let known: Examination | null = null
  const examined = (): Examination => {
    if (known !== null) return known
    known = new Examination(parsed, functions, candidate, reach())
    if (blocking) known.run()
    return known
  }
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
    get obstacles() {
      return examined().obstacles
    },
    get treatments() {
      return examined().treatments
    },
    get head() {
      return examined().plan
    },
    asked: askedFor(parsed, candidate)
  }
}

const isOutput = (callee: Callee): boolean => callee.kind === "global" && outputGlobals.has(callee.name)

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
