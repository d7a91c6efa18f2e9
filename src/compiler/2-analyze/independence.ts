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
import { exitOf, exits, staysInside } from "./exits.js"
import { collectionOf } from "./freshness.js"
import { gains } from "./gains.js"
import { Head, type HeadPlan, statementsOf } from "./heads.js"
import { importsOf } from "./imported.js"
import { itemsSpeak } from "./items.js"
import { outputGlobals } from "./known.js"
import type { Candidate, Obstacle, Reason } from "./loops.js"
import type { FunctionInfo, Functions } from "./model.js"
import { noting, type Surroundings } from "./noting.js"
import { originalOf } from "./original.js"
import type { Frame, Place } from "./origins.js"
import { changesIn, inside } from "./patterns.js"
import type { Reach, Reached } from "./reach.js"
import { type Hazard, isFileWriter, Sharing } from "./sharing.js"
import { type Examined, Treating, type Treatment } from "./treating.js"

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
    const examined = this.examined()
    exits(examined)
    for (const { place, code, node, text, home } of this.hazards) if (place === null) this.say(code, node, text, home)
    itemsSpeak({
      ...examined,
      reach: this.reach,
      frame: this.frame,
      changes: this.changes,
      places: this.places,
      except: this.except,
      collection: (node) => this.collection(node),
      say: (code, node, text, home) => this.say(code, node, text, home)
    })
    if (this.obstacles.length > 0) return
    new Treating(examined).classify(this.loop.body, false)
    this.gains(examined)
  }

  private examined(): Examined {
    return {
      loop: this.loop,
      functions: this.functions,
      leading: this.plan.leading,
      treatments: this.treatments,
      speaks: (node) => this.speaks(node),
      surroundings: (inTry) => this.surroundings(inTry),
      keyOf: (node) => this.keyOf(node),
      source: (node) => this.source(node),
      say: (code, node, text) => this.say(code, node, text)
    }
  }

  /** Where turns wait before they block, nothing is left to run at once. */
  private gains(examined: Examined): void {
    const { some, waits } = gains(examined)
    if (some) return
    for (const { place, code, node, text, home } of this.hazards) {
      if (place === null || !waits.some((each) => this.reach.speaksOf(each, this.frame, new Set([place]), this.except)))
        continue
      this.say(code, node, text, home)
    }
    if (this.obstacles.length === 0)
      this.say("GL3109", waits[0]!, "each turn waits here for the one before it, and nothing is left to run at once")
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
    if (left.type === "VariableDeclaration" && (left.kind !== "var" || staysInside(left, this.loop, this.functions)))
      return
    this.say("GL3105", left, "its variable outlives the turn: declare it with `const` in the loop's head")
  }

  private chooseLeading(): boolean {
    const { node } = this.loop
    if (node.type === "ForStatement") {
      const { init } = node
      const isOwn =
        init === null ||
        (init.type === "VariableDeclaration" && (init.kind !== "var" || staysInside(init, this.loop, this.functions)))
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
      } else for (const each of importsOf(place, this.functions)) this.places.add(each)
    }
  }

  private changedObject(node: Node): Variable | undefined {
    const target = bare(node.left ?? node.argument ?? node.callee ?? node)
    let object = target.type === "MemberExpression" ? bare(target.object) : target
    while (object.type === "MemberExpression") object = bare(object.object)
    return this.functions.variables.get(object)
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

  private keyOf(node: Node): string {
    const spoken = [...this.places].filter((each) =>
      this.reach.speaksOf(node, this.frame, new Set([each]), this.except)
    )
    return spoken
      .map((each) => (typeof each === "string" ? each : `${each.name} ${(each.defs[0]?.name as any)?.start}`))
      .sort()
      .join()
  }

  private source(node: Node): string {
    return this.parsed.code.slice(node.start, node.end).replace(/\s+/g, " ")
  }
}

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
