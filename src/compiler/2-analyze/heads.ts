/**
 * The heads of `while` and `for` loops: what decides on the next turn. A head runs by itself, turn after turn, ahead of the
 * bodies; so it may change whatever no body speaks of, and may speak of nothing that a body changes.
 *
 * Where a body begins with taking the item (`const x = queue.shift()`), that part belongs to the head.
 */
import type { Variable } from "eslint-scope"
import { walk } from "zimmerframe"
import { bare, isFunction, keyName, type Node } from "../ast.js"
import type { Candidate } from "./loops.js"
import type { Functions } from "./model.js"
import type { Frame, Place } from "./origins.js"
import { changesIn, inside, parentsOf } from "./patterns.js"
import { isShared, type Reach } from "./reach.js"

/** How a loop's head is told from what its turns do. */
export interface HeadPlan {
  /** How many statements of the body belong to the head. */
  readonly leading: number
  /** The variables that the head gives each turn: first those that stay the same, then those that hold its item. */
  readonly variables: ReadonlyArray<Variable>
  /** How many of them stay the same. */
  readonly constant: number
}

/** The head of a loop with that many statements of its body. */
export class Head {
  readonly parts: ReadonlyArray<Node>
  readonly rest: ReadonlyArray<Node>
  /** What the head changes and keeps for the next turn. */
  readonly moved = new Set<Place>()
  /** The variables it gives to each turn. */
  readonly variables: Array<Variable> = []
  /** The properties it reads. */
  readonly read = new Set<string>()
  /** Modules of packages whose functions it calls. */
  private readonly modules = new Set<string>()

  constructor(
    private readonly functions: Functions,
    private readonly reach: Reach,
    private readonly loop: Candidate,
    private readonly frame: Frame,
    readonly leading: number
  ) {
    const { node } = loop
    const statements = statementsOf(node)
    const own = [node.type === "ForStatement" ? node.init : null, node.test, node.update].filter((each) => each != null)
    this.parts = [...own, ...statements.slice(0, leading)]
    this.rest = statements.slice(leading)
    for (const part of this.parts) this.examine(part)
    for (const statement of statements.slice(0, leading)) this.declare(statement)
    if (node.type === "ForStatement" && node.init?.type === "VariableDeclaration") this.declare(node.init)
  }

  private declare(statement: Node): void {
    if (statement.type !== "VariableDeclaration") return
    for (const [identifier, variable] of this.functions.variables) {
      if (!inside(identifier, statement) || this.variables.includes(variable)) continue
      if (variable.defs.some((each) => inside(each.name as any, statement))) this.variables.push(variable)
    }
  }

  private examine(part: Node): void {
    for (const { target, method } of changesIn(part)) {
      const variable =
        method === null && target.type === "Identifier" ? this.functions.variables.get(target) : undefined
      if (variable !== undefined) this.assigned(variable)
      else this.moves(method === null ? target.object : target)
    }
    for (const each of this.reach.from(part, this.frame)) {
      for (const { target } of changesIn(each.fn.node)) {
        const origin = this.reach.originOf(target, each.frame)
        if (isShared(origin) && origin?.variable !== undefined) this.moved.add(origin.variable)
      }
    }
    walk(part as any, null, {
      CallExpression: (node: any, { next }: any) => {
        const callee = bare(node.callee)
        const info = this.functions.calls.get(node)
        if (callee.type === "MemberExpression" && !isPure(info?.callee)) this.moves(callee.object)
        if (callee.type === "Identifier" && info?.callee.kind === "unknown") this.moves(callee)
        if (info?.callee.kind === "import" && !/^[./]/.test(info.callee.specifier))
          this.modules.add(info.callee.specifier)
        next()
      },
      MemberExpression: (node: any, { next, path }: any) => {
        const isMethod = path.at(-1)?.type === "CallExpression" && path.at(-1).callee === node
        const name = keyName(node.property, node.computed)
        if (!isMethod && name !== null && name !== "length" && name !== "size") this.read.add(name)
        next()
      }
    } as any)
  }

  private moves(object: Node): void {
    const origin = this.reach.originOf(object, this.frame)
    if (isShared(origin) && origin?.variable !== undefined) this.moved.add(origin.variable)
  }

  private assigned(variable: Variable): void {
    if (!this.frame.isOuter(variable)) return
    if (this.isTurnVariable(variable)) {
      if (!this.variables.includes(variable)) this.variables.push(variable)
    } else this.moved.add(variable)
  }

  /** Whether an outer variable can be handed to each turn as it then is: nothing else needs it as the loop leaves it behind. */
  private isTurnVariable(variable: Variable): boolean {
    const [definition] = variable.defs as Array<any>
    if (definition?.type !== "Variable" && definition?.type !== "Parameter") return false
    return variable.references.every((reference) => {
      const node = reference.identifier as any as Node
      return inside(node, this.loop.node) || (node.end < this.loop.node.start && this.isBefore(node))
    })
  }

  /** Whether a place before the loop does not come after it too, because both stand in a loop or in different functions. */
  private isBefore(node: Node): boolean {
    const parents = parentsOf(this.functions.module.node)
    for (let each = parents.get(this.loop.node); each !== undefined; each = parents.get(each)) {
      if (isFunction(each)) return inside(node, each)
      if (/^(?:For|While|DoWhile)/.test(each.type) && inside(node, each)) return this.isWrittenAt(node)
    }
    return true
  }

  private isWrittenAt(node: Node): boolean {
    const parent = parentsOf(this.functions.module.node).get(node)
    return parent?.type === "VariableDeclarator" || (parent?.type === "AssignmentExpression" && parent.left === node)
  }

  /** How the loop is split, with this head. */
  get plan(): HeadPlan {
    const { init } = this.loop.node
    const isConstant = (variable: Variable): boolean =>
      init != null &&
      variable.defs.some((each) => inside(each.name as any, init)) &&
      variable.references.every((each) => (each as any).init === true || !each.isWrite())
    const constant = this.variables.filter(isConstant)
    const items = this.variables.filter((each) => !isConstant(each))
    return { leading: this.leading, variables: [...constant, ...items], constant: constant.length }
  }

  /** Whether the statement after those of the head only takes the turn's item: `const x = xs[i]`. */
  get mayTake(): boolean {
    const next = this.rest[0]
    if (next?.type !== "VariableDeclaration" || next.kind === "var" || this.rest.length === 1) return false
    return next.declarations.every(({ init }: Node) => {
      const value = init === null ? null : bare(init)
      if (value?.type !== "MemberExpression" || !value.computed || value.optional) return false
      const { object, property } = value
      if (bare(object).type !== "Identifier" && bare(object).type !== "MemberExpression") return false
      const variable = this.functions.variables.get(bare(property))
      return variable !== undefined && this.variables.includes(variable)
    })
  }

  /** Whether anything decides on the end that the head moves on itself. */
  get progresses(): boolean {
    return this.moved.size > 0 || this.modules.size > 0 || this.variables.length > 0
  }

  /** Whether a piece of code calls a function of a package that the head calls functions of. */
  callsSame(code: Node): boolean {
    return [...this.functions.calls.values()].some(
      ({ callee, node }) => inside(node, code) && callee.kind === "import" && this.modules.has(callee.specifier)
    )
  }
}

const isPure = (callee: { readonly kind: string; readonly name?: string } | undefined): boolean =>
  callee?.kind === "global" && /^(?:Math|Number|String|Object|Array|JSON)\./.test(callee.name ?? "")

/** The statements of a loop's body. */
export const statementsOf = (node: Node): ReadonlyArray<Node> =>
  node.body.type === "BlockStatement" ? node.body.body : [node.body]
