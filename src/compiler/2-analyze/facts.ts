/** What can be read off a piece of code by itself: of what it speaks, what it calls, and what it hands on. */
import type { Variable } from "eslint-scope"
import { walk } from "zimmerframe"
import { bare, isFunction, keyName, type Node } from "../ast.js"
import type { CallInfo, FunctionInfo, Functions } from "./model.js"

/** What can be read off one piece of code, the functions in it included. */
export interface Facts {
  readonly variables: ReadonlySet<Variable>
  /** Names of properties. */
  readonly properties: ReadonlySet<string>
  /** Objects of which a property is taken by a computed name. */
  readonly computed: ReadonlyArray<Node>
  readonly calls: ReadonlyArray<CallInfo>
  /** Names of classes that objects are made of. */
  readonly made: ReadonlySet<string>
  /** Functions that are spoken of otherwise than to call them. */
  readonly handed: ReadonlyArray<FunctionInfo>
  readonly files: boolean
  /** Whether it iterates over something that may have an iterator of its own. */
  readonly iterates: boolean
  /** Whether it comes to modules otherwise than by name: as objects, or when it runs. */
  readonly opensModules: boolean
  /** What it hands on whole: arguments, and what it spreads. */
  readonly whole: ReadonlyArray<Node>
}

const fileModule = /^(?:node:)?fs$/

/** Reads the facts off a piece of code. */
export const collectFacts = (code: Node, home: Functions): Facts => {
  const variables = new Set<Variable>()
  const properties = new Set<string>()
  const computed: Array<Node> = []
  const calls: Array<CallInfo> = []
  const made = new Set<string>()
  const handed: Array<FunctionInfo> = []
  let files = false
  let iterates = false
  let opensModules = false
  const whole: Array<Node> = []
  walk(code as any, null, {
    _(node: any, { next, path }: any) {
      switch (node.type) {
        case "Identifier": {
          const variable = home.variables.get(node)
          if (variable === undefined) break
          variables.add(variable)
          const parent = path.at(-1)
          if (parent?.type === "CallExpression" && parent.callee === node) break
          const fn = functionOf(variable, home)
          if (fn !== undefined && !(variable.identifiers as ReadonlyArray<unknown>).includes(node)) handed.push(fn)
          break
        }
        case "MemberExpression":
        case "Property": {
          const key = node.property ?? node.key
          const name = key.type === "PrivateIdentifier" ? `#${key.name}` : keyName(key, node.computed)
          if (name === null) {
            if (node.object !== undefined && !isIndex(node.property, home)) computed.push(node.object)
          } else if (node.type === "MemberExpression" || path.at(-1)?.type === "ObjectPattern") properties.add(name)
          break
        }
        case "NewExpression":
        case "TaggedTemplateExpression": {
          const call = home.calls.get(node)
          if (call !== undefined) calls.push(call)
          if (node.type === "NewExpression") made.add(nameOf(node.callee))
          whole.push(...(node.arguments ?? node.quasi.expressions))
          break
        }
        case "ForOfStatement":
        case "ArrayPattern":
          iterates = true
          break
        case "ForInStatement":
          whole.push(node.right)
          break
        case "ImportExpression":
        case "ImportNamespaceSpecifier":
          opensModules = true
          break
        case "SpreadElement":
          iterates = true
          whole.push(node.argument)
          break
        case "CallExpression": {
          whole.push(...node.arguments)
          const call = home.calls.get(node)
          if (call !== undefined) calls.push(call)
          if (bare(node.callee).name === "createRequire") opensModules = true
          if (call?.callee.kind === "import" && fileModule.test(call.callee.specifier)) files = true
          break
        }
        case "FunctionExpression":
        case "ArrowFunctionExpression": {
          const parent = path.at(-1)
          const fn = home.byNode.get(node)
          const isKept =
            parent !== undefined && parent.type !== "VariableDeclarator" && parent.type !== "MethodDefinition"
          if (isKept && fn !== undefined && node !== code) handed.push(fn)
          break
        }
      }
      next()
    }
  } as any)
  return { variables, properties, computed, calls, made, handed, files, iterates, opensModules, whole }
}

/** Whether a key is the counter of a `for` loop. */
const isIndex = (key: Node, home: Functions): boolean => {
  const [definition] = (home.variables.get(bare(key))?.defs ?? []) as Array<any>
  return (
    definition?.type === "Variable" &&
    typeof definition.node.init?.value === "number" &&
    definition.parent.kind === "let"
  )
}

/** The name that an expression ends in, by which classes and functions are found. */
export const nameOf = (callee: Node): string => {
  const node = bare(callee)
  if (node.type === "Identifier") return node.name
  return node.type === "MemberExpression" ? (keyName(node.property, node.computed) ?? "") : ""
}

/** The function that a variable stands for, whatever else it may. */
const functionOf = (variable: Variable, home: Functions): FunctionInfo | undefined => {
  const [definition] = variable.defs as Array<any>
  if (definition === undefined) return undefined
  if (definition.type === "FunctionName") return home.byNode.get(definition.node)
  const init = definition.type === "Variable" ? definition.node.init : null
  return init !== null && init !== undefined && isFunction(bare(init)) ? home.byNode.get(bare(init)) : undefined
}
