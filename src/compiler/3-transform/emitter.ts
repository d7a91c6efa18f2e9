/**
 * The state of one transformation: the source being edited in place, the names it may use, and the call sites it met.
 */

import type { Analysis } from "../2-analyze/index.js"
import type { Loop } from "../2-analyze/loops.js"
import type { CallInfo, FunctionInfo } from "../2-analyze/model.js"
import type { Place } from "../2-analyze/original.js"
import { inside } from "../2-analyze/patterns.js"
import { blockAround } from "../2-analyze/places.js"
import type { Treatment } from "../2-analyze/treating.js"
import { bare, calleeOf, type Node } from "../ast.js"
import { fingerprint } from "../fingerprint.js"
import { Edits } from "./edits.js"
import type { Origin } from "./origin.js"

/** The helpers that lifted code imports. */
export type Helper =
  | "accessor"
  | "accessors"
  | "activation"
  | "adopt"
  | "asking"
  | "at"
  | "attempt"
  | "awaited"
  | "call"
  | "callable"
  | "commit"
  | "constructed"
  | "constructedOn"
  | "constructible"
  | "constructs"
  | "drive"
  | "exported"
  | "errors"
  | "field"
  | "fields"
  | "fieldsOf"
  | "getter"
  | "givenBack"
  | "handedOut"
  | "initialised"
  | "isObject"
  | "inside"
  | "above"
  | "key"
  | "delegate"
  | "delegates"
  | "elements"
  | "generator"
  | "generators"
  | "handOver"
  | "given"
  | "head"
  | "inOrder"
  | "isPlain"
  | "joined"
  | "loop"
  | "maker"
  | "method"
  | "methods"
  | "moduleTop"
  | "named"
  | "noted"
  | "nowhere"
  | "plain"
  | "produce"
  | "resumed"
  | "requiring"
  | "rethrow"
  | "returned"
  | "returns"
  | "setter"
  | "sites"
  | "tagged"
  | "superGetter"
  | "taken"
  | "shown"
  | "source"
  | "stamp"
  | "stampAsync"
  | "statics"
  | "stampFunction"
  | "stampMaking"
  | "stampProducing"
  | "spread"
  | "through"
  | "topLevel"
  | "turns"
  | "twin"
  | "unpack"
  | "wait"
  | "walk"
  | "walkAsync"
  | "yields"

/** Whether a node runs in the turns of a loop; what an inner loop iterates over does not run in the inner one's. */
const isTurnOf = ({ node, region }: Loop, statement: Node): boolean =>
  inside(statement, region) && !(node.right && inside(statement, node.right))

/** Where V8 says a call stands: at the name that is called, or else at the argument list. */
const calledAt = (callee: Node): number => {
  const { type, computed, property, start, end } = bare(callee)
  if (type === "Identifier" || type === "NewExpression" || type === "AwaitExpression") return start
  return type === "MemberExpression" && !computed && property.type === "Identifier" ? property.start : end
}

const linesIn = (text: string): number => text.split("\n").length

export class Emitter {
  readonly text: Edits
  /** Starts every name that lifted code adds; occurs nowhere in the source. */
  readonly prefix: string
  /** The brands of the class methods that are lifted generators, as expressions. */
  readonly brands = new Map<Node, string>()
  /** The statements that concurrent loops have noted or wait, from the outermost loop that does to the innermost. */
  private readonly treatments = new Map<Node, Array<{ readonly treatment: Treatment; readonly loop: Loop }>>()
  private readonly helpers = new Set<Helper>()
  private readonly sites: Array<string> = []
  /** Where each site stands in the code that is edited. */
  readonly places: Array<Place> = []
  /** Text to put at the start of a block, after its directives. */
  private readonly starts = new Map<Node, string>()

  constructor(
    readonly analysis: Analysis,
    private readonly origin: Origin
  ) {
    const { code } = analysis.parsed
    this.text = new Edits(code)
    let prefix = "$g_"
    for (let n = 0; code.includes(prefix); n++) prefix = `$g${n}_`
    this.prefix = prefix
    for (const loop of analysis.loops) if (analysis.concurrent.has(loop.node)) this.carry(loop)
  }

  get code(): string {
    return this.analysis.parsed.code
  }

  /** How often the source has been edited. */
  get edits(): number {
    return this.text.count + this.starts.size
  }

  private fingerprint: string | null = null

  /** The functions whose mark is in their entries. */
  readonly marksEntry = new Set<Node>()

  /** Says, in what has become of a function, where it was written. */
  mark(start: number, end: number): string {
    this.fingerprint ??= fingerprint(this.code)
    return `/*$g:${this.fingerprint}:${start.toString(36)}:${end.toString(36)}*/`
  }

  /** Has the statements of a concurrent loop that speak of what turns share noted, or wait. */
  private carry(loop: Loop): void {
    for (const [statement, treatment] of loop.treatments) {
      const others = this.treatments.get(statement)
      if (others === undefined) this.treatments.set(statement, [{ treatment, loop }])
      else others.push({ treatment, loop })
    }
  }

  /**
   * What is to be done about a statement, and for how many loops around it, from the inside. Where loops differ in what they
   * would note, it waits.
   */
  treatmentOf(statement: Node): { readonly treatment: Treatment; readonly levels: number } | null {
    const all = this.treatments.get(statement)
    const treatment = all?.at(-1)?.treatment
    if (all === undefined || treatment === undefined) return null
    if (treatment.kind === "noted" && treatment.everywhere) return { treatment, levels: Number.POSITIVE_INFINITY }
    const same = all.every(
      (each) => each.treatment.kind === "noted" && treatment.kind === "noted" && each.treatment.key === treatment.key
    )
    const levels = Math.max(...all.map(({ loop }) => this.levelsTo(loop, statement)))
    return { treatment: same ? treatment : { kind: "waits" }, levels }
  }

  /**
   * How many concurrent loops stand around a statement, up to one of them; those in between may have nothing to do with it.
   * In a function that turns call, all that there will be.
   */
  private levelsTo(loop: Loop, statement: Node): number {
    if (!isTurnOf(loop, statement)) return Number.POSITIVE_INFINITY
    const { concurrent, loops } = this.analysis
    return loops.filter(
      (each) => concurrent.has(each.node) && isTurnOf(each, statement) && inside(each.node, loop.node)
    ).length
  }

  /** The local name of a helper. */
  helper(name: Helper): string {
    this.helpers.add(name)
    return this.prefix + name
  }

  /** The expression that notes a call site. */
  site(call: CallInfo): string {
    const { node } = call
    return `${this.helper("at")}.site = ${this.siteNumber(node.type === "NewExpression" ? node : calleeOf(node), call.text, call.within)}`
  }

  /** The number of a site, as an expression. */
  siteNumber(node: Node, text: string, within: FunctionInfo): string {
    const { parsed, original } = this.analysis
    const place = parsed.lines.at(calledAt(node))
    const at = this.origin(original(place))
    const index = this.sites.length
    this.places.push(place)
    const elsewhere = at.file === parsed.file ? [] : [at.file]
    this.sites.push(JSON.stringify([at.line, at.column, text, within.name, ...elsewhere]))
    return `${this.prefix}base + ${index}`
  }

  /** Puts text before a node, and before what was put there already. */
  before(node: Node, text: string): void {
    this.text.prependRight(node.start, text)
  }

  /** Puts text after a node, and after what was put there already. */
  after(node: Node, text: string): void {
    this.text.appendLeft(node.end, text)
  }

  /** Replaces source by text, on as many lines, so that all that follows stays on its line. */
  replace(start: number, end: number, text: string): void {
    if (start === end) this.text.appendLeft(start, text)
    else
      this.text.update(
        start,
        end,
        text + "\n".repeat(Math.max(0, linesIn(this.code.slice(start, end)) - linesIn(text)))
      )
  }

  source(node: Node): string {
    return this.code.slice(node.start, node.end)
  }

  /** Puts text at the start of a block or program, after its directives. */
  atStart(block: Node, text: string): void {
    this.starts.set(block, (this.starts.get(block) ?? "") + text)
  }

  /**
   * Declares a name of our own at the start of the block around what stands at the end of a path (see `blockAround`), or
   * gives null where there is none.
   */
  declare(path: ReadonlyArray<Node>, hint: string, kept: boolean): string | null {
    const block = blockAround(path, kept)
    if (block === null) return null
    const name = `${this.prefix}${hint}_${++this.declared}`
    this.atStart(block, `let ${name}; `)
    return name
  }

  private declared = 0

  /** The classes of an ES module's top level whose static elements are run by a piece of it. */
  readonly topClasses = new Set<Node>()

  /** What we call a class, by its body. */
  readonly classes = new Map<Node, string>()

  /** What computed keys are held in, by the function or the field that they are the key of. */
  readonly keys = new Map<Node, string>()

  /** Where a block's first statement may stand. */
  startOf(block: Node): number {
    let at = block.start + 1
    if (block.type === "Program") at = block.hashbang?.end ?? 0
    else if (block.type === "StaticBlock") at = this.code.indexOf("{", block.start) + 1
    for (const statement of block.body as Array<Node>) {
      if (statement.directive === undefined || statement.directive === null) break
      at = statement.end
    }
    return at
  }

  private readonly moduleVariables = new Set<string>()

  /** A variable of that name at the top of the module. */
  moduleVariable(name: string): string {
    const variable = this.prefix + name
    if (!this.moduleVariables.has(variable)) this.atStart(this.analysis.parsed.program, `let ${variable}; `)
    this.moduleVariables.add(variable)
    return variable
  }

  /** Opens a function around the whole program, after the imports of helpers. */
  wrapProgram(text: string): void {
    this.wrap = text
  }

  private wrap = ""

  /** Writes what `atStart` gathered, and the imports of the helpers in use. */
  finish(preludeOf: (imports: string) => string): void {
    const { program } = this.analysis.parsed
    for (const [block, text] of this.starts)
      if (block !== program) this.text.appendLeft(this.startOf(block), ` ${text}`)
    const sites =
      this.sites.length === 0
        ? ""
        : `var ${this.prefix}base = ${this.helper("sites")}(${JSON.stringify(this.analysis.parsed.file)}, [${this.sites.join(",")}]); `
    const source =
      this.fingerprint === null
        ? ""
        : `${this.helper("source")}("${this.fingerprint}", ${JSON.stringify(this.analysis.parsed.file)}); `
    const imports = [...this.helpers].sort()
    const names = imports.map(
      (name) => `${name}${this.analysis.parsed.kind === "module" ? " as" : ":"} ${this.prefix}${name}`
    )
    const prelude = names.length === 0 ? "" : preludeOf(`{ ${names.join(", ")} }`)
    const all = `${prelude}${sites}${source}${this.wrap}${this.starts.get(program) ?? ""}`
    if (all === "") return
    const at = this.startOf(program)
    const lead = at === 0 ? "" : this.code[at - 1] === ";" ? " " : program.hashbang?.end === at ? "\n" : "; "
    this.text.appendLeft(at, lead + all)
  }
}
