/** Whether a loop gains anything by running its turns at once. */
import type { Node } from "../ast.js"
import { statementsIn } from "./exits.js"
import { outputGlobals } from "./known.js"
import type { Candidate } from "./loops.js"
import { inside } from "./patterns.js"
import type { Examined } from "./treating.js"

/** Where turns wait, and whether something is left to run at once: they may block before they do. */
export const gains = ({
  functions,
  leading,
  loop,
  treatments
}: Examined): { readonly waits: ReadonlyArray<Node>; readonly some: boolean } => {
  const waits = [...treatments].filter(([, { kind }]) => kind === "waits").map(([node]) => node)
  if (waits.length === 0) return { waits, some: true }
  const surely = waits.filter((node) => isUnconditional(node, loop)).map(({ start }) => start)
  const first = Math.min(...surely)
  const rest = statementsIn(loop.body).slice(leading)
  const blocking = [
    ...[...functions.calls.values()].filter((call) => call.grey && !isOutputCall(call.callee)).map(({ node }) => node),
    ...[...functions.accesses.values()].filter(({ grey }) => grey).map(({ node }) => node),
    ...functions.all.flatMap(({ awaits }) => awaits)
  ].filter((node) => rest.some((statement) => inside(node, statement)))
  const some = blocking.some((node) => node.start < first && !waits.some((each) => inside(node, each)))
  return { waits, some }
}

/** Whether every turn comes to a statement: it stands under no condition. */
const isUnconditional = (node: Node, loop: Candidate): boolean => {
  const visit = (within: Node): boolean => {
    if (within === node) return true
    switch (within.type) {
      case "BlockStatement":
        return within.body.some(visit)
      case "TryStatement":
        return visit(within.block)
      case "LabeledStatement":
        return visit(within.body)
      default:
        return false
    }
  }
  return visit(loop.body)
}

const isOutputCall = (callee: { readonly kind: string; readonly name?: string }): boolean =>
  callee.kind === "global" && outputGlobals.has(callee.name ?? "")
