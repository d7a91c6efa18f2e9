/**
 * Whether the turns of a loop can run at once, and what each statement of its body then does about what turns share.
 *
 * Nothing may be both changed by one turn and spoken of by another, but in one of two ways: noted, to be carried out when the
 * turn's time has come (see `noting.ts`); or after the turn has waited for that. What comes after such a wait runs alone, in
 * the order of the turns, so that it does what it would have done in the sequential loop.
 */
import type { Variable } from "eslint-scope"
import { walk } from "zimmerframe"
import type { Parsed } from "../1-parse/index.js"
import { bare, isFunction, type Node } from "../ast.js"
import { collectionOf } from "./freshness.js"
import { Head, type HeadPlan, statementsOf } from "./heads.js"
import { outputGlobals } from "./known.js"
import { type Candidate, loopTypes, type Obstacle, type Reason } from "./loops.js"
import type { FunctionInfo, Functions } from "./model.js"
import { type Noted, noting, type Surroundings } from "./noting.js"
import { originalOf } from "./original.js"
import type { Frame, Place } from "./origins.js"
import { changesIn, inside } from "./patterns.js"
import { isShared, type Reach, type Reached } from "./reach.js"
import { type Hazard, isFileWriter, Sharing } from "./sharing.js"

/** What a statement does about what turns share. */
export type Treatment =
  | (Noted & {
      /** The places it speaks of, so that loops around can tell whether they mean the same. */
      readonly key: string
      /** Whether it stands in a function that turns call: then it is noted for all loops around. */
      readonly everywhere: boolean
    })
  | { readonly kind: "waits" }

export class Examination {
  readonly obstacles: Array<Obstacle> = []
  readonly treatments = new Map<Node, Treatment>()
  plan: HeadPlan = { leading: 0, variables: [], constant: 0 }
  private readonly places = new Set<Place>()
  private readonly except = new Set<Node>()
  private frame: Frame
  private head: Head | null = null
  /** What turns share and change: all of it, and what is not noted in the functions that turns call. */
  private changes: ReadonlyArray<Hazard> = []
  private hazards: ReadonlyArray<Hazard> = []

  constructor(
    private readonly parsed: Parsed,
    private readonly functions: Functions,
    private readonly loop: Candidate,
    private readonly reach: Reach
  ) {
    this.frame = this.makeFrame()
  }

  private makeFrame(): Frame {
    return {
      home: this.functions,
      sharedThis: true,
      isOuter: (variable) => this.isOuter(variable),
      isItem: (variable) => this.isItem(variable)
    }
  }

  run(): void {
    const { node, within } = this.loop
    if (within.verbatim !== null) this.say("GL3108", node, `it stands in ${within.name}, which cannot be lifted`)
    if (within.kind === "initializer") this.say("GL3108", node, "it stands in a field's initialiser or a static block")
    if (this.usesArguments()) this.say("GL3108", node, "its body uses `arguments`: name the parameters")
    if (!this.chooseHead()) return
    this.exits()
    for (const { place, code, node, text, home } of this.hazards) if (place === null) this.say(code, node, text, home)
    this.headSpeaks()
    if (this.obstacles.length > 0) return
    this.classify(this.loop.body, false)
    this.gains()
  }

  private say(code: Reason, node: Node, text: string, { parsed } = this.functions): void {
    const { line } = originalOf(parsed)(parsed.lines.at(node.start))
    const { file } = parsed
    if (this.obstacles.some((each) => each.file === file && each.line === line && each.text === text)) return
    this.obstacles.push({ code, file, line, text })
  }

  private isOuter(variable: Variable): boolean {
    if (this.head?.variables.includes(variable) === true) return false
    return variable.defs.length > 0 && !variable.defs.every((each) => inside(each.name as any, this.loop.region))
  }

  private isItem(variable: Variable): boolean {
    const { left } = this.loop.node
    const { params } = this.loop.region
    if (this.head?.variables.includes(variable) === true) return true
    return [left, ...(params ?? [])].some((each) => each && variable.defs.some(({ name }) => inside(name as any, each)))
  }

  private usesArguments(): boolean {
    if (isFunction(this.loop.region) || !this.loop.within.usesArguments) return false
    let found = false
    walk(this.loop.node as any, null, {
      _: (node: any, { next }: any) => {
        if (node.type === "FunctionExpression" || node.type === "FunctionDeclaration") return
        if (node.type === "Identifier" && node.name === "arguments") found = true
        next()
      }
    } as any)
    return found
  }

  /** Tells the head from the turns. False where there is no use in looking further. */
  private chooseHead(): boolean {
    const { node } = this.loop
    switch (node.type) {
      case "ForOfStatement":
      case "ForInStatement":
        if (node.await) this.say("GL3104", node, "`for await` takes its items one after another")
        this.headVariable(node.left)
        break
      case "ForStatement":
      case "WhileStatement":
      case "DoWhileStatement":
        return this.chooseLeading()
    }
    this.hazards = this.hazardsOf([this.loop.body])
    return true
  }

  private headVariable(left: Node): void {
    if (left.type === "VariableDeclaration" && (left.kind !== "var" || this.staysInside(left))) return
    this.say("GL3105", left, "its variable outlives the turn: declare it with `const` in the loop's head")
  }

  private chooseLeading(): boolean {
    const { node } = this.loop
    if (node.type === "ForStatement") {
      const { init } = node
      const isOwn =
        init === null || (init.type === "VariableDeclaration" && (init.kind !== "var" || this.staysInside(init)))
      if (!isOwn) {
        this.say("GL3105", init, "its variable outlives the turn: declare it with `let` in the loop's head")
        return false
      }
      if (containsFunction([init, node.test, node.update])) {
        this.say("GL3104", node, "a function in its head decides on the next turn, and may depend on the body")
        return false
      }
    }
    const most = Math.max(0, statementsOf(node).length - 1)
    let first: string | null = null
    for (let leading = 0; leading <= most; leading++) {
      if (leading > 0 && !isLeading(statementsOf(node)[leading - 1]!, node)) break
      const conflict = this.conflictOf(leading)
      first ??= conflict
      if (conflict !== null) continue
      let head = this.head!
      while (head.mayTake && this.conflictOf(head.leading + 1) === null) head = this.head!
      if (this.head !== head) this.conflictOf(head.leading)
      this.plan = this.head!.plan
      return true
    }
    this.head = null
    this.hazards = []
    this.say(first!.startsWith("`break`") ? "GL3101" : "GL3104", node, first!)
    return false
  }

  private conflictOf(leading: number): string | null {
    this.head = null
    this.head = new Head(this.functions, this.reach, this.loop, this.makeFrame(), leading)
    this.frame = this.makeFrame()
    return this.conflict(this.head)
  }

  /** Why a head cannot run ahead of the turns, or null. */
  private conflict(head: Head): string | null {
    const { node } = this.loop
    this.hazards = this.hazardsOf(head.rest)
    const depends = "whether there is a next turn depends on the turn before it"
    if (node.type === "ForStatement" && node.test === null && head.leading === 0)
      return "only `break` or `return` can end it"
    for (const statement of head.rest) {
      if (exitOf(statement) !== null) return "`break` leaves the loop before its last turn"
      if (this.reach.speaksOf(statement, this.frame, head.moved, new Set())) {
        return `${depends}: the body uses what its head moves on`
      }
      if (head.callsSame(statement)) return `${depends}: the body calls what its head calls`
    }
    const turns = this.hazards.find(({ code, place }) => code === "GL3104" && place === null)
    if (turns !== undefined) return turns.text
    for (const part of head.parts) {
      if (this.reach.speaksOf(part, this.frame, this.places, this.except)) {
        return `${depends}: \`${this.source(part)}\` decides on it, and the body changes what that needs`
      }
    }
    const written = this.writtenProperties(head.rest)
    for (const name of head.read)
      if (written.has(name)) return `${depends}: its head reads \`.${name}\`, which the body changes`
    return head.progresses ? null : `${depends}: nothing in its head moves it on`
  }

  private writtenProperties(code: ReadonlyArray<Node>): Set<string> {
    const nodes = code.flatMap((each) => [each, ...this.reach.from(each, this.frame).map(({ fn }) => fn.node)])
    const changed = nodes.flatMap((each) => changesIn(each)).filter(({ target }) => target.type === "MemberExpression")
    return new Set(changed.map(({ target }) => String(target.property.name ?? target.property.value)))
  }

  /** What the turns share and change. Sets the places, and the statements of other functions that are noted. */
  private hazardsOf(code: ReadonlyArray<Node>): ReadonlyArray<Hazard> {
    this.places.clear()
    this.except.clear()
    this.treatments.clear()
    const sharing = new Sharing(this.functions, this.reach, this.loop, this.frame, (node) => this.source(node))
    const reached = code.flatMap((each) => this.reach.from(each, this.frame))
    for (const each of code) sharing.inBody(each, (variable) => this.head?.variables.includes(variable) === true)
    for (const each of reached) sharing.inFunction(each, new Set())
    this.takePlaces(sharing.hazards)
    this.changes = sharing.hazards
    for (const { fn, home } of reached) if (home === this.functions) this.noteIn(fn)
    this.keepRead(reached)
    const again = new Sharing(this.functions, this.reach, this.loop, this.frame, (node) => this.source(node))
    for (const each of code) {
      again.inBody(each, (variable) => this.head?.variables.includes(variable) === true)
      again.objects(each)
    }
    for (const each of reached) again.inFunction(each, this.except)
    return again.hazards
  }

  private takePlaces(hazards: ReadonlyArray<Hazard>): void {
    for (const { place, node } of hazards) {
      if (place === null) continue
      this.places.add(place)
      if (typeof place === "string") {
        const object = this.changedObject(node)
        const roots = this.reach.roots.get(place) ?? new Set()
        this.reach.roots.set(place, roots.add(object))
      } else for (const each of this.importsOf(place)) this.places.add(each)
    }
  }

  private changedObject(node: Node): Variable | undefined {
    const target = bare(node.left ?? node.argument ?? node.callee ?? node)
    let object = target.type === "MemberExpression" ? bare(target.object) : target
    while (object.type === "MemberExpression") object = bare(object.object)
    return this.functions.variables.get(object)
  }

  /** The bindings by which this module knows a variable of another one. */
  private importsOf(place: Variable): ReadonlyArray<Variable> {
    return importBindings(this.functions).filter((each) => {
      const { type, imported } = (each.defs[0] as any).node
      return each !== place && (type !== "ImportSpecifier" || (imported.name ?? imported.value) === place.name)
    })
  }

  /** Statements of a function that turns call, which only add something up. */
  private noteIn(fn: FunctionInfo): void {
    if (!isFunction(fn.node) || fn.node.body.type !== "BlockStatement") return
    walk(fn.node.body as any, { inTry: false }, {
      _: (node: any, { next, state }: any) => {
        if (isFunction(node) || node.type === "ClassBody") return
        if (node.type !== "ExpressionStatement") return next({ inTry: state.inTry || node.type === "TryStatement" })
        if (this.functions.calls.get(bare(node.expression))?.grey || !this.speaks(node)) return
        const noted = noting(node, this.surroundings(state.inTry))
        if (noted === null || noted.what === "write" || noted.taken.some(({ computed }) => computed)) return
        this.except.add(node)
        this.treatments.set(node, { ...noted, key: "", everywhere: true })
      }
    } as any)
  }

  /** What functions that turns call read too is not noted in them. */
  private keepRead(reached: ReadonlyArray<Reached>): void {
    for (let changed = true; changed; ) {
      changed = false
      for (const node of [...this.except]) {
        const others = new Set([...this.except].filter((each) => each !== node))
        const spoken = new Set(
          [...this.places].filter((each) => this.reach.speaksOf(node, this.frame, new Set([each]), others))
        )
        if (!reached.some(({ fn, frame }) => this.reach.speaksOf(fn.node, frame, spoken, this.except))) continue
        this.except.delete(node)
        this.treatments.delete(node)
        changed = true
      }
    }
  }

  private speaks(node: Node): boolean {
    return this.reach.speaksOf(node, this.frame, this.places, this.except)
  }

  private surroundings(inTry: boolean): Surroundings {
    const { calls, variables } = this.functions
    return {
      inTry,
      speaks: (node) => this.speaks(node),
      isPlace: (node) => {
        if (node.type === "Identifier") return this.places.has(variables.get(node) as Variable)
        if (node.type !== "MemberExpression") return false
        if (!node.computed && this.places.has(`.${node.property.name}`)) return true
        const object = bare(node.object)
        const variable = object.type === "Identifier" ? variables.get(object) : undefined
        return variable !== undefined && this.places.has(variable) && this.collection(object) !== null
      },
      collection: (node) => this.collection(node),
      isOutput: (call) => {
        const callee = calls.get(call)?.callee
        return callee?.kind === "global" && callee.name.startsWith("console.") && outputGlobals.has(callee.name)
      },
      isFileWriter: (call) => isFileWriter(calls.get(call)),
      isGlobal: (node, name) => node.name === name && (variables.get(node)?.defs.length ?? 0) === 0
    }
  }

  private collection(node: Node) {
    const variable = bare(node).type === "Identifier" ? this.functions.variables.get(bare(node)) : undefined
    return variable === undefined ? null : collectionOf(variable, this.functions, this.loop.node)
  }

  /** What the head speaks of, where it is an expression: the bodies must not change that. */
  private headSpeaks(): void {
    const { node } = this.loop
    const source = node.type === "CallExpression" ? bare(node.callee).object : node.right
    if (source === undefined) return
    if (this.speaks(source)) {
      const hazard = this.changes.find(
        ({ place }) => place !== null && this.reach.speaksOf(source, this.frame, new Set([place]), this.except)
      )
      this.say(
        hazard?.code ?? "GL3104",
        hazard?.node ?? node,
        hazard?.text ?? "its items depend on what the body changes",
        hazard?.home
      )
    }
    if (!this.isPlainCollection(source)) this.iteratorsSpeak()
    const head = new Head(
      this.functions,
      this.reach,
      { ...this.loop, node: { ...node, body: source, test: source } },
      this.frame,
      0
    )
    for (const each of head.moved) {
      if (
        this.reach.speaksOf(this.loop.body, this.frame, new Set([each]), new Set()) &&
        this.isMovedByTaking(each, source)
      ) {
        this.say("GL3104", node, "the body uses what taking the next item moves on")
      }
    }
  }

  private isPlainCollection(source: Node): boolean {
    return bare(source).type === "ArrayExpression" || this.collection(source) !== null
  }

  /** Taking items may run whatever iterates by hand in the program: it must share nothing with the bodies. */
  private iteratorsSpeak(): void {
    for (const { fn, frame } of this.reach.iterators) {
      if (inside(this.loop.node, fn.node)) continue
      const moved = new Set<Place>()
      for (const { target } of changesIn(fn.node)) {
        const origin = this.reach.originOf(target, frame)
        if (isShared(origin) && origin?.variable !== undefined) moved.add(origin.variable)
      }
      const speaks = this.reach.speaksOf(fn.node, frame, this.places, this.except)
      if (!speaks && !this.reach.speaksOf(this.loop.body, this.frame, moved, new Set())) continue
      this.say(
        "GL3104",
        this.loop.node,
        `${fn.name} may hand out the items, and shares with the bodies what one of them changes`
      )
    }
  }

  /** Whether taking items, and not only asking for the first, changes something: a generator of the program does. */
  private isMovedByTaking(place: Place, source: Node): boolean {
    return this.reach
      .from(source, this.frame)
      .some(
        ({ fn, frame }) =>
          fn.node.generator === true && this.reach.speaksOf(fn.node, frame, new Set([place]), new Set())
      )
  }

  /** Leaving early makes later turns depend on earlier ones. */
  private exits(): void {
    const say = (node: Node, word: string) =>
      this.say("GL3101", node, `\`${word}\` leaves the loop before its last turn`)
    const leading = new Set(statementsIn(this.loop.body).slice(0, this.plan.leading))
    walk(this.loop.body as any, { loops: 0, labels: [] as Array<string>, leads: false }, {
      _: (node: any, { state, next }: any) => {
        if (isFunction(node) || node.type === "ClassBody") return
        const leads = state.leads || leading.has(node)
        switch (node.type) {
          case "ReturnStatement":
            if (!isFunction(this.loop.region)) say(node, "return")
            break
          case "BreakStatement":
            if (node.label === null ? state.loops === 0 && !leads : !state.labels.includes(node.label.name))
              say(node, "break")
            break
          case "ContinueStatement":
            if (
              node.label !== null &&
              !state.labels.includes(node.label.name) &&
              (leads || node.label.name !== this.loop.label)
            ) {
              say(node, "continue")
            }
            break
          case "YieldExpression":
            this.say("GL3101", node, "`yield` in its body hands its turns out one after another")
            break
          case "VariableDeclaration":
            if (node.kind === "var" && !this.staysInside(node)) this.vars(node)
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

  private vars(declaration: Node): void {
    const names = declaration.declarations.map((each: Node) => `\`${this.source(each.id)}\``).join(", ")
    this.say("GL3105", declaration, `\`var\` makes ${names} one variable for all turns: use \`const\` or \`let\``)
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

  /** Says of each statement that speaks of what turns share whether it is noted or waits. */
  private classify(node: Node, inTry: boolean): void {
    if (!this.speaks(node)) return
    const rest = node === this.loop.body ? statementsIn(node).slice(this.plan.leading) : null
    if (rest !== null && node.type === "BlockStatement") return this.each(rest, inTry)
    switch (node.type) {
      case "BlockStatement":
        return this.each(node.body, inTry)
      case "FunctionDeclaration":
      case "ClassDeclaration":
      case "EmptyStatement":
        return
      case "IfStatement":
        if (this.speaks(node.test)) return this.noteOrWait(node, inTry)
        return this.each([node.consequent, node.alternate], inTry)
      case "TryStatement":
        this.classify(node.block, true)
        if (node.handler !== null) this.classify(node.handler.body, node.finalizer !== null || inTry)
        if (node.finalizer !== null) this.finalizer(node.finalizer, inTry)
        return
      case "SwitchStatement":
        if (
          this.speaks(node.discriminant) ||
          node.cases.some((each: Node) => each.test !== null && this.speaks(each.test))
        ) {
          return this.wait(node)
        }
        return this.each(
          node.cases.flatMap((each: Node) => each.consequent),
          inTry
        )
      case "LabeledStatement":
        return loopTypes.has(node.body.type) ? this.inner(node.body, node, inTry) : this.classify(node.body, inTry)
      case "ExpressionStatement":
        return this.noteOrWait(node, inTry)
      default:
        if (loopTypes.has(node.type)) return this.inner(node, node, inTry)
        if (node === this.loop.body && this.isForgotten()) return this.noteOrWait(node, inTry)
        this.wait(node)
    }
  }

  private each(nodes: ReadonlyArray<Node | null>, inTry: boolean): void {
    for (const each of nodes) if (each !== null) this.classify(each, inTry)
  }

  /** A loop in the body. */
  private inner(loop: Node, statement: Node, inTry: boolean): void {
    const heads = [loop.init, loop.test, loop.update, loop.left, loop.right].filter((each) => each != null)
    if (heads.some((each) => this.speaks(each))) this.wait(statement)
    else this.classify(loop.body, inTry)
  }

  /** An interrupted turn runs its `finally`, although in the sequential loop it never began: what is noted there is dropped. */
  private finalizer(block: Node, inTry: boolean): void {
    const before = new Set(this.treatments.keys())
    this.classify(block, inTry)
    for (const [node, { kind }] of this.treatments) {
      if (kind !== "waits" || before.has(node)) continue
      this.say("GL3106", node, "a `finally` speaks of what turns share, and runs also where a turn is interrupted")
    }
  }

  /** Whether what the body, an expression, gives is not needed: `forEach` needs nothing. */
  private isForgotten(): boolean {
    const { node } = this.loop
    return node.type === "CallExpression" && bare(node.callee).property.name === "forEach"
  }

  private noteOrWait(node: Node, inTry: boolean): void {
    const noted = noting(node, this.surroundings(inTry))
    if (noted === null) return this.wait(node)
    this.treatments.set(node, { ...noted, key: this.keyOf(node), everywhere: false })
  }

  private wait(node: Node): void {
    this.treatments.set(node, { kind: "waits" })
  }

  private keyOf(node: Node): string {
    const spoken = [...this.places].filter((each) =>
      this.reach.speaksOf(node, this.frame, new Set([each]), this.except)
    )
    return spoken
      .map((each) => (typeof each === "string" ? each : `${each.name} ${(each.defs[0]?.name as any)?.start}`))
      .sort()
      .join()
  }

  /** Where turns wait before they block, nothing is left to run at once. */
  private gains(): void {
    const waits = [...this.treatments].filter(([, { kind }]) => kind === "waits").map(([node]) => node)
    if (waits.length === 0) return
    const surely = waits.filter((node) => this.isUnconditional(node)).map(({ start }) => start)
    const first = Math.min(...surely)
    const rest = statementsIn(this.loop.body).slice(this.plan.leading)
    const blocking = [
      ...[...this.functions.calls.values()]
        .filter((call) => call.grey && !isOutputCall(call.callee))
        .map(({ node }) => node),
      ...[...this.functions.accesses.values()].filter(({ grey }) => grey).map(({ node }) => node),
      ...this.functions.all.flatMap(({ awaits }) => awaits)
    ].filter((node) => rest.some((statement) => inside(node, statement)))
    if (blocking.some((node) => node.start < first && !waits.some((each) => inside(node, each)))) return
    for (const { place, code, node, text, home } of this.hazards) {
      if (place === null || !waits.some((each) => this.reach.speaksOf(each, this.frame, new Set([place]), this.except)))
        continue
      this.say(code, node, text, home)
    }
    if (this.obstacles.length === 0)
      this.say("GL3109", waits[0]!, "each turn waits here for the one before it, and nothing is left to run at once")
  }

  /** Whether every turn comes to a statement: it stands under no condition. */
  private isUnconditional(node: Node): boolean {
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
    return visit(this.loop.body)
  }

  private source(node: Node): string {
    return this.parsed.code.slice(node.start, node.end).replace(/\s+/g, " ")
  }
}

const bindings = new WeakMap<Functions, ReadonlyArray<Variable>>()

const importBindings = (functions: Functions): ReadonlyArray<Variable> => {
  const known =
    bindings.get(functions) ??
    [...new Set(functions.variables.values())].filter((each) => (each.defs[0] as any)?.type === "ImportBinding")
  bindings.set(functions, known)
  return known
}

const isOutputCall = (callee: { readonly kind: string; readonly name?: string }): boolean =>
  callee.kind === "global" && outputGlobals.has(callee.name ?? "")

const statementsIn = (body: Node): ReadonlyArray<Node> => (body.type === "BlockStatement" ? body.body : [body])

/** Whether a statement may belong to a head: it takes an item, or decides whether there is one. */
const isLeading = (statement: Node, loop: Node): boolean => {
  if (statement.type === "VariableDeclaration") return statement.kind !== "var"
  if (loop.type === "ForStatement" && loop.update !== null) return false
  return statement.type === "ExpressionStatement" || statement.type === "IfStatement"
}

const containsFunction = (nodes: ReadonlyArray<Node | null>): boolean => {
  let found = false
  for (const node of nodes) {
    if (node === null) continue
    walk(node as any, null, {
      _: (each: any, { next }: any) => {
        if (isFunction(each)) found = true
        next()
      }
    } as any)
  }
  return found
}

/** A `break` of the loop itself in a statement of its body, or null. */
const exitOf = (statement: Node): Node | null => {
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

const functionAround = (scope: any, byNode: ReadonlyMap<Node, FunctionInfo>): FunctionInfo | undefined => {
  for (let each = scope; each !== null; each = each.upper) {
    const info = byNode.get(each.block)
    if (info !== undefined) return info
  }
  return undefined
}
