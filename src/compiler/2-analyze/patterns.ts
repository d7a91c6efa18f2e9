/** Small questions about places in the syntax tree. */
import type { Variable } from "eslint-scope"
import { walk } from "zimmerframe"
import { bare, keyName, type Node } from "../ast.js"

export const inside = (inner: Node, outer: Node): boolean => inner.start >= outer.start && inner.end <= outer.end

/** What an assignment to a pattern writes. */
export const collectTargets = (pattern: Node, targets: Array<Node>): void => {
  const node = bare(pattern)
  switch (node.type) {
    case "ArrayPattern":
      for (const element of node.elements) if (element !== null) collectTargets(element, targets)
      break
    case "ObjectPattern":
      for (const property of node.properties) collectTargets(property.value ?? property.argument, targets)
      break
    case "AssignmentPattern":
      collectTargets(node.left, targets)
      break
    case "RestElement":
      collectTargets(node.argument, targets)
      break
    default:
      targets.push(node)
  }
}

/** Something that is changed: what is written, or the object of a method that changes it. */
export interface Change {
  /** The expression that makes the change. */
  readonly at: Node
  readonly target: Node
  /** Whether it only counts or adds up: `n++`, `n += x`. */
  readonly adds: boolean
  /** The method that changes its object, or null where something is assigned. */
  readonly method: string | null
}

/** Methods that change the collection or move the cursor they are called on. */
/** Functions of built-in objects that change their first argument. */
const changers: Readonly<Record<string, RegExp>> = {
  Object: /^(?:assign|definePropert(?:y|ies)|setPrototypeOf)$/,
  Reflect: /^(?:set|defineProperty|deleteProperty|setPrototypeOf)$/,
  Atomics: /^(?:add|and|compareExchange|exchange|or|store|sub|xor)$/
}

const changing = new Set([
  ...Object.getOwnPropertyNames(Date.prototype).filter((name) => name.startsWith("set")),
  ...[
    "push",
    "pop",
    "shift",
    "unshift",
    "splice",
    "sort",
    "reverse",
    "fill",
    "copyWithin",
    "next",
    "add",
    "set",
    "exec"
  ],
  ...["test", "append", "delete", "clear"]
])

const changes = new WeakMap<Node, ReadonlyArray<Change>>()

/** Everything a piece of code changes, but by calls. */
export const changesIn = (code: Node): ReadonlyArray<Change> => {
  const known = changes.get(code) ?? findChanges(code)
  changes.set(code, known)
  return known
}

const findChanges = (code: Node): Array<Change> => {
  const found: Array<Change> = []
  const assign = (at: Node, pattern: Node, adds: boolean): void => {
    const targets: Array<Node> = []
    collectTargets(pattern, targets)
    for (const target of targets) found.push({ at, target, adds, method: null })
  }
  walk(code as any, null, {
    AssignmentExpression(node: any, { next }: any) {
      assign(node, node.left, /^[+\-*&|^]=$/.test(node.operator))
      next()
    },
    UpdateExpression(node: any, { next }: any) {
      assign(node, node.argument, true)
      next()
    },
    UnaryExpression(node: any, { next }: any) {
      if (node.operator === "delete" && bare(node.argument).type === "MemberExpression")
        assign(node, node.argument, false)
      next()
    },
    ForOfStatement(node: any, { next }: any) {
      if (node.left.type !== "VariableDeclaration") assign(node, node.left, false)
      next()
    },
    ForInStatement(node: any, { next }: any) {
      if (node.left.type !== "VariableDeclaration") assign(node, node.left, false)
      next()
    },
    CallExpression(node: any, { next }: any) {
      const callee = bare(node.callee)
      if (callee.type === "MemberExpression") {
        const method = keyName(callee.property, callee.computed) ?? ""
        if (changers[bare(callee.object).name ?? ""]?.test(method) && node.arguments.length > 0) {
          found.push({ at: node, target: bare(node.arguments[0]), adds: false, method })
        } else if (changing.has(method)) found.push({ at: node, target: bare(callee.object), adds: false, method })
        else if ((method === "apply" || method === "call") && bare(callee.object).type === "MemberExpression") {
          const borrowed = keyName(bare(callee.object).property, bare(callee.object).computed) ?? ""
          if (changing.has(borrowed) && node.arguments.length > 0) {
            found.push({ at: node, target: bare(node.arguments[0]), adds: false, method: borrowed })
          }
        } else if (method === "call" && changing.has(bare(callee.object).name) && node.arguments.length > 0) {
          found.push({ at: node, target: bare(node.arguments[0]), adds: false, method: bare(callee.object).name })
        }
      }
      next()
    }
  } as any)
  return found
}

/** The node around each node of a tree. */
export const parentsOf = (root: Node): ReadonlyMap<Node, Node> => {
  const known = parents.get(root)
  if (known !== undefined) return known
  const found = new Map<Node, Node>()
  walk(root as any, null, {
    _(node: any, { next, path }: any) {
      const parent = path.at(-1)
      if (parent !== undefined) found.set(node, parent)
      next()
    }
  } as any)
  parents.set(root, found)
  return found
}

const parents = new WeakMap<Node, ReadonlyMap<Node, Node>>()

/** Whether a regular expression keeps a cursor between calls, as far as its definition tells. */
export const keepsCursor = (variable: Variable | undefined): boolean => {
  const init = (variable?.defs[0] as any)?.node?.init
  if (init === null || init === undefined) return true
  const made = bare(init)
  if (made.type === "Literal" && made.regex !== undefined) return /[gy]/.test(made.regex.flags)
  return made.type === "NewExpression" && made.callee.name === "RegExp" ? made.arguments.length > 1 : true
}
