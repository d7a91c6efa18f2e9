/** What leaves a loop before its last turn, and variables that outlive a turn. */
import { walk } from "zimmerframe"
import { isFunction, type Node } from "../ast.js"
import { type Candidate, loopTypes } from "./loops.js"
import type { FunctionInfo, Functions } from "./model.js"
import { inside } from "./patterns.js"
import type { Examined } from "./treating.js"

/** Leaving early makes later turns depend on earlier ones. */
export const exits = ({ functions, leading, loop, say: tell, source }: Examined): void => {
  const say = (node: Node, word: string) => tell("GL3101", node, `\`${word}\` leaves the loop before its last turn`)
  const vars = (declaration: Node): void => {
    const names = declaration.declarations.map((each: Node) => `\`${source(each.id)}\``).join(", ")
    tell("GL3105", declaration, `\`var\` makes ${names} one variable for all turns: use \`const\` or \`let\``)
  }
  const heads = new Set(statementsIn(loop.body).slice(0, leading))
  walk(loop.body as any, { loops: 0, labels: [] as Array<string>, leads: false }, {
    _: (node: any, { state, next }: any) => {
      if (isFunction(node) || node.type === "ClassBody") return
      const leads = state.leads || heads.has(node)
      switch (node.type) {
        case "ReturnStatement":
          if (!isFunction(loop.region)) say(node, "return")
          break
        case "BreakStatement":
          if (node.label === null ? state.loops === 0 && !leads : !state.labels.includes(node.label.name))
            say(node, "break")
          break
        case "ContinueStatement":
          if (
            node.label !== null &&
            !state.labels.includes(node.label.name) &&
            (leads || node.label.name !== loop.label)
          ) {
            say(node, "continue")
          }
          break
        case "YieldExpression":
          tell("GL3101", node, "`yield` in its body hands its turns out one after another")
          break
        case "VariableDeclaration":
          if (node.kind === "var" && !staysInside(node, loop, functions)) vars(node)
          break
      }
      const enters = loopTypes.has(node.type) || node.type === "SwitchStatement"
      next({
        loops: state.loops + (enters ? 1 : 0),
        labels: node.type === "LabeledStatement" ? [...state.labels, node.label.name] : state.labels,
        leads
      })
    }
  } as any)
}

/** Whether nothing outside of the loop, and no closure in it, speaks of the variables of a declaration. */
export const staysInside = (declaration: Node, loop: Candidate, functions: Functions): boolean =>
  (declaration.declarations as Array<Node>).every((declarator) => {
    const variable = declarator.id.type === "Identifier" ? functions.variables.get(declarator.id) : undefined
    return variable?.references.every((reference) => {
      const node = reference.identifier as any as Node
      const holder = functionAround(reference.from as any, functions.byNode)
      return inside(node, loop.region) && holder === loop.owner
    })
  })

const functionAround = (scope: any, byNode: ReadonlyMap<Node, FunctionInfo>): FunctionInfo | undefined => {
  for (let each = scope; each !== null; each = each.upper) {
    const info = byNode.get(each.block)
    if (info !== undefined) return info
  }
  return undefined
}

/** A `break` of the loop itself in a statement of its body, or null. */
export const exitOf = (statement: Node): Node | null => {
  let found: Node | null = null
  walk(statement as any, null, {
    _: (node: any, { next }: any) => {
      if (isFunction(node) || loopTypes.has(node.type) || node.type === "SwitchStatement") return
      if (node.type === "BreakStatement") found = node
      next()
    }
  } as any)
  return found
}

/** The statements of a body. */
export const statementsIn = (body: Node): ReadonlyArray<Node> => (body.type === "BlockStatement" ? body.body : [body])
