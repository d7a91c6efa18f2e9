/**
 * Recursion: which calls may lead back to the function they stand in. Those count how deep they are, and beyond a limit hand
 * their callee to the driver, which keeps an explicit stack; so lifted recursion goes as deep as memory, and a resume costs the
 * same at any depth. The others, between functions of the module that are in no cycle of its call graph, need not count. A
 * callee that the module does not tell (a parameter, a method, an import) may be anything.
 */
import type { Callee, CallInfo, FunctionInfo, Functions } from "./model.js"

/** Marks the calls that stand in a cycle of the module's call graph, and those that may lead out of it. */
export const markCycles = (functions: Functions): void => {
  const byMethod = new Map<string, Array<FunctionInfo>>()
  for (const fn of functions.all) {
    for (const name of fn.methods) byMethod.set(name, [...(byMethod.get(name) ?? []), fn])
  }
  const targetsOf = (callee: Callee): ReadonlyArray<FunctionInfo> =>
    callee.kind === "function" ? [callee.target] : callee.kind === "method" ? (byMethod.get(callee.name) ?? []) : []
  const targets = (call: CallInfo): Array<FunctionInfo> => [call.callee, ...call.callbacks].flatMap(targetsOf)

  const component = components(functions.all, (fn) => fn.calls.filter((call) => call.grey).flatMap(targets))
  for (const fn of functions.all) {
    for (const call of fn.calls) {
      call.cyclic =
        call.callee.kind !== "function" || targets(call).some((target) => component.get(target) === component.get(fn))
    }
  }
}

/** Numbers the strongly connected components of a graph (Tarjan's algorithm, with a stack of its own). */
const components = (
  nodes: ReadonlyArray<FunctionInfo>,
  edges: (node: FunctionInfo) => ReadonlyArray<FunctionInfo>
): Map<FunctionInfo, number> => {
  const index = new Map<FunctionInfo, number>()
  const low = new Map<FunctionInfo, number>()
  const component = new Map<FunctionInfo, number>()
  const open: Array<FunctionInfo> = []
  let count = 0
  for (const start of nodes) {
    if (index.has(start)) continue
    const work: Array<{ readonly node: FunctionInfo; readonly next: Iterator<FunctionInfo> }> = []
    const visit = (node: FunctionInfo): void => {
      index.set(node, index.size)
      low.set(node, index.get(node)!)
      open.push(node)
      work.push({ node, next: edges(node)[Symbol.iterator]() })
    }
    visit(start)
    while (work.length > 0) {
      const { node, next } = work.at(-1)!
      const { done, value: target } = next.next()
      if (!done) {
        if (!index.has(target)) visit(target)
        else if (!component.has(target)) low.set(node, Math.min(low.get(node)!, index.get(target)!))
        continue
      }
      work.pop()
      const parent = work.at(-1)?.node
      if (parent !== undefined) low.set(parent, Math.min(low.get(parent)!, low.get(node)!))
      if (low.get(node) !== index.get(node)) continue
      for (let member: FunctionInfo | undefined; member !== node; ) {
        member = open.pop()!
        component.set(member, count)
      }
      count++
    }
  }
  return component
}
