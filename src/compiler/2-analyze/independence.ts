/** Whether the turns of a loop are independent: nothing made outside of it is both changed and read in it. */
import type { Variable } from "eslint-scope"
import { walk } from "zimmerframe"
import type { Parsed } from "../1-parse/index.js"
import { bare, isFunction, keyName, type Node } from "../ast.js"
import { type Candidate, type Carried, loopTypes, type Obstacle, type Original } from "./loops.js"
import type { FunctionInfo, Functions } from "./model.js"
import { type Change, changesIn, inside, keepsCursor, outerRoot, rootOf } from "./patterns.js"
import { sharedState, writesOneFile } from "./shared-state.js"

/** Methods that add to a collection, and whose result nobody needs. */
const collecting = new Set(["push", "add", "set"])

/** Functions of `fs` whose calls are carried like sums: each turn's comes in its turn. */
const fileWriters = new Set(["appendFileSync", "writeFileSync"])

export class Examination {
  readonly obstacles: Array<Obstacle> = []
  readonly carried = new Map<Node, Carried>()
  /** Variables changed by carried statements: nothing else in the loop may speak of them. */
  private readonly sums = new Map<Variable, Node>()

  constructor(
    private readonly parsed: Parsed,
    private readonly functions: Functions,
    private readonly original: Original,
    private readonly loop: Candidate,
    private readonly program: ReadonlyArray<Functions>
  ) {}

  run(): void {
    const { node, within } = this.loop
    if (within.verbatim !== null) this.say(node, `it stands in ${within.name}, which cannot be lifted`)
    if (within.kind === "initializer") this.say(node, "it stands in a field's initialiser or a static block")
    if (!this.head()) return
    this.exits()
    this.collectSums()
    this.references()
    this.objects()
    this.files()
    const shared = sharedState(
      this.functions,
      this.loop,
      this.program,
      (receiver) => this.outerRootOf(receiver) !== null
    )
    for (const text of shared) this.say(node, text)
  }

  /** What the loop's head must be. False where there is no use in looking further. */
  private head(): boolean {
    const { node } = this.loop
    switch (node.type) {
      case "WhileStatement":
      case "DoWhileStatement":
        this.say(
          node,
          "whether there is a next turn depends on the turn before it: make it a `for…of` over what there is to do"
        )
        return false
      case "ForOfStatement":
        if (node.await) this.say(node, "`for await` takes its items one after another")
        this.headVariable(node.left)
        return true
      case "ForInStatement":
        this.headVariable(node.left)
        return true
      case "ForStatement":
        this.counting()
        return true
      default:
        return true
    }
  }

  private headVariable(left: Node): void {
    if (left.type === "VariableDeclaration" && (left.kind !== "var" || this.staysInside(left))) return
    this.say(left, "its variable outlives the turn: declare it with `const` in the loop's head")
  }

  /** A `for` loop must count: what comes next may depend on its own variable and on nothing that the body changes. */
  private counting(): void {
    const { init, test, update } = this.loop.node
    if (
      init?.type !== "VariableDeclaration" ||
      init.kind === "const" ||
      (init.kind === "var" && !this.staysInside(init))
    ) {
      this.say(init ?? this.loop.node, "its variable outlives the turn: declare it with `let` in the loop's head")
      return
    }
    const own = new Set(init.declarations.map((each: Node) => (each.id.type === "Identifier" ? each.id.name : "")))
    if (test === null) this.say(this.loop.node, "only `break` or `return` can end it")
    const target = update?.type === "UpdateExpression" ? update.argument : update?.left
    if (target?.type !== "Identifier" || !own.has(target.name)) {
      this.say(update ?? this.loop.node, "its next turn is not told by counting a variable of the loop's head")
    }
    for (const part of [test, update]) {
      if (part === null) continue
      walk(part as any, null, {
        CallExpression: (node: any) =>
          this.say(node, `\`${this.source(node)}\` decides on the next turn, and may depend on the body`)
      } as any)
    }
  }

  private say(node: Node, text: string): void {
    const { line } = this.original(this.parsed.lines.at(node.start))
    if (!this.obstacles.some((each) => each.line === line && each.text === text)) this.obstacles.push({ line, text })
  }

  /** Leaving early makes later turns depend on earlier ones. */
  private exits(): void {
    const say = (node: Node, word: string) => this.say(node, `\`${word}\` leaves the loop before its last turn`)
    walk(this.loop.body as any, { loops: 0, labels: [] as Array<string> }, {
      _: (node: any, { state, next }: any) => {
        if (isFunction(node) || node.type === "ClassBody") return
        switch (node.type) {
          case "ReturnStatement":
            if (!isFunction(this.loop.region)) say(node, "return")
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
    return this.loop.label === name
  }

  /** Finds the statements that only add something up. */
  private collectSums(): void {
    walk(this.loop.body as any, null, {
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
      } else if (this.isFileWriter(expression) && !this.readsFiles()) {
        this.carried.set(statement, { kind: "collect" })
        return
      }
    }
    if (target?.type !== "Identifier") return
    const variable = this.functions.variables.get(target)
    if (variable === undefined || !this.isOuter(variable) || !this.onlySummedUp(variable, kind)) return
    this.carried.set(statement, { kind })
    this.sums.set(variable, statement)
  }

  /** Whether all that is said of a variable in the loop stands in statements that add to it, and no function reads it. */
  private onlySummedUp(variable: Variable, kind: Carried["kind"]): boolean {
    if (variable.defs.some((each) => each.type === "ImportBinding")) return false
    const own = this.functions.byNode
    const isObject = kind === "collect" || kind === "assign"
    return variable.references.every((reference) => {
      const node = reference.identifier as any as Node
      const holder = functionAround(reference.from as any, own)
      if (!inside(node, this.loop.region)) {
        return holder === this.loop.within && !(isObject && node.end < this.loop.node.start && this.escapes(reference))
      }
      return holder === this.loop.owner && isSummand(this.loop.body, node)
    })
  }

  /** Whether a use of a variable before the loop may give its object another name. */
  private escapes(reference: Variable["references"][number]): boolean {
    const { end } = reference.identifier as any as Node
    return !reference.isWrite() && !/^\s*(?:\.|\[|\?\.)/.test(this.parsed.code.slice(end, end + 20))
  }

  private isOuter(variable: Variable): boolean {
    return variable.defs.length > 0 && !variable.defs.every((each) => inside(each.name as any, this.loop.region))
  }

  private isFileWriter(node: Node): boolean {
    const callee = this.functions.calls.get(node)?.callee
    return callee?.kind === "import" && /^(?:node:)?fs$/.test(callee.specifier) && fileWriters.has(callee.name)
  }

  /** Whether the body reads files: then what it writes cannot wait. */
  private readsFiles(): boolean {
    return [...this.functions.calls.values()].some(
      ({ callee, node }) =>
        inside(node, this.loop.node) &&
        callee.kind === "import" &&
        /^(?:node:)?fs$/.test(callee.specifier) &&
        !fileWriters.has(callee.name)
    )
  }

  /** Files that every turn writes, and what belongs to the process. */
  private files(): void {
    for (const call of this.functions.calls.values()) {
      if (!inside(call.node, this.loop.body) || this.isCarried(call.node)) continue
      const text = writesOneFile(call, (root) => this.outerRootOf(root) !== null)
      if (text !== null) this.say(call.node, `\`${text}\` is the same for every turn: do it when the loop is through`)
    }
  }

  /** The variable from outside, or the `this`, that an expression is reached from, or null. */
  private outerRootOf(expression: Node): Node | null {
    return outerRoot(expression, this.functions.variables, (variable) => this.isOuter(variable))
  }

  /** What the body changes, and was there before the turn. */
  private references(): void {
    for (const change of changesIn(this.loop.body)) if (!this.isCarried(change.at)) this.changed(change)
    walk(this.loop.body as any, null, {
      VariableDeclaration: (node: any, { next }: any) => {
        if (node.kind === "var") this.vars(node)
        next()
      }
    } as any)
  }

  private changed({ at, target, adds, method }: Change): void {
    const counted = target.type === "Identifier" ? this.functions.variables.get(target) : undefined
    if (counted !== undefined && this.isCounted(counted)) {
      return this.say(at, `\`${counted.name}\` decides on the next turn, and the body changes it`)
    }
    const root = this.outerRootOf(target)
    if (root === null) return this.deeply(at, target, adds)
    const what = this.source(target)
    if (root.type === "ThisExpression") {
      if (target === root && method === null) return
      return this.say(at, `\`${what}\` is changed: \`this\` is the same object in every turn`)
    }
    const variable = this.functions.variables.get(root)
    if (variable === undefined || variable.defs.length === 0) return this.global(at, target, root, method)
    if ((method === "exec" || method === "test") && !keepsCursor(variable)) return
    if (method !== null) {
      this.say(at, `\`${what}.${method}()\` changes \`${root.name}\`, which was made outside of the loop`)
    } else if (target === root) {
      this.say(at, `\`${root.name}\` is written by one turn and read by others: declare it inside of the loop`)
    } else {
      this.say(at, `\`${what}\` is changed, and \`${root.name}\` was made outside of the loop`)
    }
  }

  private global(at: Node, target: Node, root: Node, method: string | null): void {
    if (target !== root) {
      this.say(at, `\`${this.source(target)}\` is changed, and \`${root.name}\` is one object for the whole process`)
    } else if (method === null) {
      this.say(at, `\`${root.name}\` is written, a variable that is declared nowhere and so is shared by all turns`)
    }
  }

  /** Adding up deep in an item may meet an object that another item has too. */
  private deeply(at: Node, target: Node, adds: boolean): void {
    const root = rootOf(target)
    const isDeep = target.type === "MemberExpression" && bare(target.object).type === "MemberExpression"
    const variable = root === null ? undefined : this.functions.variables.get(root)
    if (!adds || !isDeep || variable === undefined || !this.isItem(variable)) return
    this.say(at, `\`${this.source(target)}\` adds up in an object that other items may have too`)
  }

  private isItem(variable: Variable): boolean {
    const { left } = this.loop.node
    const { params } = this.loop.region
    return [left, ...(params ?? [])].some((each) => each && variable.defs.some(({ name }) => inside(name as any, each)))
  }

  private isCounted(variable: Variable): boolean {
    const { init } = this.loop.node
    return (
      this.loop.node.type === "ForStatement" &&
      init !== null &&
      variable.defs.some((each) => inside(each.name as any, init))
    )
  }

  private isCarried(at: Node): boolean {
    return [...this.carried.keys()].some((statement) => bare(statement.expression) === at)
  }

  private vars(declaration: Node): void {
    if (this.staysInside(declaration)) return
    const names = declaration.declarations.map((each: Node) => `\`${this.source(each.id)}\``).join(", ")
    this.say(declaration, `\`var\` makes ${names} one variable for all turns: use \`const\` or \`let\``)
  }

  /** Whether nothing outside of the loop, and no closure in it, speaks of the variables of a declaration. */
  private staysInside(declaration: Node): boolean {
    return (declaration.declarations as Array<Node>).every((declarator) => {
      const variable = declarator.id.type === "Identifier" ? this.functions.variables.get(declarator.id) : undefined
      return variable?.references.every((reference) => {
        const node = reference.identifier as any as Node
        const holder = functionAround(reference.from as any, this.functions.byNode)
        return inside(node, this.loop.region) && holder === this.loop.owner
      })
    })
  }

  /** One object for all turns, such as a request, that a turn calls methods of and then reads the outcome off. */
  private objects(): void {
    const called = new Map<Variable, Node>()
    const read = new Set<Variable>()
    walk(this.loop.body as any, null, {
      MemberExpression: (node: any, { next, path }: any) => {
        const object = bare(node.object)
        const variable = object.type === "Identifier" ? this.functions.variables.get(object) : undefined
        if (variable !== undefined && this.isOuter(variable)) {
          const parent = path.at(-1)
          if (parent?.type === "CallExpression" && parent.callee === node) called.set(variable, node)
          else read.add(variable)
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
