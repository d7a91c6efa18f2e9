/**
 * Places: what turns of a loop may share. A place is a variable, with the object it holds where nothing else knows that object;
 * a property, by its name, of any object; or something that belongs to the process.
 */
import type { Variable } from "eslint-scope"
import { walk } from "zimmerframe"
import { bare, isFunction, keyName, type Node } from "../ast.js"
import type { Functions } from "./model.js"

export type Place = Variable | Property | "files"

/** A property of any object: `.name`. */
export type Property = `.${string}`

/** Where code stands, and what is its own there. */
export interface Frame {
  readonly home: Functions
  /** Whether a variable was made outside. */
  isOuter(variable: Variable): boolean
  /** Whether a variable holds one of the items that the code is run for. */
  isItem(variable: Variable): boolean
  /** Whether `this` is an object that others have too. */
  readonly sharedThis: boolean
}

/** What an object that others may know is reached from: a variable or `this`, and how many properties deep. */
export interface Origin {
  readonly root: Node
  /** Undefined for `this` and for what is declared nowhere. */
  readonly variable: Variable | undefined
  readonly depth: number
}

/** Methods that hand out an object that somebody else keeps. */
const handing = new Set(["get", "find", "at", "item", "values", "entries", "keys", "filter", "slice", "pop", "shift"])

/** Tells whether objects that hang on others under a name are always their own: every object that is put there is new. */
export type Owned = (property: string) => boolean

const maxDepth = 12

/** Where the object that an expression gives comes from, or null where it is the code's own. */
export const originOf = (expression: Node, frame: Frame, owned: Owned, steps = 0): Origin | null => {
  const node = bare(expression)
  if (steps > maxDepth) return null
  const again = (inner: Node): Origin | null => originOf(inner, frame, owned, steps + 1)
  switch (node.type) {
    case "ThisExpression":
      return { root: node, variable: undefined, depth: frame.sharedThis ? 0 : -1 }
    case "Identifier":
      return ofVariable(node, frame, owned, steps)
    case "MemberExpression": {
      const found = again(node.object) ?? ofCopied(node.object, frame, again)
      if (found === null) return null
      const name = keyName(node.property, node.computed)
      if (found.depth === -1 && name !== null && owned(name)) return found
      return { ...found, depth: Math.abs(found.depth) + 1 }
    }
    case "CallExpression": {
      const callee = bare(node.callee)
      if (callee.type === "MemberExpression" && handing.has(keyName(callee.property, callee.computed) ?? "")) {
        const found = again(callee.object)
        return found === null ? null : { ...found, depth: Math.abs(found.depth) + 1 }
      }
      return ofReturned(node, frame, owned, steps)
    }
    case "ChainExpression":
      return again(node.expression)
    case "LogicalExpression":
      return again(node.left) ?? again(node.right)
    case "ConditionalExpression":
      return again(node.consequent) ?? again(node.alternate)
    case "AssignmentExpression":
      return again(node.right)
    case "SequenceExpression":
      return again(node.expressions.at(-1))
    default:
      return null
  }
}

/** Where the objects come from that a copy of another object has in common with it. */
const ofCopied = (object: Node, frame: Frame, again: (inner: Node) => Origin | null): Origin | null => {
  const copy = bare(object)
  const variable = copy.type === "Identifier" ? frame.home.variables.get(copy) : undefined
  const made = bare((variable?.defs[0] as any)?.node?.init ?? copy)
  const copied: ReadonlyArray<Node> =
    made.type === "ObjectExpression"
      ? made.properties.filter((each: Node) => each.type === "SpreadElement").map((each: Node) => each.argument)
      : made.type === "CallExpression" && isAssign(made)
        ? made.arguments.slice(1)
        : []
  for (const each of copied) {
    const found = again(each)
    if (found !== null && found.depth !== -1) return { ...found, depth: found.depth + 1 }
  }
  return null
}

const isAssign = (call: Node): boolean => {
  const { type, object, property, computed } = bare(call.callee)
  return type === "MemberExpression" && bare(object).name === "Object" && keyName(property, computed) === "assign"
}

/** What a function of the module that is called gives, where it hands out something that it did not make. */
const ofReturned = (call: Node, frame: Frame, owned: Owned, steps: number): Origin | null => {
  const callee = frame.home.calls.get(call)?.callee
  if (callee?.kind !== "function") return null
  const { node } = callee.target
  const isOuter = (variable: Variable): boolean =>
    variable.defs.length > 0 && !variable.defs.some((each) => within(each.name as any, node))
  const inner: Frame = { home: frame.home, sharedThis: true, isItem: () => false, isOuter }
  for (const each of returnsOf(node)) {
    const found = originOf(each, inner, owned, steps + 1)
    if (found?.variable !== undefined && frame.isOuter(found.variable)) return { ...found, depth: found.depth + 1 }
  }
  return null
}

const within = (inner: Node, outer: Node): boolean => inner.start >= outer.start && inner.end <= outer.end

const returns = new WeakMap<Node, ReadonlyArray<Node>>()

const returnsOf = (fn: Node): ReadonlyArray<Node> => {
  const known = returns.get(fn) ?? findReturns(fn)
  returns.set(fn, known)
  return known
}

const findReturns = (fn: Node): Array<Node> => {
  if (!isFunction(fn)) return []
  if (fn.body.type !== "BlockStatement") return [fn.body]
  const found: Array<Node> = []
  walk(fn.body as any, null, {
    _(node: any, { next }: any) {
      if (isFunction(node)) return
      if (node.type === "ReturnStatement" && node.argument !== null) found.push(node.argument)
      next()
    }
  } as any)
  return found
}

const ofVariable = (node: Node, frame: Frame, owned: Owned, steps: number): Origin | null => {
  const variable = frame.home.variables.get(node)
  if (variable === undefined || variable.defs.length === 0) return { root: node, variable: undefined, depth: 0 }
  if (frame.isOuter(variable)) return { root: node, variable, depth: 0 }
  if (frame.isItem(variable)) return { root: node, variable, depth: isNamedInObject(variable) ? 1 : -1 }
  for (const given of givenTo(variable)) {
    const found = originOf(given.node, frame, owned, steps + 1)
    if (found === null) continue
    return given.inside ? { ...found, depth: Math.abs(found.depth) + 1 } : found
  }
  return null
}

/** Whether a variable takes a property out of an item: `for (const { team } of items)`. */
const isNamedInObject = (variable: Variable): boolean => {
  const definition = variable.defs[0] as any
  const pattern = definition.type === "Parameter" ? definition.node.params[definition.index] : definition.node.id
  return pattern !== undefined && bare(pattern).type === "ObjectPattern"
}

/** What a local variable is given: the expressions, and whether it is given what they hold or something in that. */
const givenTo = (variable: Variable): Array<{ readonly node: Node; readonly inside: boolean }> => {
  const found: Array<{ node: Node; inside: boolean }> = []
  for (const reference of variable.references as Array<any>) {
    if (!reference.isWrite() || reference.writeExpr == null) continue
    const definition = variable.defs[0] as any
    const declared = definition.type === "Variable" ? definition.node.id : null
    const inside = reference.partial === true || (reference.init === true && declared?.type !== "Identifier")
    found.push({ node: reference.writeExpr, inside })
  }
  const [definition] = variable.defs as Array<any>
  if (definition?.type === "Parameter") {
    const receiver = callbackReceivers.get(definition.node)
    if (receiver !== undefined) found.push({ node: receiver, inside: true })
  }
  return found
}

/** The objects whose methods call a function back with what they hold: `xs` in `xs.forEach(f)`, by `f`. */
const callbackReceivers = new WeakMap<Node, Node>()

/** Notes which functions are called back by methods of which objects. */
export const noteCallbacks = (functions: Functions): void => {
  for (const { node } of functions.calls.values()) {
    if (node.type !== "CallExpression") continue
    const callee = bare(node.callee)
    if (callee.type !== "MemberExpression") continue
    for (const argument of node.arguments as Array<Node>) {
      const given = bare(argument)
      if (isFunction(given)) callbackReceivers.set(given, callee.object)
    }
  }
}

/** Whether an expression makes an object that nothing else knows, down to what hangs on it. */
export const isFresh = (expression: Node | null | undefined): boolean => {
  if (expression === null || expression === undefined) return true
  const node = bare(expression)
  switch (node.type) {
    case "Literal":
      return true
    case "UnaryExpression":
      return true
    case "TemplateLiteral":
      return true
    case "ArrayExpression":
      return node.elements.every((each: Node | null) => each === null || isFresh(each))
    case "ObjectExpression":
      return node.properties.every(
        (each: Node) => each.type === "Property" && each.kind === "init" && !each.method && isFresh(each.value)
      )
    case "NewExpression":
      return collections.has(node.callee.name) && node.arguments.every((each: Node) => isFresh(each))
    case "CallExpression": {
      const callee = bare(node.callee)
      return (
        callee.type === "MemberExpression" &&
        bare(callee.object).name === "Object" &&
        keyName(callee.property, callee.computed) === "create" &&
        node.arguments.length === 1 &&
        bare(node.arguments[0]).value === null
      )
    }
    default:
      return false
  }
}

const collections = new Set(["Array", "Map", "Set", "WeakMap", "WeakSet", "Object"])

/** Whether an expression makes a new object, whatever hangs on it. */
const isNew = (expression: Node | null): boolean => {
  if (expression === null) return true
  const node = bare(expression)
  return (
    isFresh(node) || ["ArrayExpression", "ObjectExpression", "NewExpression", "BinaryExpression"].includes(node.type)
  )
}

/** Finds the properties that only ever hold new objects, in all modules of a program. */
export const ownedProperties = (program: ReadonlyArray<Functions>): Owned => {
  const owned = new Map<string, boolean>()
  const put = (key: Node, computed: boolean, value: Node | null, adds = false): void => {
    const name = key.type === "PrivateIdentifier" ? `#${key.name}` : keyName(key, computed)
    if (name !== null) owned.set(name, (owned.get(name) ?? true) && (adds || isNew(value)))
  }
  for (const { module } of program) {
    walk(module.node as any, null, {
      AssignmentExpression(node: any, { next }: any) {
        const left = bare(node.left)
        if (left.type === "MemberExpression") put(left.property, left.computed, node.right)
        next()
      },
      Property(node: any, { next }: any) {
        if (!node.method && node.value.type !== "AssignmentPattern") put(node.key, node.computed, node.value)
        next()
      },
      PropertyDefinition(node: any, { next }: any) {
        if (!node.static) put(node.key, node.computed, node.value)
        next()
      }
    } as any)
  }
  return (property) => owned.get(property) === true
}
