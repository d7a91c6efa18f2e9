/**
 * Loops: which can run their turns at once, and why the others cannot.
 *
 * A loop is independent when no turn can see what another one did: nothing made outside of it is both changed and read in it.
 * What merely adds up (`n++`, `total += x`, `list.push(x)`, `map.set(k, v)`) is carried: each turn notes it, and the notes
 * are carried out in the order asked for.
 */
import type { Variable } from "eslint-scope"
import { walk } from "zimmerframe"
import type { Parsed } from "../1-parse/index.js"
import { bare, isFunction, keyName, type Node } from "../ast.js"
import type { FunctionInfo, Functions } from "./functions.js"
import { sharedState } from "./shared-state.js"

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
}

type Original = (at: { line: number; column: number }) => { readonly line: number; readonly column: number }

const loopTypes = new Set(["ForOfStatement", "ForStatement", "ForInStatement", "WhileStatement", "DoWhileStatement"])

export const collectLoops = (parsed: Parsed, functions: Functions, original: Original): Array<Loop> => {
  const loops: Array<Loop> = []
  walk(parsed.program as any, { fn: functions.module, label: null as string | null }, {
    _(node: any, { state, next }: any) {
      const fn = functions.byNode.get(node) ?? state.fn
      if (loopTypes.has(node.type)) loops.push(describe(parsed, functions, original, node, fn, state.label))
      next({ fn, label: node.type === "LabeledStatement" ? node.label.name : null })
    }
  } as any)
  return loops
}

const describe = (
  parsed: Parsed,
  functions: Functions,
  original: Original,
  node: Node,
  within: FunctionInfo,
  label: string | null
): Loop => {
  const at = original(parsed.lines.at(node.start))
  const blocking =
    [...functions.calls.values()].some((call) => call.grey && inside(call.node, node.body)) ||
    within.awaits.some((each) => inside(each, node.body))
  const examined = new Examination(parsed, functions, original, node, within)
  if (blocking) examined.run()
  return {
    node,
    within,
    line: at.line,
    column: at.column,
    name: label ?? within.name,
    text: parsed.code.slice(node.start, node.body.start).trim().replace(/\s+/g, " "),
    blocking,
    obstacles: examined.obstacles,
    carried: examined.carried
  }
}

export const inside = (inner: Node, outer: Node): boolean => inner.start >= outer.start && inner.end <= outer.end

/** Methods that add to a collection, and whose result nobody needs. */
const collecting = new Set(["push", "add", "set"])

/** Methods that move a cursor or change what they are called on. */
const changing = new Set([
  ...["exec", "next", "pop", "shift", "unshift", "splice", "sort", "reverse", "fill", "copyWithin", "delete", "clear"],
  ...collecting
])

class Examination {
  readonly obstacles: Array<Obstacle> = []
  readonly carried = new Map<Node, Carried>()
  private readonly body: Node
  /** Variables changed by carried statements: nothing else in the loop may speak of them. */
  private readonly sums = new Map<Variable, Node>()

  constructor(
    private readonly parsed: Parsed,
    private readonly functions: Functions,
    private readonly original: Original,
    private readonly loop: Node,
    private readonly within: FunctionInfo
  ) {
    this.body = loop.body
  }

  run(): void {
    if (this.loop.type !== "ForOfStatement") {
      this.say(this.loop, `only for…of loops can be concurrent yet: turn \`${this.headWord()}\` into one`)
      return
    }
    if (this.within.verbatim !== null) this.say(this.loop, `it stands in ${this.within.name}, which cannot be lifted`)
    if (this.loop.await) this.say(this.loop, "`for await` takes its items one after another")
    if (this.loop.left.type !== "VariableDeclaration" || this.loop.left.kind === "var") {
      this.say(this.loop.left, "its variable outlives the turn: declare it with `const` in the loop's head")
    }
    this.exits()
    this.collectSums()
    this.references()
    this.objects()
    for (const { node, text } of sharedState(this.functions, this.loop)) this.say(node, text)
  }

  private headWord(): string {
    return this.loop.type === "ForStatement" ? "for" : this.loop.type === "ForInStatement" ? "for…in" : "while"
  }

  private say(node: Node, text: string): void {
    const { line } = this.original(this.parsed.lines.at(node.start))
    if (!this.obstacles.some((each) => each.line === line && each.text === text)) this.obstacles.push({ line, text })
  }

  /** Leaving early makes later turns depend on earlier ones. */
  private exits(): void {
    const say = (node: Node, word: string) => this.say(node, `\`${word}\` leaves the loop before its last turn`)
    walk(this.body as any, { loops: 0, labels: [] as Array<string> }, {
      _: (node: any, { state, next }: any) => {
        if (isFunction(node) || node.type === "ClassBody") return
        switch (node.type) {
          case "ReturnStatement":
            say(node, "return")
            break
          case "BreakStatement":
            if (node.label === null ? state.loops === 0 : !state.labels.includes(node.label.name)) say(node, "break")
            break
          case "ContinueStatement":
            if (node.label !== null && !state.labels.includes(node.label.name) && !this.isOwnLabel(node.label.name)) {
              say(node, "continue")
            }
            break
          case "YieldExpression":
            this.say(node, "`yield` in its body hands its turns out one after another")
            break
        }
        const enters = loopTypes.has(node.type) || node.type === "SwitchStatement"
        next({
          loops: state.loops + (enters ? 1 : 0),
          labels: node.type === "LabeledStatement" ? [...state.labels, node.label.name] : state.labels
        })
      }
    } as any)
  }

  private isOwnLabel(name: string): boolean {
    const before = this.parsed.code.slice(0, this.loop.start).trimEnd()
    return before.endsWith(":") && before.slice(0, -1).trimEnd().endsWith(name)
  }

  /** Finds the statements that only add something up. */
  private collectSums(): void {
    walk(this.body as any, null, {
      _: (node: any, { next }: any) => {
        if (isFunction(node) || node.type === "ClassBody") return
        if (node.type === "ExpressionStatement") this.sum(node)
        next()
      }
    } as any)
  }

  private sum(statement: Node): void {
    const expression = bare(statement.expression)
    let target: Node | null = null
    let kind: Carried["kind"] = "sum"
    if (expression.type === "UpdateExpression") {
      target = expression.argument
      kind = "count"
    } else if (expression.type === "AssignmentExpression") {
      const left = bare(expression.left)
      if (left.type === "Identifier" && /^[+\-*&|^]=$/.test(expression.operator)) target = left
      else if (left.type === "MemberExpression" && expression.operator === "=" && left.computed) {
        target = left.object
        kind = "assign"
      }
    } else if (expression.type === "CallExpression" && !expression.optional) {
      const callee = bare(expression.callee)
      if (callee.type === "MemberExpression" && collecting.has(keyName(callee.property, callee.computed) ?? "")) {
        target = callee.object
        kind = "collect"
      }
    }
    if (target?.type !== "Identifier") return
    const variable = this.functions.variables.get(target)
    if (variable === undefined || !this.isOuter(variable) || !this.onlySummedUp(variable)) return
    this.carried.set(statement, { kind })
    this.sums.set(variable, statement)
  }

  /** Whether all that is said of a variable in the loop stands in statements that add to it, and no function reads it. */
  private onlySummedUp(variable: Variable): boolean {
    if (variable.defs.some((each) => each.type === "ImportBinding")) return false
    const own = this.functions.byNode
    return variable.references.every((reference) => {
      const node = reference.identifier as any as Node
      const holder = functionAround(reference.from as any, own)
      if (!inside(node, this.loop)) return holder === this.within
      return holder === this.within && isSummand(this.body, node)
    })
  }

  private isOuter(variable: Variable): boolean {
    return variable.defs.length > 0 && !variable.defs.every((each) => inside(each.name as any, this.loop))
  }

  /** Variables from outside that the body writes, and undeclared globals. */
  private references(): void {
    walk(this.body as any, null, {
      _: (node: any, { next }: any) => {
        const targets: Array<Node> = []
        if (node.type === "AssignmentExpression") collectTargets(node.left, targets)
        if (node.type === "UpdateExpression") collectTargets(node.argument, targets)
        if (node.type === "ForOfStatement" || node.type === "ForInStatement") {
          if (node.left.type !== "VariableDeclaration") collectTargets(node.left, targets)
        }
        for (const target of targets) this.written(target, node)
        if (node.type === "VariableDeclaration" && node.kind === "var") this.vars(node)
        next()
      }
    } as any)
  }

  private written(target: Node, at: Node): void {
    const root = rootOf(target)
    if (root.type === "ThisExpression") {
      if (target !== root)
        this.say(at, `\`${this.source(target)}\` is changed: \`this\` is the same object in every turn`)
      return
    }
    if (root.type !== "Identifier") return
    const variable = this.functions.variables.get(root)
    if (variable === undefined || variable.defs.length === 0) {
      this.say(at, `\`${root.name}\` is written, a variable that is declared nowhere and so is shared by all turns`)
    } else if (this.isOuter(variable) && !this.isCarried(at)) {
      this.say(
        at,
        target === root
          ? `\`${root.name}\` is written by one turn and read by others: declare it inside of the loop`
          : `\`${this.source(target)}\` is changed, and \`${root.name}\` was made outside of the loop`
      )
    }
  }

  private isCarried(at: Node): boolean {
    return [...this.carried.keys()].some((statement) => bare(statement.expression) === at)
  }

  private vars(declaration: Node): void {
    for (const declarator of declaration.declarations as Array<Node>) {
      const variable = declarator.id.type === "Identifier" ? this.functions.variables.get(declarator.id) : undefined
      const strays = variable?.references.some((reference) => {
        const node = reference.identifier as any as Node
        return !inside(node, this.loop) || functionAround(reference.from as any, this.functions.byNode) !== this.within
      })
      if (variable === undefined || strays) {
        this.say(
          declaration,
          `\`var\` makes \`${this.source(declarator.id)}\` one variable for all turns: use \`const\` or \`let\``
        )
      }
    }
  }

  /** Objects made outside whose methods change them: cursors, one request object for all turns. */
  private objects(): void {
    const called = new Map<Variable, Node>()
    const read = new Set<Variable>()
    walk(this.body as any, null, {
      _: (node: any, { next, path }: any) => {
        if (node.type === "MemberExpression") {
          const object = bare(node.object)
          const variable = object.type === "Identifier" ? this.functions.variables.get(object) : undefined
          if (variable !== undefined && this.isOuter(variable)) {
            const parent = path.at(-1)
            const isCall = parent?.type === "CallExpression" && parent.callee === node
            const name = keyName(node.property, node.computed) ?? ""
            if (isCall && changing.has(name) && !path.some((each: Node) => this.carried.has(each))) {
              this.say(
                node,
                `\`${this.source(node)}()\` changes \`${variable.name}\`, which was made outside of the loop`
              )
            } else if (isCall) called.set(variable, node)
            else read.add(variable)
          }
        }
        next()
      }
    } as any)
    for (const [variable, node] of called) {
      if (!read.has(variable) || !isMade(variable)) continue
      this.say(
        node,
        `\`${variable.name}\` is one object for all turns, and holds what a turn did to it: make one in each turn`
      )
    }
  }

  private source(node: Node): string {
    return this.parsed.code.slice(node.start, node.end).replace(/\s+/g, " ")
  }
}

/** Whether a variable holds an object that its function made for itself. */
const isMade = (variable: Variable): boolean => {
  const init = (variable.defs[0] as any)?.node?.init
  return init !== null && init !== undefined && bare(init).type === "NewExpression"
}

/** Whether an identifier stands where a summing statement names what it adds to. */
const isSummand = (body: Node, identifier: Node): boolean => {
  let found = false
  walk(body as any, null, {
    ExpressionStatement(node: any, { next }: any) {
      const expression = bare(node.expression)
      const target =
        expression.type === "UpdateExpression"
          ? expression.argument
          : expression.type === "AssignmentExpression"
            ? rootOf(expression.left)
            : expression.type === "CallExpression" && bare(expression.callee).type === "MemberExpression"
              ? bare(expression.callee).object
              : null
      if (target === identifier) found = true
      next()
    }
  } as any)
  return found
}

const functionAround = (scope: any, byNode: ReadonlyMap<Node, FunctionInfo>): FunctionInfo | undefined => {
  for (let each = scope; each !== null; each = each.upper) {
    const info = byNode.get(each.block)
    if (info !== undefined) return info
  }
  return undefined
}

const collectTargets = (pattern: Node, targets: Array<Node>): void => {
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

/** The variable or `this` that a member expression starts from. */
export const rootOf = (node: Node): Node => {
  let root = bare(node)
  while (root.type === "MemberExpression" || root.type === "ChainExpression") {
    root = bare(root.type === "ChainExpression" ? root.expression : root.object)
  }
  return root
}
