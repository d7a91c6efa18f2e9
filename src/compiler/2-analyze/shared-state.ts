/**
 * State that turns of a loop share through the functions they call: variables, objects and files that a call changes and that
 * outlive it. Followed as far as calls by name lead, through all modules that are known.
 */
import type { Variable } from "eslint-scope"
import { walk } from "zimmerframe"
import { bare, type Node } from "../ast.js"
import type { Candidate } from "./loops.js"
import type { Callee, CallInfo, FunctionInfo, Functions } from "./model.js"
import { changesIn, inside, keepsCursor, outerRoot } from "./patterns.js"

/** A function that turns reach, in its module. `sharedThis`: whether its `this` is the same object in every turn. */
interface Reached {
  readonly fn: FunctionInfo
  readonly home: Functions
  readonly sharedThis: boolean
}

/** What is wrong, as a sentence. */
export const sharedState = (
  home: Functions,
  loop: Candidate,
  program: ReadonlyArray<Functions>,
  isShared: (receiver: Node) => boolean
): Array<string> => {
  const reached = reach(home, loop, program, isShared)
  const found = new Set<string>()
  for (const each of reached) for (const text of changes(each, reached)) found.add(text)
  return [...found]
}

const isOutside = (variable: Variable, fn: FunctionInfo): boolean =>
  variable.defs.length > 0 && !variable.defs.some((each) => inside(each.name as any, fn.node))

const changes = ({ fn, home, sharedThis }: Reached, reached: ReadonlyArray<Reached>): Array<string> => {
  const found: Array<string> = []
  for (const { target, adds, method } of changesIn(fn.node)) {
    const direct = method === null && target.type === "Identifier"
    const root = outerRoot(target, home.variables, (variable) => isOutside(variable, fn))
    if (root === null) continue
    if (root.type === "ThisExpression") {
      if (sharedThis && !adds) found.push(`${fn.name} changes its object, and every turn calls it on the same one`)
      continue
    }
    const variable = home.variables.get(root)
    if (variable === undefined || variable.defs.length === 0) {
      if (direct) found.push(`${fn.name} writes \`${root.name}\`, which is declared nowhere, and every turn calls it`)
      continue
    }
    if (!isOutside(variable, fn)) continue
    if ((method === "exec" || method === "test") && !keepsCursor(variable)) continue
    if (adds && direct && !isRead(variable, reached)) continue
    if (adds && !direct) continue
    found.push(`${fn.name} changes \`${variable.name}\`, and every turn calls it: keep it in the object of the turn`)
  }
  for (const call of fn.calls) {
    const file = writesOneFile(call, (root) => {
      const variable = home.variables.get(root)
      return variable === undefined || isOutside(variable, fn)
    })
    if (file !== null) found.push(`${fn.name} calls ${file}, and every turn calls it: write when the loop is through`)
  }
  return found
}

const isRead = (variable: Variable, reached: ReadonlyArray<Reached>): boolean =>
  variable.references.some(
    (each) =>
      each.isRead() && !each.isWrite() && reached.some(({ fn }) => inside(each.identifier as any as Node, fn.node))
  )

const fileWriters = new Set(["appendFileSync", "writeFileSync", "appendFile", "writeFile"])

/** The call, as written, where it writes a file that is the same in every turn, or changes what belongs to the process. */
export const writesOneFile = (call: CallInfo, isOuter: (root: Node) => boolean): string | null => {
  const { callee } = call
  if (callee.kind === "global" && callee.name === "process.chdir") return call.text
  const name = callee.kind === "import" && /^(?:node:)?fs$/.test(callee.specifier) ? callee.name : ""
  if (!fileWriters.has(name)) return null
  let own = false
  walk(call.node.arguments[0] ?? call.node, null, {
    Identifier(node: any) {
      if (!isOuter(node)) own = true
    },
    MemberExpression(node: any, { visit }: any) {
      visit(node.object)
      if (node.computed) visit(node.property)
    },
    ThisExpression() {
      own = true
    }
  } as any)
  return own ? null : call.text
}

const reach = (
  home: Functions,
  { node, region }: Candidate,
  program: ReadonlyArray<Functions>,
  isShared: (receiver: Node) => boolean
): Array<Reached> => {
  const reached: Array<Reached> = []
  const visit = (call: CallInfo, from: Functions, sharedReceiver: (receiver: Node) => boolean): void => {
    for (const callee of [call.callee, ...call.callbacks]) {
      const receiver = callee === call.callee ? bare(call.node.callee).object : undefined
      const sharedThis = callee.kind === "method" && receiver !== undefined && sharedReceiver(receiver)
      for (const { fn, home } of targetsOf(callee, from, program)) {
        if (fn.node === region) continue
        if (reached.some((each) => each.fn === fn && each.sharedThis === sharedThis)) continue
        reached.push({ fn, home, sharedThis })
        const inner = (object: Node): boolean => {
          const root = outerRoot(object, home.variables, (variable) => isOutside(variable, fn))
          return root !== null && (root.type !== "ThisExpression" || sharedThis)
        }
        for (const each of fn.calls) visit(each, home, inner)
      }
    }
  }
  for (const call of home.calls.values()) {
    if (inside(call.node, node) || inside(call.node, region)) visit(call, home, isShared)
  }
  return reached
}

const targetsOf = (
  callee: Callee,
  home: Functions,
  program: ReadonlyArray<Functions>
): Array<{ readonly fn: FunctionInfo; readonly home: Functions }> => {
  switch (callee.kind) {
    case "function":
      return [{ fn: callee.target, home }]
    case "import":
      if (!/^[./]/.test(callee.specifier)) return []
      return program.flatMap((each) => {
        const value = each.exports.get(callee.name === "*" ? "default" : callee.name)
        return value?.kind === "function" ? [{ fn: value.target, home: each }] : []
      })
    case "method":
      return program.flatMap((each) =>
        each.all.filter((fn) => fn.methods.includes(callee.name)).map((fn) => ({ fn, home: each }))
      )
    default:
      return []
  }
}
