/**
 * State that turns of a loop share through the functions they call: a variable of the module which one call writes and
 * another reads. Only functions of the same module are looked into, as far as calls by name lead.
 */
import type { Variable } from "eslint-scope"
import type { Node } from "../ast.js"
import type { FunctionInfo, Functions } from "./model.js"
import { inside } from "./patterns.js"

export interface Shared {
  readonly node: Node
  readonly text: string
}

export const sharedState = (functions: Functions, body: Node): Array<Shared> => {
  const reached = reach(functions, body)
  const found: Array<Shared> = []
  for (const variable of functions.moduleScope?.variables ?? []) {
    const written = variable.references.find((each) => each.isWrite() && !each.init && holder(reached, each) !== null)
    if (written === undefined || isCounter(variable, reached)) continue
    const read = variable.references.some((each) => each.isRead() && holder(reached, each) !== null)
    if (!read) continue
    const by = holder(reached, written)!
    found.push({
      node: written.identifier as any as Node,
      text: `\`${variable.name}\` is written and read by ${by.name}, which every turn calls: keep it in the object of the turn`
    })
  }
  return found
}

type Reference = Variable["references"][number]

const holder = (reached: ReadonlySet<FunctionInfo>, reference: Reference): FunctionInfo | null => {
  for (const fn of reached) if (inside(reference.identifier as any as Node, fn.node)) return fn
  return null
}

/** Whether all the reached functions do with a variable is to count or add up with it. */
const isCounter = (variable: Variable, reached: ReadonlySet<FunctionInfo>): boolean =>
  variable.references.every((each) => holder(reached, each) === null || each.isReadWrite())

const reach = (functions: Functions, body: Node): Set<FunctionInfo> => {
  const reached = new Set<FunctionInfo>()
  const visit = (calls: Iterable<{ readonly callee: FunctionInfo["calls"][number]["callee"] }>): void => {
    for (const { callee } of calls) {
      const targets =
        callee.kind === "function"
          ? [callee.target]
          : callee.kind === "method"
            ? functions.all.filter((fn) => fn.methods.includes(callee.name))
            : []
      for (const target of targets) {
        if (reached.has(target)) continue
        reached.add(target)
        visit(target.calls)
      }
    }
  }
  visit([...functions.calls.values()].filter((call) => inside(call.node, body)))
  return reached
}
